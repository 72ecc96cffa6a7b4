"""`coach export`: where the file goes, what is told, and what it leaves alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from coach import paths
from coach.audio.store import Store
from coach.audio.tags import read_timeline
from coach.errors import EngineMissing
from coach.voice import catalog, piper
from tests.cli.conftest import ROOT

FIELDS = ["path", "bytes", "length_ms", "voice", "cues", "rendered", "cached", "seconds"]


def test_the_report_names_path_length_size_and_how_to_play(coach, work_folder):
    result = coach("export", "desk-break", "--voice", "null", "-o", "x.mp3")
    size = (work_folder / "x.mp3").stat().st_size
    assert result.out == f"x.mp3  3:00  {size / 1e6:.1f} MB\n"
    assert "1.0 x" in result.err
    assert "skip silence off" in result.err


def test_json_is_exact_and_alone(coach, work_folder):
    first = coach("export", "desk-break", "--voice", "null", "--json")
    made = json.loads(first.out)
    assert list(made) == FIELDS
    assert made["path"] == "desk-break-3min.mp3"
    assert made["bytes"] == (work_folder / made["path"]).stat().st_size
    assert (made["length_ms"], made["voice"]) == (180_000, "null:tone")
    assert made["rendered"] == made["cues"] > 20
    assert made["cached"] == 0
    again = coach("export", "desk-break", "--voice", "null", "--json", "-f")
    assert json.loads(again.out)["rendered"] == 0
    assert first.err == again.err == ""


@pytest.mark.parametrize(
    ("minutes", "name"),
    [
        (None, "desk-break-3min.mp3"),
        ("4", "desk-break-4min.mp3"),
        ("2:30", "desk-break-2min30s.mp3"),
        ("3m5s", "desk-break-3min05s.mp3"),
    ],
)
def test_the_default_name_carries_the_length(coach, work_folder, minutes, name):
    asked = ["--minutes", minutes] if minutes else []
    assert coach("export", "desk-break", "--voice", "null", *asked).status == 0
    assert [path.name for path in work_folder.iterdir()] == [name]


def test_a_folder_gets_the_default_name(coach, work_folder):
    (work_folder / "phone").mkdir()
    assert coach("export", "desk-break", "--voice", "null", "-o", "phone").status == 0
    assert coach("export", "desk-break", "--voice", "null", "-o", "phone/", "--minutes", "4").status == 0
    names = sorted(path.name for path in (work_folder / "phone").iterdir())
    assert names == ["desk-break-3min.mp3", "desk-break-4min.mp3"]


def test_nothing_is_overwritten_silently(coach, work_folder):
    (work_folder / "x.mp3").write_bytes(b"mine")
    refused = coach("export", "desk-break", "--voice", "null", "-o", "x.mp3")
    assert (refused.status, refused.out) == (2, "")
    assert "-f" in refused.err
    assert (work_folder / "x.mp3").read_bytes() == b"mine"
    assert not Store(paths.cache_dir()).info().clips  # refused before the work, not after it
    assert coach("export", "desk-break", "--voice", "null", "-o", "x.mp3", "-f").status == 0
    assert (work_folder / "x.mp3").read_bytes().startswith(b"ID3")


def test_a_path_of_ones_own_file_works(coach, work_folder):
    (work_folder / "mine.yaml").write_text(
        "schema: 1\nid: mine\nname: Mine\nsteps:\n  - talk: Stand tall.\n  - rest: 20s\n", encoding="utf-8"
    )
    assert coach("export", "mine.yaml", "--voice", "null").status == 0
    (made,) = work_folder.glob("mine-*.mp3")
    assert read_timeline(made).title == "Mine"


def test_the_settings_choose_voice_and_bed(coach, work_folder, monkeypatch):
    coach("config", "set", "voice", "null")
    coach("config", "set", "bed", "none")
    assert json.loads(coach("export", "desk-break", "-o", "x.mp3", "--json").out)["voice"] == "null:tone"
    assert read_timeline(work_folder / "x.mp3").bed == "none"
    monkeypatch.setenv("COACH_BED", "comfort")
    coach("export", "desk-break", "-o", "y.mp3")
    assert read_timeline(work_folder / "y.mp3").bed == "comfort"


def test_the_limit_of_the_settings_is_that_of_the_cache_after_a_run_that_kept_something(coach, monkeypatch):
    swept = []
    sweep = Store.gc
    monkeypatch.setattr(Store, "gc", lambda self: swept.append(self.cap_bytes) or sweep(self))
    monkeypatch.setenv("COACH_CACHE_LIMIT", "77")
    coach("export", "desk-break", "--voice", "null")
    assert swept == [77_000_000]
    coach("export", "desk-break", "--voice", "null", "-f")
    assert swept == [77_000_000]


def test_a_warm_export_loads_nothing_heavy(coach, work_folder):
    coach("export", "desk-break", "--voice", "null")
    code = (
        "import sys; from coach.cli import main; status = main(sys.argv[1:]);"
        "print(status, sorted({'numpy', 'pydub', 'PIL', 'sqlite3', 'soundfile'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "export", "desk-break", "--voice", "null", "-f", "--json"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.stdout.splitlines()[-1] == "0 []"


def _without_piper(monkeypatch):
    def missing(voice):
        raise EngineMissing("piper", "is not installed", hint="pip install piper-tts")

    monkeypatch.setattr(piper, "open", missing)


def test_a_second_best_voice_is_told_in_one_line(coach, monkeypatch):
    _without_piper(monkeypatch)
    result = coach("show", "desk-break", "--json")
    assert json.loads(result.out)["voice"].startswith("system:")
    assert len(result.err.splitlines()) == 1
    assert "piper" in result.err
    assert "'system' instead" in result.err
    assert coach("show", "desk-break", "--voice", "system", "--json").err == ""


def test_no_engine_at_all_is_one_plain_line_with_a_cure(coach, work_folder, monkeypatch):
    _without_piper(monkeypatch)
    monkeypatch.setattr(catalog, "LADDER", ("piper",))
    result = coach("export", "desk-break")
    assert result.status == 1
    assert result.err.splitlines() == ["coach: the voice 'piper' is not installed", "  pip install piper-tts"]
    assert list(work_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "better"),
    [("x.wav", "x.mp3"), ("a/my.run.m4a", "a/my.run.mp3"), ("my.run", "my.run.mp3"), ("-", "desk-break.mp3")],
)
def test_a_wrong_name_for_an_mp3_is_answered_with_a_right_one(coach, given, better):
    result = coach("export", "desk-break", "-o", given)
    assert result.status == 2
    assert f"-o {better} names" in result.err
    assert ("stdout" in result.err) == (given == "-")


def test_a_script_is_told_in_a_line_where_the_reasons_against_it_are(coach, monkeypatch):
    from coach.history import History

    def told(*more):
        err = coach("export", "five-minute-ball", "--voice", "null", "-f", *more).err
        return [line for line in err.splitlines() if "Not for everybody" in line]

    [line] = told()
    assert "`coach show five-minute-ball` says who should leave" in line
    assert told("--json") == []
    for movement in ("ball-psoas-release", "weighted-psoas-release"):
        [line] = told()
        History(paths.record_dir()).mark_shown(f"screen:{movement}")
    assert "Ball" not in line
    assert told() == []
