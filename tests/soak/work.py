"""What the campaigns share: small routines, one export in a process of its own, and disks that fail."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Loaded here so that the fork server has them: a campaign starts thousands of processes.
import lameenc  # noqa: F401
import mutagen.id3  # noqa: F401
import PIL.ImageDraw  # noqa: F401
import pyloudnorm  # noqa: F401
import soxr  # noqa: F401

from coach.audio.atomic import PART
from coach.audio.store import Store
from coach.session import Session
from coach.voice import null
from tests.audio.faults import PatchedOs

QUICK_WORDS_PER_S = 23.0

SHORT = """\
schema: 1
id: short
name: Short
intro: Well run.
steps:
  - movement: fencers-stretch
    hold: 20s
  - reflect: What feels different now?
    for: 4s
outro: Good work.
"""

_START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
CONTEXT: Any = multiprocessing.get_context(_START)
if _START == "forkserver":
    CONTEXT.set_forkserver_preload([__name__])


@contextlib.contextmanager
def quick_voice() -> Iterator[None]:
    """The null voice at ten times its speed: what takes the time is mastering, and it goes by length."""
    before = null.WORDS_PER_S
    null.WORDS_PER_S = QUICK_WORDS_PER_S
    try:
        yield
    finally:
        null.WORDS_PER_S = before


def export(routine: str | Path, cache: Path | None, target: Path, times: int = 1) -> int:
    """Export, each time as a new session, and return how many cues were rendered."""
    rendered = 0
    with quick_voice():
        for _ in range(times):
            session = Session.of(routine, "null", store=Store(cache))
            rendered += session.export(target, overwrite=True).rendered
    return rendered


def export_and_tell(routine: Path, cache: Path, targets: list[Path], told: Any) -> None:
    """Export to each target in turn, then say how many cues were rendered."""
    told.put(sum(export(routine, cache, target) for target in targets))


def talk_routine(folder: Path, lines: int) -> Path:
    """Write a routine of spoken lines, all different."""
    steps = "".join(f"  - talk: Line {n} of this session.\n" for n in range(lines))
    path = folder / "talk.yaml"
    path.write_text(f"schema: 1\nid: talk\nname: Talk\nsteps:\n{steps}", encoding="utf-8")
    return path


def short_routine(folder: Path) -> Path:
    """Write a routine of one stretch on two sides: every kind of cue and tone, half a minute of speech."""
    path = folder / "short.yaml"
    path.write_text(SHORT, encoding="utf-8")
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parts_in(folder: Path) -> list[str]:
    """Return the names of temporary files below `folder`."""
    return sorted(path.name for path in folder.rglob(f"*{PART}"))


class FailingDisk(PatchedOs):
    """The failing call raises OSError(code); only calls that touch one of `folders` count.

    These are calls on paths below the folders and on the descriptors opened there. `hit` has each call that failed
    and its path.
    """

    calls = ("open", "write", "fsync", "close", "replace", "link", "unlink", "mkdir")

    def __init__(self, n: int, code: int, *folders: Path, lasting: bool = False) -> None:
        super().__init__(n, lasting=lasting)
        self.code, self.folders = code, tuple(map(str, folders))
        self.hit: list[tuple[str, str]] = []
        self._opened: dict[int, str] = {}

    def patched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(where: Any, *given: Any, **named: Any) -> Any:
            path = self._opened.get(where, "") if isinstance(where, int) else os.path.abspath(os.fspath(where))  # noqa: PTH100
            if name == "close":
                real(where)  # the descriptor is gone even when closing fails
                self._opened.pop(where, None)
            if path.startswith(self.folders) and self.due():
                self.hit.append((name, path))
                raise OSError(self.code, os.strerror(self.code), path)
            if name == "close":
                return None
            result = real(where, *given, **named)
            if name == "open":
                self._opened[result] = path
            return result

        return call
