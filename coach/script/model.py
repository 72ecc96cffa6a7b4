"""A Script: segments with their cues, before any of them has a time.

Values only. `compose` makes them, `fit` chooses their lengths, `layout` places them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from coach.routine.model import Side

Pace: TypeAlias = Literal["setup", "hold", "count"]
CueKind: TypeAlias = Literal[
    "announce", "setup", "form", "feel", "halfway", "count", "pace", "release", "exit", "switch", "reflect", "safety",
    "talk",
]  # fmt: skip
SegmentKind: TypeAlias = Literal["talk", "prepare", "work", "release", "switch", "rest", "breathe", "reflect"]
ToneName: TypeAlias = Literal["start", "end", "tick", "pre"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a voice renders: resolved text, how fast, in which manner and language. A key of the cache."""

    text: str
    pace: Pace = "setup"
    manner: str = "steady"
    language: str = "en"


class Length(NamedTuple):
    """How long a rendered utterance is. `exact` is False while it is only an estimate."""

    ms: int
    """Milliseconds of the clip, silence trimmed."""
    onset_ms: int
    """Milliseconds from the start of the clip to where the ear hears it begin."""
    exact: bool


Lengths: TypeAlias = Mapping[Utterance, Length]
ToneLengths: TypeAlias = Mapping[ToneName, int]
"""Milliseconds of each tone: all that layout must know of one."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Spoken in its turn from the start of the segment, `gap_ms` after the cue before it."""

    gap_ms: int


@dataclass(frozen=True, slots=True)
class At:
    """Onset exactly `offset_ms` after the start of the segment."""

    offset_ms: int


@dataclass(frozen=True, slots=True)
class BeforeEnd:
    """Onset exactly `before_ms` before the end of the segment."""

    before_ms: int


@dataclass(frozen=True, slots=True)
class Within:
    """Anywhere in this part of the segment, as early as it fits; the bounds are thousandths of its length."""

    from_permille: int
    to_permille: int


Slot: TypeAlias = Flow | At | BeforeEnd | Within


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing to say. `forms` go from the fullest to the shortest; `must` is never dropped."""

    id: str
    kind: CueKind
    forms: tuple[Utterance, ...]
    slot: Slot
    priority: int = 50
    must: bool = False


@dataclass(frozen=True, slots=True)
class ToneCue:
    """A synthesised sound at a place in the segment (`Flow` is not used)."""

    name: ToneName
    slot: At | BeforeEnd


@dataclass(frozen=True, slots=True)
class Segment:
    """A span of one kind. Its length is chosen between `least_ms` and `most_ms`, best `want_ms`."""

    kind: SegmentKind
    title: str
    cues: tuple[Cue, ...]
    least_ms: int
    want_ms: int
    most_ms: int
    tones: tuple[ToneCue, ...] = ()
    movement: str | None = None
    side: Side | None = None
    set: int | None = None
    chapter: str | None = None
    """A chapter of this name begins here."""
    silence_ms: int = 0
    """Least silence between two of its cues."""
    talk_permille: int = 1000
    """Most of it that may be words other than counts, in thousandths."""
    reps: int | None = None
    """How many repetitions are counted in it; None in a hold and outside the work."""


@dataclass(frozen=True, slots=True)
class Script:
    """The unplaced plan of one session."""

    routine: str
    title: str
    language: str
    bed: Literal["comfort", "none"]
    segments: tuple[Segment, ...]
