"""What messages and help tell people to type can be typed: in a checkout "coach" is "./scripts/coach"."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.cli.called import VARIABLE, as_called

SCRIPT = "./scripts/coach"
WRONG = {
    "unknown routine": ("show", "nothing-such"),
    "unknown option": ("export", "--bogus"),
    "unknown voice": ("export", "desk-break", "--voice", "pipr"),
    "unknown setting": ("config", "get", "voise"),
    "no routine": ("export",),
    "nothing to say": ("voices", "say", ""),
    "the list": ("list",),
    "a document": ("check", "wrong.yaml"),
    "bare": (),
}
HELP = [(), ("export",), ("voices",), ("voices", "say"), ("config", "set"), ("cache", "gc"), ("check",)]


@pytest.mark.parametrize("case", WRONG)
def test_a_message_names_the_command_as_it_was_called(coach, work_folder, monkeypatch, case):
    wrong = "schema: 1\nid: wrong\nname: W\nsteps:\n  - movement: qqqqqqqq\n"
    (work_folder / "wrong.yaml").write_text(wrong, encoding="utf-8")
    plain = coach(*WRONG[case])
    assert "`coach " in plain.err
    monkeypatch.setenv(VARIABLE, SCRIPT)
    called = coach(*WRONG[case])
    assert called.status == plain.status
    assert called.err == plain.err.replace("`coach ", f"`{SCRIPT} ")
    assert "`coach" not in called.err


@pytest.mark.parametrize("name", [SCRIPT, "py scripts/coach", "'/my tools/coach'"])
@pytest.mark.parametrize("arguments", HELP)
def test_help_shows_what_to_type(coach, monkeypatch, arguments, name):
    monkeypatch.setenv(VARIABLE, name)
    out = coach(*arguments, "--help").out
    path = " ".join((name, *arguments))
    assert out.startswith(f"Usage: {path} ")
    [example] = re.findall(r"^  Example: (.*)$", out, re.MULTILINE)
    assert f"{example} ".startswith(f"{path} ")
    assert "`coach" not in out
    assert not re.search(r"(?<![/\w'])coach (export|voices|cache|config)\b", out.replace(name, ""))


def test_bare_coach_shows_lines_to_type(coach, monkeypatch):
    assert coach().out.splitlines()[0] == "After a run   coach export post-run-cooldown"
    monkeypatch.setenv(VARIABLE, SCRIPT)
    assert coach().out.splitlines()[1] == "At the desk   ./scripts/coach export desk-break"


def test_data_keep_the_plain_name(coach, monkeypatch):
    monkeypatch.setenv(VARIABLE, SCRIPT)
    assert coach("--version").out.startswith("coach ")
    assert coach("doctor").out.startswith("coach ")
    assert coach("xyzzy").err.startswith("coach: ")


def test_both_commands_of_a_pipe_are_named_so(coach, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    assert "`coach make | coach show -`" in coach("show", "-").err
    monkeypatch.setenv(VARIABLE, SCRIPT)
    assert f"`{SCRIPT} make | {SCRIPT} show -`" in coach("show", "-").err


@pytest.mark.parametrize("value", ["", "  ", "a\nb", "\x1b[31m"])
def test_a_strange_variable_is_not_believed(coach, monkeypatch, value):
    monkeypatch.setenv(VARIABLE, value)
    assert "`coach list`" in coach("show", "nothing-such").err


@pytest.mark.parametrize("columns", [40, 60])
@pytest.mark.parametrize("arguments", HELP)
def test_help_stays_inside_a_narrow_window_but_for_its_example(coach, monkeypatch, arguments, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = coach(*arguments, "--help").out.splitlines()
    assert all(len(line) <= columns for line in lines if not line.startswith("  Example: "))
    assert not any(line.endswith("...") and not line.startswith("Usage") and "ARGS" not in line for line in lines)


@given(st.text("`coach lis.E", max_size=30))
def test_without_the_variable_no_text_is_changed(text):
    assert as_called(text) == text
