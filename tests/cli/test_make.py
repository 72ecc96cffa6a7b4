"""`coach make`: a routine to a file or into a pipe, and what it says when it cannot."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys

import pytest

from coach import paths
from coach.routine.routine_document import read_routine
from tests.cli.conftest import ROOT


def piped(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-8")), encoding="utf-8"))


def test_what_is_printed_is_only_the_routine(coach):
    result = coach("make", "--minutes", "8", "--moment", "post-run")
    assert result.status == 0
    assert result.err == ""
    routine = read_routine(result.out, "-")
    assert (routine.id, routine.length.default_ms, routine.moment) == ("made-post-run-8min", 480_000, "post-run")


def test_it_is_shown_and_exported_from_a_pipe(coach, monkeypatch, work_folder):
    text = coach("make", "--minutes", "6:30", "--moment", "evening").out
    piped(monkeypatch, text)
    plan = json.loads(coach("show", "-", "--voice", "null", "--json").out)
    assert (plan["id"], plan["length_ms"]) == ("made-evening-6min30s", 390_000)
    assert all(work["left"] == work["right"] for work in plan["work_ms"])
    piped(monkeypatch, text)
    assert coach("export", "-", "--voice", "null", "-o", "evening.mp3").status == 0
    assert (work_folder / "evening.mp3").stat().st_size > 100_000


def test_a_file_takes_its_id_from_its_name_and_passes_the_check(coach, work_folder):
    result = coach("make", "--moment", "desk", "-o", "My Break.yaml")
    assert (result.status, result.out) == (0, "My Break.yaml\n")
    assert read_routine((work_folder / "My Break.yaml").read_text(encoding="utf-8"), "-").id == "my-break"
    assert "no problem" in coach("check", "My Break.yaml").out


def test_a_folder_gets_a_file_with_the_id_as_its_name(coach, work_folder):
    assert coach("make", "--minutes", "3", "--moment", "desk", "-o", ".").out == "made-desk-3min.yaml\n"
    assert (work_folder / "made-desk-3min.yaml").is_file()


def test_a_file_is_never_overwritten_silently(coach, work_folder):
    (work_folder / "mine.yaml").write_text("precious", encoding="utf-8")
    result = coach("make", "-o", "mine.yaml")
    assert (result.status, result.out) == (2, "")
    assert "mine.yaml is already there" in result.err
    assert (work_folder / "mine.yaml").read_text(encoding="utf-8") == "precious"
    assert coach("make", "-o", "mine.yaml", "-f").status == 0
    assert (work_folder / "mine.yaml").read_text(encoding="utf-8") != "precious"


def test_the_command_in_the_file_makes_the_same_file(coach, work_folder):
    options = ["--minutes", "7:30", "--moment", "post-run", "--avoid", "kneeling", "--avoid", "cobra"]
    options += ["--level", "gentle", "--start", "right", "--kit", "block", "--seed", "7", "-o", "mine.yaml"]
    assert coach("make", *options).status == 0
    text = (work_folder / "mine.yaml").read_text(encoding="utf-8")
    made_by = text.splitlines()[0].removeprefix("# Made by: ")
    assert coach(*shlex.split(made_by)[1:], "-o", "mine.yaml", "-f").status == 0
    assert (work_folder / "mine.yaml").read_text(encoding="utf-8") == text
    commands = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# coach ")]
    assert commands == ["coach check mine.yaml", "coach export mine.yaml --start right --level gentle"]
    for line in commands:
        assert coach(*shlex.split(line)[1:], *(["--voice", "null"] if "export" in line else [])).status == 0


def test_what_the_settings_say_is_avoided_is_avoided(coach):
    assert "half-kneeling-lunge" in coach("make", "--moment", "post-run").out
    assert coach("config", "set", "me.avoid", "kneeling").status == 0
    out = coach("make", "--moment", "post-run").out
    assert "half-kneeling-lunge" not in out
    assert "--avoid kneeling" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--avoid", "kneelin"], "did you mean kneeling?"),
        (["--avoid", "floor,half-kneeling-lung"], "did you mean half-kneeling-lunge"),
        (["--kit", "bal"], "did you mean ball?"),
        (["--minutes", "0:20", "--moment", "desk"], "the nearest length that works is"),
        (["--minutes", "600"], "the nearest length that works is"),
        (
            ["--moment", "desk", "--avoid", "standing-desk-lunge,fencers-stretch,standing-ankle-grab,wall-lunge"],
            "you avoid it",
        ),
        (["--moment", "lunch"], "lunch"),
        (["-o", "plan.mp3"], "YAML"),
        (["-o", "nowhere/plan.yaml"], "nowhere"),
    ],
)
def test_what_is_asked_wrongly_ends_with_two_and_a_reason(coach, arguments, says):
    result = coach("make", *arguments)
    assert (result.status, result.out) == (2, "")
    assert says in result.err
    assert "Traceback" not in result.err


def test_the_length_that_is_offered_works(coach):
    offered = coach("make", "--moment", "desk", "--minutes", "0:20").err.split("--minutes ")[1].split()[0]
    assert coach("make", "--moment", "desk", "--minutes", offered).status == 0


def test_making_loads_nothing_heavy():
    code = "import sys; from coach.cli import main; main(['make']); print(*sys.modules, file=sys.stderr)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.startswith("# Made by: coach make --moment any")
    loaded = set(done.stderr.split())
    assert "coach.make" in loaded
    assert not {"numpy", "pydub", "onnxruntime", "PIL", "soundfile", "logging", "tempfile"} & loaded


@pytest.fixture
def broken_movement():
    """A movement of the user's own that cannot be read."""
    folder = paths.home_dir() / "movements"
    folder.mkdir(parents=True)
    path = folder / "mine.yaml"
    path.write_text("schema: 1\nid: mine\nname: Mine\nkind: static\nfoo: 1\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("arguments", [
    ["make", "--moment", "desk", "--minutes", "3"],
    ["make", "--moment", "desk", "--minutes", "3", "--kit", "mat"],
    ["show", "desk-break", "--kit", "mat", "--voice", "null", "--json"],
    ["export", "desk-break", "--kit", "mat", "--voice", "null"],
    ["list", "--kit", "mat"],
])  # fmt: skip
def test_one_broken_movement_is_left_out_with_one_line(coach, broken_movement, arguments):
    result = coach(*arguments)
    assert result.status == 0
    (line,) = [line for line in result.err.splitlines() if "mine" in line]
    assert line.startswith(f"{broken_movement}:1:1: ")
    assert line.endswith("; the movement 'mine' is left out.")
    broken_movement.unlink()
    if arguments[0] != "export":
        assert coach(*arguments).out == result.out
