"""The terminal a session is shown on: what it can do, and how it is given back, even by a process that is dying."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_INPUT, _OUTPUT = 0, 2
"""Where keys come from and where Textual draws."""

_DRAWN = "█▀▄░━─·→…"

_AS_BEFORE = (
    b"\x1b[?2026l\x1b[?2048l\x1b[?2004l\x1b[?1004l"  # output at once, resize and focus not reported, paste as typed
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u"  # no mouse, keys as ever
    b"\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"  # lines wrap, no style, the lines from before, a cursor
)


@dataclass(frozen=True, slots=True)
class _Kept:
    input: int
    modes: list[Any] | None
    """What termios says; None where there is no termios."""
    full_screen: bool


_kept: _Kept | None = None


def in_front(descriptor: int) -> bool:
    """Return whether this process may use the terminal: in the background a key or a mode would stop it."""
    try:
        return os.isatty(descriptor) and (sys.platform == "win32" or os.tcgetpgrp(descriptor) == os.getpgrp())
    except OSError:
        return False


def can_draw() -> bool:
    """Return whether a full screen is possible: a terminal on all three streams that has the letters it needs."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None or not stream.isatty():
            return False
    if not in_front(sys.stdin.fileno()) or os.environ.get("TERM", "" if sys.platform != "win32" else "x") in (
        "",
        "dumb",
    ):
        return False
    try:
        _DRAWN.encode(sys.stderr.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


@contextlib.contextmanager
def kept(*, full_screen: bool = False) -> Iterator[None]:
    """Keep the terminal's modes for `restore_terminal`; at the end of the block the terminal is as it was."""
    global _kept
    _kept = _Kept(_INPUT, _modes(_INPUT), full_screen)
    try:
        yield
    except BaseException:
        restore_terminal()
        raise
    finally:
        _set_modes(_kept)
        _kept = None


def restore_terminal() -> None:
    """Give the terminal back as it was: at once, from any thread, as often as one likes; nothing if nothing is kept."""
    found = _kept
    if found is None:
        return
    _set_modes(found)
    if found.full_screen:
        with contextlib.suppress(OSError):
            os.write(_OUTPUT, _AS_BEFORE)


def take_back_input() -> None:
    """Read keys from the terminal again after the routine came through a pipe; nothing where that cannot be."""
    if sys.platform == "win32" or sys.stdin is None or sys.stdin.isatty():
        return
    with contextlib.suppress(OSError, ValueError):
        terminal = os.open("/dev/tty", os.O_RDWR)
        os.dup2(terminal, sys.stdin.fileno())
        os.close(terminal)


def _modes(descriptor: int) -> list[Any] | None:
    try:
        import termios

        return termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError, termios.error):
        return None


def _set_modes(kept: _Kept | None) -> None:
    if kept is None or kept.modes is None:
        return
    import termios

    with contextlib.suppress(OSError, termios.error):
        termios.tcsetattr(kept.input, termios.TCSANOW, kept.modes)
