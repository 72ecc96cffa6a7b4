"""Where the cues of one segment go: none overlaps, none leaves its segment, the important ones stay.

Cues that must be said are placed first, then the rest by priority. A cue that does not fit tries its shorter
forms and moves inside its slot; if nothing fits it is left out, and what happened is recorded.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from coach.script.model import At, BeforeEnd, Cue, Flow, Length, Lengths, Segment, Slot, Utterance, Within

_COUNTED = ("count", "pace")
"""Kinds that go by the beat of the work, not by the amount of talk."""
_LEAST_GAP_MS = 120
"""Between two cues that have no silence to keep: enough for the ear to part them."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cue in one of its forms; times count from the start of the segment."""

    cue: Cue
    utterance: Utterance
    start_ms: int
    length: Length

    @property
    def end_ms(self) -> int:
        """End of the clip."""
        return self.start_ms + self.length.ms


@dataclass(frozen=True, slots=True)
class Placed:
    """The spots of a segment in order of time, and the cues that were left out."""

    spots: tuple[Spot, ...]
    left_out: tuple[Cue, ...]


def place(segment: Segment, length_ms: int, lengths: Lengths, heard: Sequence[Spot] = (), from_ms: int = 0) -> Placed:
    """Place the cues of `segment`, which lasts `length_ms`.

    In a session that is being played, `heard` are the spots that have begun: they stay, and their cues are not said
    again, but for a countdown whose end has moved. Nothing else begins before `from_ms`.
    """
    taken = list(heard)
    left_out: list[Cue] = []
    said = {spot.cue.id: spot for spot in heard if spot.cue.kind != "count"}
    words_left_ms = length_ms * segment.talk_permille // 1000
    words_left_ms -= sum(spot.length.ms for spot in heard if spot.cue.kind not in _COUNTED)
    flow_end_ms = 0
    for cue in segment.cues:
        if not isinstance(cue.slot, Flow):
            continue
        if cue.id in said:
            flow_end_ms = max(flow_end_ms, said[cue.id].end_ms)
            continue
        start_ms = max(flow_end_ms + cue.slot.gap_ms, from_ms)
        spot = Spot(cue, cue.forms[0], start_ms, lengths[cue.forms[0]])
        flow_end_ms = spot.end_ms
        if spot.end_ms > length_ms:
            left_out.append(cue)
        else:
            taken.append(spot)
    others = [c for c in segment.cues if not isinstance(c.slot, Flow) and c.id not in said]
    for cue in sorted(others, key=lambda c: (not c.must, -c.priority)):
        found = _try_forms(cue, segment, length_ms, taken, lengths, words_left_ms, from_ms)
        if found is None:
            left_out.append(cue)
            continue
        taken.insert(bisect.bisect([s.start_ms for s in taken], found.start_ms), found)
        if cue.kind not in _COUNTED:
            words_left_ms -= found.length.ms
    return Placed(tuple(taken), tuple(left_out))


def _try_forms(
    cue: Cue,
    segment: Segment,
    length_ms: int,
    taken: Sequence[Spot],
    lengths: Lengths,
    words_left_ms: int,
    from_ms: int,
) -> Spot | None:
    gaps = (segment.silence_ms, _LEAST_GAP_MS) if cue.must else (segment.silence_ms,)
    for gap_ms in gaps:
        for utterance in cue.forms:
            length = lengths[utterance]
            if cue.kind not in _COUNTED and not cue.must and length.ms > words_left_ms:
                continue
            start_ms = _find(cue, length, length_ms, taken, gap_ms, from_ms)
            if start_ms is not None:
                return Spot(cue, utterance, start_ms, length)
    return None


def _find(cue: Cue, length: Length, length_ms: int, taken: Sequence[Spot], gap_ms: int, from_ms: int) -> int | None:
    """Return the earliest start that keeps the gap to every neighbour, or None."""
    earliest, latest = _range(cue.slot, length, length_ms)
    start_ms = max(earliest, from_ms)
    for spot in taken:
        gap = _between(cue, spot.cue, gap_ms)
        if start_ms + length.ms + gap <= spot.start_ms:
            break
        if start_ms < spot.end_ms + gap:
            start_ms = spot.end_ms + gap
    return start_ms if earliest <= start_ms <= latest and start_ms + length.ms <= length_ms else None


def _between(cue: Cue, other: Cue, gap_ms: int) -> int:
    """Counts and pacing words may follow each other closely; everything else keeps the silence."""
    return 0 if cue.kind in _COUNTED and other.kind in _COUNTED else gap_ms


def _range(slot: Slot, length: Length, length_ms: int) -> tuple[int, int]:
    """Return the first and the last start that the slot allows."""
    if isinstance(slot, At):
        # A word on the very first moment begins with the segment: its onset is a few milliseconds late.
        start_ms = max(0, slot.offset_ms - length.onset_ms)
        return start_ms, start_ms
    if isinstance(slot, BeforeEnd):
        start_ms = length_ms - slot.before_ms - length.onset_ms
        return start_ms, start_ms
    if isinstance(slot, Within):
        return length_ms * slot.from_permille // 1000, length_ms * slot.to_permille // 1000
    return 0, length_ms
