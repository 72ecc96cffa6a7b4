"""A person at a terminal: the question, the bar, colours and completion; with a real pseudo-terminal."""

from __future__ import annotations

import io
import os
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach import paths
from coach.cli.bar import Bar
from coach.cli.terminal import drawn, folded, shortened
from coach.history import History
from tests.cli.conftest import ROOT, RUN
from tests.terminals import shown_at_terminal

posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


def at_terminal(*arguments, answers=b"", columns=80, before="", env=None):
    """Run the command at a terminal; return its status and all it showed."""
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm", **(env or {})}
    command = [sys.executable, "-c", before + RUN, *map(str, arguments)]
    return shown_at_terminal(command, columns=columns, env=environment, answers=answers, limit_s=40)


def screen(shown):
    """Return the lines that stay on a terminal: a carriage return writes over what is there."""
    lines = []
    for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r\n", "\n").split("\n"):
        cells = ""
        for part in line.split("\r"):
            cells = part + cells[len(part) :]
        lines.append(cells.rstrip())
    return [line for line in lines if line]


BALL = ("export", "five-minute-ball", "--voice", "null")


@posix
def test_no_to_the_question_writes_nothing_and_asks_again(work_folder):
    for _ in range(2):
        status, shown = at_terminal(*BALL, answers=b"n\n")
        assert status == 1
        assert "pregnant" in shown
        assert screen(shown)[-2] == "coach: nothing was made"
    assert list(work_folder.iterdir()) == []


@posix
def test_yes_to_the_question_is_remembered_for_good(work_folder):
    status, shown = at_terminal(*BALL, answers=b"y\n")
    assert status == 0
    assert "five-minute-ball-5min.mp3  5:00" in shown
    again, shown = at_terminal(*BALL, "-f")
    assert again == 0
    assert "[y/N]" not in shown


@posix
def test_the_question_folds_between_words_and_comes_after_what_is_refused():
    _, shown = at_terminal(*BALL, answers=b"n\n", columns=50)
    assert max(map(len, screen(shown))) <= 50
    for refused in (("--minutes", "60"), ("-o", "nowhere/x.mp3")):
        status, shown = at_terminal(*BALL, *refused)
        assert status == 2
        assert "[y/N]" not in shown


@posix
def test_end_of_input_at_the_question_stops_calmly(work_folder):
    status, shown = at_terminal(*BALL, answers=b"\x04")
    assert status == 1
    assert screen(shown)[-1] == "coach: stopped; nothing was left half-written"
    assert list(work_folder.iterdir()) == []


def test_a_pipe_and_json_are_never_asked(coach):
    assert coach(*BALL).status == 0
    assert coach(*BALL, "--json", "-f").status == 0
    assert not History(paths.record_dir()).was_shown("screen:ball-psoas-release")


@posix
def test_json_at_a_terminal_is_not_asked_either():
    status, shown = at_terminal(*BALL, "--json")
    assert status == 0
    assert "[y/N]" not in shown


@posix
@pytest.mark.parametrize("columns", [40, 80])
def test_the_bar_is_one_line_that_is_gone_at_the_end(columns):
    status, shown = at_terminal("export", "desk-break", "--voice", "null", columns=columns)
    assert status == 0
    assert "Recording the coach" in shown
    assert " 0/" in shown
    lines = screen(shown)
    assert not any("Recording" in line or "Putting" in line for line in lines)
    assert any(line.startswith("desk-break-3min.mp3  3:00") for line in lines)
    drawn_lines = [part for part in re.split(r"[\r\n]", shown) if part.startswith("Recording")]
    assert max(map(len, drawn_lines)) < columns


@posix
def test_a_warm_export_draws_no_bar(coach):
    coach("export", "desk-break", "--voice", "null")
    _, shown = at_terminal("export", "desk-break", "--voice", "null", "-f")
    assert "Recording" not in shown
    assert len(screen(shown)) == 2


@posix
def test_colour_is_for_terminals_that_want_it():
    show = ("show", "desk-break", "--voice", "null")
    assert "\x1b[32m" in at_terminal(*show)[1]
    assert "\x1b" not in at_terminal(*show, env={"NO_COLOR": "1"})[1]
    dumb = at_terminal(*show, env={"TERM": "dumb"})[1]
    assert "\x1b" not in dumb
    assert "█" not in dumb
    assert "###" in dumb


@posix
@pytest.mark.parametrize("columns", [50, 80])
def test_list_and_voices_fold_at_a_terminal(columns):
    for command in ("list", "voices"):
        status, shown = at_terminal(command, columns=columns)
        assert status == 0
        assert max(map(len, screen(shown))) <= columns


# --- parts --------------------------------------------------------------------------------------


def test_several_rounds_are_one_bar_that_never_runs_backwards():
    stream = io.StringIO()
    with Bar("Recording", "Putting", stream) as bar:
        bar.show(0, 10)
        assert stream.getvalue() == f"\rRecording  {'-' * 40}  0/10"  # no encoding, so plain letters
        for done in range(1, 11):
            bar.show(done, 10)
        for done in range(4):
            bar.show(done, 3)
    shown = re.findall(r"(\d+)/(\d+)", stream.getvalue())
    assert shown == [*((str(done), "10") for done in range(10)), *((str(done), "13") for done in (10, 11, 12))]
    assert stream.getvalue().count("Putting") == 2
    assert "\n" not in stream.getvalue()
    assert stream.getvalue().endswith("\r")


@given(st.text("abc ,…", min_size=0, max_size=60), st.integers(4, 50))
def test_a_shortened_title_fits(title, columns):
    result = shortened(title, columns)
    assert len(result) <= columns
    assert result == title or "…" in result


def test_a_shortened_title_keeps_its_side():
    assert shortened("Block-supported lengthener, left", 24) == "Block-supported l…, left"


@given(st.lists(st.text("abcdefg", min_size=1, max_size=12)), st.integers(20, 60))
def test_folding_keeps_every_word_inside_the_columns(words, columns):
    text = folded(" ".join(words), columns, "  ", "* ")
    assert text.split()[1:] == words
    assert all(len(line) <= columns for line in text.split("\n"))


def test_letters_that_a_stream_lacks_are_replaced():
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    wide = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert drawn("█░≈·…", narrow) == "#-~.~"
    assert drawn("█░≈·…", wide) == "█░≈·…"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("coach ex", {"export"}),
        ("coach export p", {"post-run-cooldown"}),
        ("coach show d", {"desk-break"}),
        ("coach export x --voice n", {"null"}),
        ("coach config get c", {"cache_limit"}),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_shell_completes_commands_routines_voices_and_settings(words, expected, shell, monkeypatch, coach, capsys):
    monkeypatch.setenv("_COACH_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    with pytest.raises(SystemExit):
        coach()
    out = capsys.readouterr().out.replace(",", "\n").split("\n")
    assert expected <= set(out)
    assert not {"list", "strong-hips", "voice"} & set(out)


@posix
def test_doctor_says_what_it_waits_for_and_takes_it_away():
    _, shown = at_terminal("doctor", env={"COACH_VOICE": "null"})
    first, _, rest = shown.partition("\r\n")
    assert first.startswith("coach ")
    assert rest.startswith("trying the voice ...\r")
    assert not any("trying" in line for line in screen(shown))
