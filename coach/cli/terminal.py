"""What a terminal can show: how wide it is, which letters it has, text folded to fit; and messages on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TextIO

import click

_WIDEST = 100
"""Lines longer than this are tiring to read, however wide the window is."""
_NARROWEST = 36

_ASCII = str.maketrans({"█": "#", "▓": "#", "░": "-", "≈": "~", "·": ".", "…": "~"})


def width(widest: int = _WIDEST) -> int:
    """Return how many columns text may take, between 36 and `widest`; 80 when nobody knows."""
    import shutil

    return max(_NARROWEST, min(shutil.get_terminal_size().columns, widest))


def tell(text: str = "") -> None:
    """Write lines for a person to stderr. That nobody can read them (closed, full disk) is no failure of the work."""
    with contextlib.suppress(OSError, ValueError):
        click.echo(text, err=True)


def on_terminal() -> bool:
    """Return whether a person reads stdout."""
    return sys.stdout is not None and sys.stdout.isatty()


def drawn(text: str, stream: TextIO | None = None) -> str:
    """Return `text` with its drawing letters, or with ASCII ones where `stream` (stdout) has none."""
    stream = stream or sys.stdout
    try:
        # In the C locale Python says utf-8, but what shows it is likely to be a bare terminal.
        "█░≈·…".encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return text.translate(_ASCII)
    return text.translate(_ASCII) if os.environ.get("TERM") == "dumb" else text


def folded(text: str, columns: int, indent: str = "", first: str = "") -> str:
    """Return `text` in lines of at most `columns`; `first` starts the first, `indent` the others."""
    import textwrap

    lines = textwrap.wrap(
        text, columns, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
    return "\n".join(lines) if lines else first.rstrip()


def shortened(title: str, columns: int) -> str:
    """Return `title` in at most `columns`; what follows its last comma (the side) stays."""
    if len(title) <= columns:
        return title
    head, comma, tail = title.rpartition(", ")
    tail = comma + tail
    if not head or len(tail) > columns // 2:
        head, tail = title, ""
    return head[: max(columns - len(tail) - 1, 1)].rstrip() + "…" + tail
