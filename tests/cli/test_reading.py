"""The commands that only read: what they print, where, and with which exit status."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from coach import paths
from coach.audio.store import Store
from coach.audio.tags import audio_start
from coach.cli import COMMANDS
from coach.cli.check_command import _MOVEMENT, _ROUTINE
from coach.routine.library import DATA, Library

ROUTINES = Library().routine_ids()


# --- coach, --help, --version -------------------------------------------------------------------


def test_bare_coach_prints_three_lines_that_work_as_typed(coach, work_folder):
    result = coach()
    lines = result.out.splitlines()
    assert (result.status, len(lines)) == (0, 3)
    assert max(map(len, lines)) < 60
    for line in lines:
        command = line[line.index("coach ") :].split()[1:]
        assert coach(*command, "--voice", "null").status == 0
    assert len(list(work_folder.glob("*.mp3"))) == 3
    assert "--help" in result.err


def test_help_is_data_and_names_every_command(coach):
    result = coach("--help")
    assert result.status == 0
    assert result.err == ""
    assert all(f"  {name} " in result.out for name in COMMANDS)


def test_version(coach):
    result = coach("--version")
    assert (result.status, result.out.split()[0]) == (0, "coach")


# --- list ---------------------------------------------------------------------------------------


def test_list_has_one_line_for_each_routine_on_a_pipe(coach, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    result = coach("list")
    assert [line.split()[0] for line in result.out.splitlines()] == list(ROUTINES)
    assert result.status == 0
    line = next(line for line in result.out.splitlines() if line.startswith("post-run-cooldown"))
    for part in ("10 min (6-15)", "after a run", "on the floor", "mat"):
        assert part in line


def test_list_json(coach):
    rows = json.loads(coach("list", "--json").out)
    assert [row["id"] for row in rows] == list(ROUTINES)
    desk = next(row for row in rows if row["id"] == "desk-break")
    assert (desk["length_ms"], desk["floor"], desk["kit"], desk["own"]) == (180_000, False, [], False)


def test_one_broken_routine_of_the_user_hides_no_other(coach):
    folder = paths.home_dir() / "routines"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("schema: 1\nid: broken\nname: B\nsteps: []\n", encoding="utf-8")
    text = (DATA / "routines" / "desk-break.yaml").read_text(encoding="utf-8").replace("id: desk-break", "id: mine")
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    result = coach("list")
    assert result.status == 2
    assert "broken.yaml:4:" in result.err
    assert [line.split()[0] for line in result.out.splitlines()] == sorted([*ROUTINES, "mine"])
    assert "mine (own)" in result.out


# --- voices -------------------------------------------------------------------------------------


def test_voices_lists_the_useful_ones_and_all_when_asked(coach):
    short, long = coach("voices"), coach("voices", "list", "--all")
    assert (short.status, long.status) == (0, 0)
    assert "null:tone" in long.out
    assert "null:tone" not in short.out
    assert len(short.out.splitlines()) < len(long.out.splitlines())
    assert sum(line.startswith("*") for line in short.out.splitlines()) == 1


def test_the_star_is_at_the_voice_that_is_set(coach, monkeypatch):
    monkeypatch.setenv("COACH_VOICE", "null")
    starred = [line for line in coach("voices", "list", "--all").out.splitlines() if line.startswith("*")]
    assert [line.split()[1] for line in starred] == ["null:tone"]


def test_voices_json_is_the_whole_list(coach):
    rows = json.loads(coach("voices", "list", "--json").out)
    assert {"engine", "name", "language", "licence", "natural", "installed", "about"} == set(rows[0])
    assert "null" in {row["engine"] for row in rows}


def test_voices_say_writes_a_wav_and_overwrites_none(coach, work_folder):
    import wave

    result = coach("voices", "say", "Stand tall.", "--voice", "null")
    assert result.out.startswith("null-tone.wav  0.")
    with wave.open(str(work_folder / "null-tone.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        assert 0.5 < file.getnframes() / 24_000 < 1.2
    assert coach("voices", "say", "Stand tall.", "--voice", "null").status == 2
    assert coach("voices", "say", "Stand tall.", "--voice", "null", "-f", "-o", "null-tone.wav").status == 0
    assert coach("voices", "say", " .", "--voice", "null", "-o", "x.wav").status == 2
    assert not (work_folder / "x.wav").exists()


# --- cache --------------------------------------------------------------------------------------


def test_cache_info_verify_and_gc_tell_what_the_store_has(coach):
    coach("export", "desk-break", "--voice", "null")
    info = json.loads(coach("cache", "info", "--json").out)
    true = Store(paths.cache_dir()).info()
    assert (info["clips"], info["blobs"], info["bytes"]) == (true.clips, true.blobs, true.size_bytes)
    assert info["clips"] > 20
    assert f"{true.clips} sentences" in coach("cache").out
    assert "none damaged" in coach("cache", "verify").out
    assert "nothing to remove" in coach("cache", "gc").out


def test_a_damaged_entry_is_told_and_set_aside(coach):
    coach("export", "desk-break", "--voice", "null")
    victim = next((paths.cache_dir() / "v1" / "objects").glob("*/*.wav"))
    victim.write_bytes(victim.read_bytes()[:-2] + b"xx")
    found = coach("cache", "verify")
    assert found.status == 1
    assert "1 of " in found.out
    assert "1 damaged entry set aside" in coach("cache", "info").out
    assert coach("cache", "verify").status == 0
    assert coach("export", "desk-break", "--voice", "null", "-f").status == 0


def test_gc_brings_the_cache_under_its_limit(coach, monkeypatch):
    store = Store(paths.cache_dir())
    for index in range(12):
        store.put_blob(f"{index:064x}", os.urandom(1_000_000))
    monkeypatch.setenv("COACH_CACHE_LIMIT", "10")
    assert "old entries removed" in coach("cache", "gc").out
    assert store.info().size_bytes <= 10_000_000


# --- doctor -------------------------------------------------------------------------------------


def test_doctor_is_content_with_a_good_computer(coach, monkeypatch):
    monkeypatch.setenv("COACH_VOICE", "null")
    result = coach("doctor")
    assert result.status == 0
    states = [line[:5].strip() for line in result.out.splitlines()[1:]]
    assert {state for state in states if state} == {"ok"}


def test_doctor_names_what_is_wrong_and_looks_at_the_rest(coach, monkeypatch):
    monkeypatch.setenv("COACH_VOICE", "nul")
    result = coach("doctor")
    assert result.status == 1
    assert "BAD" in result.out
    assert "did you mean null" in " ".join(result.out.split())
    assert "MP3 encoder" in result.out
    assert "routines:" in result.out


def test_doctor_notes_a_cache_that_cannot_be_used(coach, monkeypatch, work_folder):
    (work_folder / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COACH_VOICE", "null")
    monkeypatch.setenv("COACH_CACHE", str(work_folder / "file" / "cache"))
    result = coach("doctor")
    assert result.status == 0
    assert "note  cache" in result.out


# --- config -------------------------------------------------------------------------------------


def test_config_sets_gets_and_says_where_from(coach, work_folder):
    assert coach("config", "get", "bed").out == "\n"
    assert coach("config", "set", "bed", "none").status == 0
    assert coach("config", "get", "bed").out == "none\n"
    path = coach("config", "path").out.strip()
    assert f"bed = none  [{path}]" in coach("config").out
    assert json.loads(coach("config", "--json").out)["bed"] == {"value": "none", "source": path}


def test_an_output_folder_is_kept_as_a_whole_path(coach, work_folder):
    (work_folder / "music").mkdir()
    assert coach("config", "set", "output", "music").status == 0
    assert coach("config", "get", "output").out.strip() == str(work_folder / "music")
    assert coach("export", "desk-break", "--voice", "null").status == 0
    assert (work_folder / "music" / "desk-break-3min.mp3").is_file()


# --- check and verify ---------------------------------------------------------------------------


def test_check_knows_each_kind_by_content_whatever_its_name(coach, work_folder):
    (work_folder / "a").write_bytes((DATA / "routines" / "desk-break.yaml").read_bytes())
    (work_folder / "b.txt").write_bytes((DATA / "movements" / "lunge.yaml").read_bytes())
    coach("export", "desk-break", "--voice", "null", "-o", "c.mp3")
    (work_folder / "c.mp3").rename(work_folder / "c.yaml")
    result = coach("check", "a", "b.txt", "c.yaml")
    assert result.status == 0
    assert "the routine 'Desk break', about 3:00" in result.out
    assert "the movement 'Split lunge'" in result.out
    assert "c.yaml: Desk break, 3:00, as planned" in result.out


@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="no /dev/stdin")  # noqa: PTH110
@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ((DATA / "routines" / "desk-break.yaml").read_bytes(), 0, "/dev/stdin: the routine 'Desk break', about 3:00"),
        ((DATA / "movements" / "lunge.yaml").read_bytes(), 0, "/dev/stdin: the movement 'Split lunge', no problem"),
        (b"steps: 1\nid: x\n", 2, "/dev/stdin:1:"),
        (b"ID3" + bytes(500), 2, "/dev/stdin: is not a file on a disk"),
        (b"steps: " + b"x" * 300_000, 2, "/dev/stdin: is larger than 256 KiB"),
        (b"", 2, "/dev/stdin: is a pipe that nothing comes through"),
    ],
    ids=["routine", "movement", "wrong", "mp3", "large", "empty"],
)
def test_check_reads_what_comes_through_a_pipe(process, text, status, told):
    started = process("check", "/dev/stdin", stdin=subprocess.PIPE)
    out, err = started.communicate(text, timeout=60)
    assert started.returncode == status
    assert told in (out + err).decode()


def test_verify_makes_the_decoders_complaints_a_finding_of_its_own(coach, work_folder, process):
    coach("export", "desk-break", "--voice", "null", "-o", "x.mp3")
    whole = bytearray((work_folder / "x.mp3").read_bytes())
    start = audio_start(bytes(whole[:10]))
    for place in range(start + 4, len(whole), 192 * 40):
        whole[place : place + 13] = b"\xff" * 13
    (work_folder / "x.mp3").write_bytes(whole)
    started = process("verify", "x.mp3")
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out) == (1, b"")
    assert err.startswith(b"coach: x.mp3: the decoder finds damaged frames\n")
    assert b"mpg123" not in err


def test_verify_of_a_cut_file_is_one_line_that_says_how_much_is_missing(coach, work_folder):
    coach("export", "desk-break", "--voice", "null", "-o", "x.mp3")
    whole = (work_folder / "x.mp3").read_bytes()
    (work_folder / "x.mp3").write_bytes(whole[: -192 * 2500 - 7])
    result = coach("verify", "x.mp3")
    assert result.status == 1
    assert result.err == "coach: x.mp3: it ends at 1:59.976 of 3:00.000: 1:00.024 are missing\n"


def test_verify_prints_no_control_character_of_a_foreign_file(coach, work_folder):
    from dataclasses import replace

    from coach.audio.tags import id3_tag, read_timeline

    coach("export", "desk-break", "--voice", "null", "-o", "x.mp3")
    path = work_folder / "x.mp3"
    whole = path.read_bytes()
    evil = replace(read_timeline(path), title="\x1b[31mred\x07")
    names = {"artist": "x", "album": "", "genre": "", "comment": "", "lyrics_head": "", "cover": b""}
    path.write_bytes(id3_tag(evil, **names) + whole[audio_start(whole[:10]) :])
    result = coach("verify", "x.mp3")
    assert (result.status, result.err) == (0, "")
    assert result.out.replace("\n", "").isprintable()
    assert "red" in result.out


def test_check_tells_all_problems_of_all_files(coach, work_folder):
    (work_folder / "a.yaml").write_text(
        "schema: 1\nid: a\nname: A\nsteps:\n  - rest: 20\n  - movement: lunje\n", encoding="utf-8"
    )
    (work_folder / "b.yaml").write_text("schema: 1\nid: b\nname: B\nanounce: Hi\nfrom: x\n", encoding="utf-8")
    (work_folder / "good.yaml").write_bytes((DATA / "routines" / "desk-break.yaml").read_bytes())
    result = coach("check", "a.yaml", "missing.yaml", "b.yaml", "good.yaml")
    assert result.status == 2
    for text in (
        "a.yaml:5:",
        "write 20s",
        "a.yaml:6:",
        "did you mean 'lunge'",
        "missing.yaml: there is no",
        "b.yaml:4:",
    ):
        assert text in result.err
    assert "good.yaml: the routine" in result.out


def test_a_routine_that_cannot_have_its_length_is_told_with_its_place(coach, work_folder):
    text = (DATA / "routines" / "desk-break.yaml").read_text(encoding="utf-8")
    line = next(i for i, line in enumerate(text.splitlines(), 1) if line.startswith("length:"))
    changed = [*text.splitlines()]
    changed[line - 1] = "length: {default: 50m, least: 49m, most: 51m}"
    (work_folder / "x.yaml").write_text("\n".join(changed) + "\n", encoding="utf-8")
    result = coach("check", "x.yaml")
    assert result.status == 2
    assert result.err.startswith(f"x.yaml:{line}:")


def test_verify_tells_what_it_measured_or_what_is_wrong(coach, work_folder):
    coach("export", "desk-break", "--voice", "null", "-o", "x.mp3")
    good = coach("verify", "x.mp3")
    assert good.status == 0
    assert "left 0:" in good.out
    report = json.loads(coach("verify", "x.mp3", "--json").out)
    assert report["problems"] == []
    whole = (work_folder / "x.mp3").read_bytes()
    (work_folder / "x.mp3").write_bytes(whole[: len(whole) * 2 // 3])
    bad = coach("verify", "x.mp3")
    assert (bad.status, bad.out) == (1, "")
    assert "x.mp3: " in bad.err
    assert coach("verify", "x.mp3", "--json").status == 1
    assert coach("check", "x.mp3", "x.mp3").status == 1


def test_the_keys_that_tell_a_routine_from_a_movement_are_those_of_the_documents():
    from dataclasses import fields

    from coach.routine.model import Movement, Routine

    assert {field.name for field in fields(Routine)} - {"id", "name"} == _ROUTINE
    assert {field.name.removesuffix("_ms") for field in fields(Movement)} - {"id", "name"} == _MOVEMENT
