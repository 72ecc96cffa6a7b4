"""`coach verify`: whether an MP3 is what its plan says."""

from __future__ import annotations

import json

from coach.audio.tags import audio_start


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


def test_verify_tells_what_it_measured_or_what_is_wrong(coach, work_folder):
    coach("export", "desk-break", "--voice", "null", "-o", "x.mp3")
    good = coach("verify", "x.mp3")
    assert good.status == 0
    assert "left 0:" in good.out
    report = json.loads(coach("verify", "x.mp3", "--json").out)
    assert (report["problems"], report["loudness_slack_lu"]) == ([], 0.5)
    assert "judge" not in good.out
    (work_folder / "sparse.yaml").write_text("schema: 1\nid: s\nname: S\nsteps:\n  - rest: 20s\n", encoding="utf-8")
    assert coach("export", "sparse.yaml", "--voice", "null", "-o", "s.mp3").status == 0
    assert "LUFS (judged widely, within 2.5 LU: little or unusual speech)" in coach("verify", "s.mp3").out
    whole = (work_folder / "x.mp3").read_bytes()
    (work_folder / "x.mp3").write_bytes(whole[: len(whole) * 2 // 3])
    bad = coach("verify", "x.mp3")
    assert (bad.status, bad.out) == (1, "")
    assert "x.mp3: " in bad.err
    assert coach("verify", "x.mp3", "--json").status == 1
    assert coach("check", "x.mp3", "x.mp3").status == 1


def test_verify_of_a_document_says_who_reads_it(coach, work_folder):
    from coach.routine.library import DATA

    text = (DATA / "routines/desk-break.yaml").read_text(encoding="utf-8")
    (work_folder / "lunch.txt").write_text(text, encoding="utf-8")
    (work_folder / "notes.txt").write_text("what is this?\n", encoding="utf-8")
    result = coach("verify", "lunch.txt")
    assert result.status == 2
    assert result.err == "coach: lunch.txt: is a document, not an MP3\n  `coach check lunch.txt` reads it\n"
    assert "document" not in coach("verify", "notes.txt").err
