"""Plain lines for pipes and screen readers, and single keys without a full screen."""

from __future__ import annotations

import io
import os
import sys
import time
from dataclasses import replace

import pytest

from coach.live.keyboard import names, open_keyboard
from coach.live.plain import follow, part_line
from tests.fakes import FakePlayer
from tests.live.moments import ENDED, HOLD, KIT, PAUSED, READY, REPS, REST, SUMMARY


class Playing(FakePlayer):
    """Shows one moment after the other."""

    def __init__(self, *moments) -> None:
        super().__init__(moments[0], SUMMARY, KIT)
        self.moments = [*moments, ENDED]

    def wait(self, timeout_s):
        self.moment = self.moments.pop(0)
        return self.moment.phase == "ended"


class Typed:
    """A keyboard on which these keys were pressed."""

    def __init__(self, *keys) -> None:
        self.keys = list(keys)

    def read(self, timeout_s):
        return self.keys.pop(0) if self.keys else None


def lines(*moments, keyboard=None):
    out = io.StringIO()
    follow(Playing(*moments), "Strong hips", out, keyboard)
    return out.getvalue().splitlines()


def test_a_line_for_each_part_and_each_sentence():
    assert lines(
        READY,
        replace(HOLD, position_ms=120_000, caption=""),
        HOLD,
        HOLD,
        replace(HOLD, caption="Halfway."),
        replace(HOLD, side="right", start_ms=150_000, end_ms=180_000, position_ms=150_000, caption=""),
        REPS,
        REST,
    ) == [
        "Strong hips, 16:00",
        "You need: resistance band with a loop, low solid anchor (or the leg of heavy furniture), mat",
        "Starts in 8 seconds",
        "2:00 Standing desk lunge, left: work 30 s",
        "2:17 Keep the knees together.",
        "2:17 Halfway.",
        "2:30 Standing desk lunge, right: work 30 s",
        "6:43 Split lunge, right, set 1 of 2: work 8 times, 32 s",
        "6:43 Point the right knee forward.",
        "7:00 Rest: 20 s",
    ]


def test_pauses_notices_and_what_is_done_again_are_told():
    notice = replace(PAUSED, notice="The sound device is gone.")
    back = replace(HOLD, position_ms=120_000)
    assert lines(HOLD, notice, notice, HOLD, back)[2:] == [
        "2:17 Standing desk lunge, left: work 30 s",
        "2:17 Keep the knees together.",
        "2:17 The sound device is gone.",
        "2:17 Paused",
        "2:17 On again",
        "2:00 Standing desk lunge, left: work 30 s",
        "2:00 Keep the knees together.",
    ]


def test_no_control_code_gets_through():
    shown = "\n".join(lines(replace(HOLD, caption="a\x1b[2Jb\rc\x07"), replace(HOLD, title="x\x9by")))
    assert all(letter.isprintable() for letter in shown.replace("\n", ""))


def test_keys_work_and_are_explained():
    keyboard = Typed("space", None, "?", "z", "q")
    player = Playing(*[HOLD] * 6)
    out = io.StringIO()
    follow(player, "Strong hips", out, keyboard)
    assert player.told == ["toggle", "stop"]
    assert "Keys: space pauses, ? lists the others, q stops" in out.getvalue()
    assert "right: next part\n" in out.getvalue()
    assert "Keys: " not in "\n".join(lines(HOLD))


def test_the_part_line_names_a_quiet_part_once():
    assert part_line(REST) == "Rest: 20 s"
    assert part_line(replace(REST, title="Notice", kind="reflect")) == "Notice: reflect 20 s"


def test_what_a_terminal_sends_becomes_names():
    assert list(names(" \r\x1b[A\x1bOB\x1b[C\x1b[Dq+T?é")) == [
        "space", "enter", "up", "down", "right", "left", "q", "+", "T", "?", "é",
    ]  # fmt: skip
    # Other sequences, and what is no letter, are nothing at all.
    assert list(names("\x1b[15~\x1b[1;5C\x1b[200~\x01\x7f")) == []
    assert list(names("\x1b")) == ["escape"]


@pytest.mark.skipif(sys.platform == "win32", reason="termios")
def test_a_terminal_gives_single_keys_and_is_given_back(monkeypatch):
    import pty
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    stream = os.fdopen(theirs, "r", closefd=False)
    monkeypatch.setattr(sys, "stdin", stream)
    monkeypatch.setattr("coach.live.keyboard.in_front", lambda descriptor: True)
    monkeypatch.setattr("coach.live.terminal._INPUT", theirs)
    with open_keyboard() as keyboard:
        assert keyboard.read(0) is None
        assert not termios.tcgetattr(theirs)[3] & (termios.ECHO | termios.ICANON)
        os.write(ours, b"q\x1b[C")
        assert (keyboard.read(5), keyboard.read(5)) == ("q", "right")
    assert termios.tcgetattr(theirs) == before
    with open_keyboard() as keyboard:
        os.close(ours)
        # Nobody at the other end any more: it waits, and ends nothing.
        began = time.monotonic()
        assert [keyboard.read(0.05), keyboard.read(0.05)] == [None, None]
        assert time.monotonic() - began >= 0.05


def test_without_a_terminal_there_is_no_keyboard(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with open_keyboard() as keyboard:
        assert keyboard is None
    monkeypatch.setattr(sys, "stdin", None)
    with open_keyboard() as keyboard:
        assert keyboard is None
