"""Speech in its turn: cues one after the other from the start of a segment, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach.routine.model import Side, Wording
from coach.script.model import Cue, CueKind, Flow, Lengths
from coach.script.wording import say


@dataclass(frozen=True, slots=True)
class Gaps:
    """Silence before cues in milliseconds: usual, before the first, before a step of coming out (None: usual)."""

    usual_ms: int
    first_ms: int | None = None
    exit_ms: int | None = None
    first_act_ms: int = 0
    """Added after the first sentence of a set-up: time to get there."""
    act_ms: int = 0
    """Added after each further sentence of a set-up: time to do it."""

    def before(self, index: int, kind: CueKind, acts: int, *, after_act: bool) -> int:
        """Return the silence before the cue at `index`, when `acts` sentences of a set-up came before it."""
        if index == 0 and self.first_ms is not None:
            return self.first_ms
        if kind == "exit" and self.exit_ms is not None:
            return self.exit_ms
        if after_act:
            return self.usual_ms + (self.first_act_ms if acts == 1 else self.act_ms)
        return self.usual_ms


def flow(
    number: str,
    lines: Iterable[tuple[CueKind, str]],
    gaps: Gaps,
    wording: Wording,
    lengths: Lengths,
    side: Side,
) -> tuple[tuple[Cue, ...], int]:
    """Return the cues and the milliseconds from the segment's start to the end of the last one.

    `number` begins their ids. Set-up, release and safety are never dropped, so all of them must be said.
    """
    cues: list[Cue] = []
    spoken_ms, acts, before = 0, 0, None
    for index, (kind, text) in enumerate(lines):
        utterance = say(text, wording, side=side)
        gap_ms = gaps.before(index, kind, acts, after_act=before == "setup")
        acts, before = acts + (kind == "setup"), kind
        cues.append(Cue(f"{number}.{kind}.{index}", kind, (utterance,), Flow(gap_ms), priority=100, must=True))
        spoken_ms += gap_ms + lengths[utterance].ms
    return tuple(cues), spoken_ms
