"""`coach check`: any file, by its content; all problems of all files."""

from __future__ import annotations

import os
import subprocess

import pytest

from coach.cli.check_command import _MOVEMENT, _ROUTINE
from coach.routine.library import DATA


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


def test_the_keys_that_tell_a_routine_from_a_movement_are_those_of_the_documents():
    from dataclasses import fields

    from coach.routine.model import Movement, Routine

    assert {field.name for field in fields(Routine)} - {"id", "name"} == _ROUTINE
    assert {field.name.removesuffix("_ms") for field in fields(Movement)} - {"id", "name"} == _MOVEMENT
