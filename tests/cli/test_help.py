"""`coach` alone, --help and --version."""

from __future__ import annotations

from coach.cli import COMMANDS


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
