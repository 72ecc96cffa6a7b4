"""The frozen Timeline: every time of a session, in whole milliseconds of the decoded sound.

Export, live play, captions, chapters, lyrics, pictures and `verify` read it and nothing else; only
`layout` makes one. Ranges include their start and exclude their end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from coach.routine.model import Side
from coach.script.model import CueKind, SegmentKind, ToneName, Utterance
from coach.units import grid_down, grid_up

SCHEMA = 1
"""Version of the JSON form; a reader refuses a newer one."""

TAKE_GAP_MS = 96
"""Clips closer than this are one take: four frames, so that the runs of two takes never meet."""

Sound: TypeAlias = Utterance | ToneName
"""What a clip plays: something spoken, or a tone by its name."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One sound at its place. Tones may sound under speech; two clips of one track never overlap."""

    track: Literal["speech", "tone"]
    sound: Sound
    start_ms: int
    end_ms: int
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class PlacedCue:
    """What is said and when. `start_ms` and `end_ms` bound its clip, `onset_ms` is where it is heard to begin."""

    id: str
    kind: CueKind
    text: str
    start_ms: int
    onset_ms: int
    end_ms: int
    movement: str | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class PlacedSegment:
    """A span of one kind; segments follow each other without a gap from 0 to the end."""

    kind: SegmentKind
    title: str
    start_ms: int
    end_ms: int
    movement: str | None = None
    side: Side | None = None
    set: int | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named span for the player's chapter list; chapters follow each other without a gap."""

    title: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """What layout did to a cue that did not fit: said in a shorter form, or left out."""

    cue: str
    text: str
    what: Literal["shortened", "left out"]
    at_ms: int
    """Start of the segment it belongs to."""


@dataclass(frozen=True, slots=True)
class Take:
    """Clips with less than `TAKE_GAP_MS` between them. Bounds sit on the 24 ms grid."""

    start_ms: int
    end_ms: int
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One session, placed. `length_ms` is a multiple of 24; `estimated` is True while a length is a guess."""

    routine: str
    title: str
    language: str
    voice: str
    bed: Literal["comfort", "none"]
    length_ms: int
    estimated: bool
    segments: tuple[PlacedSegment, ...]
    cues: tuple[PlacedCue, ...]
    clips: tuple[Clip, ...]
    """Sorted by start."""
    chapters: tuple[Chapter, ...]
    dropped: tuple[Dropped, ...] = ()

    def takes(self) -> Iterator[Take]:
        """Yield the takes in order."""
        run: list[Clip] = []
        end_ms = 0
        for clip in self.clips:
            if run and clip.start_ms - end_ms >= TAKE_GAP_MS:
                yield _take(run, end_ms)
                run = []
            end_ms = max(end_ms, clip.end_ms) if run else clip.end_ms
            run.append(clip)
        if run:
            yield _take(run, end_ms)

    def work_ms(self, side: Side) -> int:
        """Return the milliseconds of work on `side`."""
        return sum(s.end_ms - s.start_ms for s in self.segments if s.kind == "work" and s.side == side)

    def to_json(self) -> str:
        """Return the JSON form: the same text for the same Timeline, no path, time of day or user name."""
        flat = {name: getattr(self, name) for name in _FIELDS}
        lists = {name: [_plain(value) for value in getattr(self, name)] for name in _LISTS}
        return json.dumps({"schema": SCHEMA, **flat, **lists}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Timeline:
        """Read `to_json` back. Raises ValueError when the text is not a Timeline this version knows."""
        try:
            return _read(json.loads(text))
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"not a Timeline: {error}") from error


_LISTS = ("segments", "cues", "clips", "chapters", "dropped")
_FIELDS = ("routine", "title", "language", "voice", "bed", "length_ms", "estimated")


def _plain(value: PlacedSegment | PlacedCue | Clip | Chapter | Dropped | Utterance) -> dict[str, Any]:
    """Return a value's fields. dataclasses.asdict copies deeply and takes five times as long."""
    fields = {name: getattr(value, name) for name in value.__slots__}
    if isinstance(value, Clip) and isinstance(value.sound, Utterance):
        fields["sound"] = _plain(value.sound)
    return fields


def _take(run: list[Clip], end_ms: int) -> Take:
    return Take(grid_down(run[0].start_ms), grid_up(end_ms), tuple(run))


def _read(raw: dict[str, Any]) -> Timeline:
    if raw.pop("schema") != SCHEMA:
        raise ValueError("made by another version of coach")
    clips = tuple(
        Clip(**{**clip, "sound": Utterance(**clip["sound"]) if isinstance(clip["sound"], dict) else clip["sound"]})
        for clip in raw.pop("clips")
    )
    return Timeline(
        segments=tuple(PlacedSegment(**segment) for segment in raw.pop("segments")),
        cues=tuple(PlacedCue(**cue) for cue in raw.pop("cues")),
        clips=clips,
        chapters=tuple(Chapter(**chapter) for chapter in raw.pop("chapters")),
        dropped=tuple(Dropped(**dropped) for dropped in raw.pop("dropped")),
        **raw,
    )
