"""What a live session shows at one moment, and what it comes to in the end. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from coach.routine.delivery import Talk
from coach.routine.model import Side
from coach.script.model import SegmentKind

Phase: TypeAlias = Literal["ready", "playing", "speaking", "paused", "waiting", "ended"]
"""`ready` before the start, `speaking` while something is said in between, `waiting` while a change is prepared."""
Ending: TypeAlias = Literal["done", "stopped", "interrupted"]
"""To the end; stopped by the listener; cut off by a signal, a lost device or an error."""


@dataclass(frozen=True, slots=True)
class Now:
    """One moment of a live session, for a screen. Times are whole milliseconds of the session's Timeline."""

    phase: Phase
    position_ms: int
    length_ms: int
    ready_ms: int = 0
    """What is left of the get-ready; 0 once it is over."""
    kind: SegmentKind | None = None
    title: str = ""
    """The movement, or the name of a quiet part."""
    side: Side | None = None
    set: int | None = None
    sets: int | None = None
    start_ms: int = 0
    end_ms: int = 0
    """Bounds of the segment that is heard."""
    caption: str = ""
    """What is being said, or was said last in this segment."""
    rep: int | None = None
    reps: int | None = None
    """The repetition that is being done, from 1, of how many; None in a hold."""
    following: str | None = None
    """The next movement or side, such as "Fencer's stretch, right"."""
    volume: int = 100
    """Per cent, from 0 to 100."""
    muted: bool = False
    """Tones are off."""
    talk: Talk = "normal"
    notice: str | None = None
    """A line for the listener, such as why a key did nothing. It goes after a few seconds."""


@dataclass(frozen=True, slots=True)
class Done:
    """Work that was really done on one side of one movement, in milliseconds of work heard."""

    movement: str
    name: str
    side: Side
    work_ms: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a live session came to."""

    routine: str
    title: str
    ending: Ending
    position_ms: int
    length_ms: int
    done: tuple[Done, ...]
    """In the order of the session; a movement and side that was repeated is one entry."""
    skipped: tuple[str, ...] = ()
    """Names of movements that were left out by the listener."""
    hurt: tuple[str, ...] = ()
    """Names of movements that were stopped because they hurt."""
