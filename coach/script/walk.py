"""What compose keeps in mind as it walks through a routine: where the body is, what was said, the segments so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from coach.routine.model import Movement, Side
from coach.script.flow import Gaps, flow
from coach.script.model import Cue, CueKind, Lengths, Segment, SegmentKind, ToneCue, ToneLengths
from coach.script.outline import Choices, Content
from coach.script.words import Words

SLACK_MS = 3000
"""How much longer than needed a talk, a set-up or a change of side may last, for an exact length."""


@dataclass
class Walk:
    """One pass through the steps."""

    content: Content
    choices: Choices
    lengths: Lengths
    tones: ToneLengths
    words: Words
    position: str = "standing"
    segments: list[Segment] = field(default_factory=list)
    kit: frozenset[str] = frozenset()
    met: set[str] = field(default_factory=set)
    """Movements that the listener was shown in this session."""

    def spoken(
        self, kind: SegmentKind, title: str | None, lines: list[tuple[CueKind, str]], *, tail_ms: int,
        first_gap_ms: int | None = None, least_tail_ms: int | None = None, slack_ms: int = SLACK_MS,
    ) -> None:  # fmt: skip
        """Add a segment of speech and a tail of silence that may stretch; with a title a chapter begins."""
        cues, spoken_ms = self.flow(lines, first_gap_ms=first_gap_ms)
        least_ms = spoken_ms + (tail_ms if least_tail_ms is None else least_tail_ms)
        want_ms = spoken_ms + tail_ms
        name = title or self.title(kind, kind.capitalize())
        self.add(kind, name, cues, (least_ms, want_ms, want_ms + slack_ms), chapter=title)

    def flow(
        self,
        lines: Iterable[tuple[CueKind, str]],
        *,
        side: Side = "both",
        first_gap_ms: int | None = None,
        exit_gap_ms: int | None = None,
        act_gaps_ms: tuple[int, int] = (0, 0),
    ) -> tuple[tuple[Cue, ...], int]:
        """Return the cues of lines spoken in turn, and the milliseconds until the last one has ended.

        `act_gaps_ms` is added after the first and after each further sentence of a set-up.
        """
        gaps = Gaps(self.content.pacing.pause_ms, first_gap_ms, exit_gap_ms, *act_gaps_ms)
        # A safety line has one wording: all of it is said.
        said = [(kind, line if kind == "safety" else self.words.pick(line)) for kind, line in lines]
        return flow(self.number(), said, gaps, self.content.wording, self.lengths, side)

    def add(
        self, kind: SegmentKind, title: str, cues: tuple[Cue, ...], bounds: tuple[int, int, int], *,
        tones: tuple[ToneCue, ...] = (), movement: str | None = None, side: Side | None = None,
        set_number: int | None = None, chapter: str | None = None,
    ) -> None:  # fmt: skip
        """Add a segment of least, wanted and most milliseconds (`bounds`)."""
        self.segments.append(Segment(kind, title, cues, *bounds, tones, movement, side, set_number, chapter))

    # --- where the body is ----------------------------------------------------------------------

    def is_set_for(self, movement: Movement) -> bool:
        """Say whether the body is in the position of `movement` already, with all its kit."""
        return self.position == movement.position and not self._lacking(movement) - {"wall"}

    def move_to(self, movement: Movement) -> int:
        """Return the time to get into position for `movement` and fetch its kit; the body is there then."""
        pacing = self.content.pacing
        move_ms = pacing.moves_ms[self.position, movement.position]
        move_ms += pacing.kit_ms if self._lacking(movement) else 0
        self.position, self.kit = movement.position, _names(movement)
        return move_ms

    def _lacking(self, movement: Movement) -> frozenset[str]:
        """Return the kit to fetch now; whoever is on the floor is on their mat already."""
        return _names(movement) - self.kit - (frozenset() if self.position == "standing" else {"mat"})

    def turn_to(self, position: str | None) -> int:
        """Return the time a quiet step gives the body to get to its position; it stays there."""
        if position is None or position == self.position:
            return 0
        before, self.position = self.position, position
        return self.content.pacing.moves_ms[before, position]

    def switch_ms(self, movement: Movement) -> int:
        """Return the time to change side in `movement`, after the words."""
        if movement.switch_ms is not None:
            return movement.switch_ms
        return self.content.pacing.switch_ms[movement.position]

    # --- names ----------------------------------------------------------------------------------

    def number(self) -> str:
        """Return what begins the ids of the next segment's cues."""
        return f"{len(self.segments):03}"

    def title(self, kind: str, otherwise: str) -> str:
        """Return the chapter title of a kind of segment."""
        return self.content.wording.titles.get(kind, otherwise)


def _names(movement: Movement) -> frozenset[str]:
    return frozenset(kit.name for kit in movement.kit)
