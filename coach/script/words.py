"""Which of several wordings of a line is said: in turn, so that a session never repeats itself like a machine.

The first of them follows from the routine and the seed, so the same request gives the same session.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

from coach.routine.model import WORDINGS


@dataclass
class Words:
    """The turns of one session. `key` names what the choice depends on: the routine and the seed."""

    key: str
    _used: dict[str, int] = field(default_factory=dict)

    def pick(self, line: str) -> str:
        """Return the next wording of `line`, which may still hold placeholders."""
        if WORDINGS not in line:
            return line
        wordings = line.split(WORDINGS)
        turn = self._used.get(line, zlib.crc32(f"{self.key}|{line}".encode()))
        self._used[line] = turn + 1
        return wordings[turn % len(wordings)].strip()
