"""A progress bar on stderr: one line that grows, is redrawn in place, and is gone at the end."""

from __future__ import annotations

import contextlib
import os
import sys
from types import TracebackType
from typing import TextIO

from coach.cli.terminal import drawn

_MOST = 40
"""Columns of the bar itself at the most."""


class Bar:
    """Begins with the first call, so that a run with nothing to do draws nothing.

    Several rounds of work are one bar: a round that starts again is added to what was done before.
    """

    def __init__(self, label: str, afterwards: str, stream: TextIO | None = None) -> None:
        """`label` stands before the bar; `afterwards` stands alone once all known work is done."""
        self.label, self.afterwards = label, afterwards
        self._stream = stream or sys.stderr
        self._before = self._done = self._total = self._drawn = 0

    def __enter__(self) -> Bar:
        """Draw nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave an empty line to write on."""
        if self._drawn:
            self._put("")
            self._write("\r")

    def show(self, done: int, total: int) -> None:
        """Show `done` of `total` steps of the present round."""
        if done <= self._done:
            self._before += self._total
        self._done, self._total = done, total
        now, whole = self._before + done, self._before + total
        if now >= whole:
            self._put(self.afterwards)
            return
        counts = f"{now}/{whole}"
        room = self._columns() - len(self.label) - len(counts) - 5
        if room < 6:
            self._put(f"{self.label}  {counts}")
            return
        room = min(room, _MOST)
        full = now * room // whole
        self._put(drawn(f"{self.label}  {'█' * full}{'░' * (room - full)}  {counts}", self._stream))

    def _put(self, text: str) -> None:
        # Spaces, not an escape code: every terminal knows them.
        self._write("\r" + text.ljust(self._drawn)[: self._columns() - 1])
        self._drawn = len(text)

    def _write(self, text: str) -> None:
        # A terminal that went away takes no bar; the work goes on.
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()

    def _columns(self) -> int:
        try:
            return max(os.get_terminal_size(self._stream.fileno()).columns, 20)
        except (OSError, ValueError):
            return 80
