"""The frozen Timeline: every time of a session, in whole milliseconds of the decoded sound.

Export, live play, captions, chapters, lyrics, pictures and `verify` read it and nothing else; only
`layout` makes one. Ranges include their start and exclude their end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeAlias, get_args

from coach.routine.model import Side
from coach.script.model import CueKind, Pace, SegmentKind, ToneName, Utterance
from coach.units import GRID_MS, grid_down, grid_up

SCHEMA = 1
"""Version of the JSON form; a reader refuses a newer one."""

TAKE_GAP_MS = 96
"""Clips closer than this are one take: four frames, so that the runs of two takes never meet."""

_MOST_MS = 24 * 3_600_000  # of a session that is read back; ours last four hours at the most
_MOST_GAIN_DB = 120.0

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
    reps: int | None = None
    """How many repetitions are counted in it; None in a hold and outside the work."""


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
        """Read `to_json` back. Raises ValueError when the text is not a Timeline this version knows.

        What comes back keeps every rule of this file, whoever wrote the text: types, known kinds, order and bounds.
        """
        try:
            timeline = _read(json.loads(text, parse_constant=_refuse))
            _check(timeline)
            return timeline
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


# --- reading back -----------------------------------------------------------------------------


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def _read(raw: dict[str, Any]) -> Timeline:
    if raw.pop("schema") != SCHEMA:
        raise ValueError("made by another version of coach")
    lists = {name: raw.pop(name) for name in _LISTS}
    for name, found in lists.items():
        if not isinstance(found, list):
            raise ValueError(f"{name} is not a list")
    clips = tuple(
        Clip(**{**clip, "sound": Utterance(**clip["sound"]) if isinstance(clip["sound"], dict) else clip["sound"]})
        for clip in lists["clips"]
    )
    return Timeline(
        segments=tuple(PlacedSegment(**segment) for segment in lists["segments"]),
        cues=tuple(PlacedCue(**cue) for cue in lists["cues"]),
        clips=clips,
        chapters=tuple(Chapter(**chapter) for chapter in lists["chapters"]),
        dropped=tuple(Dropped(**dropped) for dropped in lists["dropped"]),
        **raw,
    )


def _check(timeline: Timeline) -> None:
    """Raise ValueError unless every field has its type and a possible value."""
    _texts(timeline.routine, timeline.title, timeline.language, timeline.voice)
    _among(timeline.bed, ("comfort", "none"))
    _whole(timeline.length_ms, 0, _MOST_MS)
    if timeline.length_ms % GRID_MS or not isinstance(timeline.estimated, bool):
        raise ValueError("the length or its kind is not possible")
    length_ms = timeline.length_ms
    for segment in timeline.segments:
        _among(segment.kind, get_args(SegmentKind))
        _about(segment.title, segment.movement, segment.side)
        if segment.set is not None:
            _whole(segment.set, 0, _MOST_MS)
        if segment.reps is not None:
            _whole(segment.reps, 1, _MOST_MS)
    _follow(timeline.segments, length_ms)
    for cue in timeline.cues:
        _texts(cue.id, cue.text)
        _among(cue.kind, get_args(CueKind))
        _about(cue.text, cue.movement, cue.side)
        _whole(cue.onset_ms, _whole(cue.start_ms, 0, length_ms), _whole(cue.end_ms, 0, length_ms))
    before_ms = 0
    for clip in timeline.clips:
        _sound(clip)
        before_ms = _whole(clip.start_ms, before_ms, length_ms)
        _whole(clip.end_ms, before_ms, length_ms)
        if type(clip.gain_db) not in (int, float) or not -_MOST_GAIN_DB <= clip.gain_db <= _MOST_GAIN_DB:
            raise ValueError("a clip's gain is not possible")
    for chapter in timeline.chapters:
        _texts(chapter.title)
    if timeline.chapters:
        _follow(timeline.chapters, length_ms)
    for dropped in timeline.dropped:
        _texts(dropped.cue, dropped.text)
        _among(dropped.what, ("shortened", "left out"))
        _whole(dropped.at_ms, 0, length_ms)


def _sound(clip: Clip) -> None:
    if isinstance(clip.sound, Utterance):
        _texts(clip.sound.text, clip.sound.manner, clip.sound.language)
        _among(clip.sound.pace, get_args(Pace))
        _among(clip.track, ("speech",))
    else:
        _among(clip.sound, get_args(ToneName))
        _among(clip.track, ("tone",))


def _about(title: object, movement: object, side: object) -> None:
    _texts(title, "" if movement is None else movement)
    if side is not None:
        _among(side, get_args(Side))


def _texts(*values: object) -> None:
    for value in values:
        if not isinstance(value, str):
            raise ValueError(f"a text is a {type(value).__name__}")
        value.encode()  # half of a surrogate pair is no text: UnicodeEncodeError is a ValueError


def _among(value: object, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"none of {', '.join(known)}")


def _whole(value: object, least: int, most: int) -> int:
    """Return a whole number within the bounds; True and 1.0 are none."""
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"no whole number from {least} to {most}")
    return value


def _follow(spans: Iterable[PlacedSegment | Chapter], length_ms: int) -> None:
    """Raise ValueError unless the spans cover 0 to the end in order and without a gap."""
    now_ms = 0
    for span in spans:
        _whole(span.start_ms, now_ms, now_ms)
        now_ms = _whole(span.end_ms, now_ms, length_ms)
    _whole(now_ms, length_ms, length_ms)
