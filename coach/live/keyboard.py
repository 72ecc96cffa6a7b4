"""Single keys without a full screen: from a POSIX terminal or a Windows console, by the names of `coach.live.keys`."""

from __future__ import annotations

import codecs
import os
import re
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from coach.live.terminal import in_front, kept


class Keyboard(Protocol):
    """Where keys come from."""

    def read(self, timeout_s: float) -> str | None:
        """Return the next key's name, or None when none came within `timeout_s`."""
        ...


@contextmanager
def open_keyboard() -> Iterator[Keyboard | None]:
    """Yield the keyboard of the terminal on stdin, or None when there is none to use; the terminal is given back."""
    if sys.stdin is None or not sys.stdin.isatty() or not in_front(sys.stdin.fileno()):
        yield None
    elif sys.platform == "win32":
        yield _Console()
    else:
        with kept():
            yield _Terminal(sys.stdin.fileno())


_NAMES = {" ": "space", "\r": "enter", "\n": "enter", "\x1b": "escape"}
_ARROWS = {"A": "up", "B": "down", "C": "right", "D": "left"}
_TOKEN = re.compile(r"\x1b(?:\[[0-9;?<>=]*[@-~]|O.)|.", re.DOTALL)


def names(typed: str) -> Iterator[str]:
    """Yield the names of the keys in what a terminal sends; of sequences only the arrows count."""
    for token in _TOKEN.findall(typed):
        if len(token) > 1:
            if token[1:-1] in ("[", "O") and token[-1] in _ARROWS:
                yield _ARROWS[token[-1]]
        elif token in _NAMES or token.isprintable():
            yield _NAMES.get(token, token)


class _Terminal:
    """A POSIX terminal, key by key and without echo; Ctrl-C and Ctrl-Z mean what they always mean."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        self._waiting: deque[str] = deque()
        self._gone = False

    def read(self, timeout_s: float) -> str | None:
        import select

        if self._waiting:
            return self._waiting.popleft()
        if self._gone or not in_front(self._descriptor):
            time.sleep(timeout_s)
            return None
        self._prepare()
        try:
            if not select.select([self._descriptor], [], [], timeout_s)[0]:
                return None
            typed = os.read(self._descriptor, 256)
        except OSError:
            typed = b""
        self._gone = not typed
        self._waiting.extend(names(self._decoder.decode(typed)))
        return self._waiting.popleft() if self._waiting else None

    def _prepare(self) -> None:
        # Each time, for a shell puts its own modes back after Ctrl-Z.
        import termios

        try:
            modes = termios.tcgetattr(self._descriptor)
            if modes[3] & (termios.ICANON | termios.ECHO):
                modes[3] &= ~(termios.ICANON | termios.ECHO)
                modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
                termios.tcsetattr(self._descriptor, termios.TCSANOW, modes)
        except termios.error:
            self._gone = True


class _Console:
    """A Windows console."""

    _CODES = {"H": "up", "P": "down", "M": "right", "K": "left"}  # noqa: RUF012 - never changed

    def read(self, timeout_s: float) -> str | None:
        import msvcrt

        until = time.monotonic() + timeout_s
        while not msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            if time.monotonic() >= until:
                return None
            time.sleep(0.02)
        letter: str = msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
        if letter in ("\x00", "\xe0"):
            return self._CODES.get(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
        if letter == "\x03":
            raise KeyboardInterrupt
        return next(names(letter), None)
