"""Changes while it plays: from one edition of a session to the next. Renders what the change says anew.

Between the pure functions of `coach.script.edits` and the voice; decides no time and plays nothing.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from coach.audio.tones import TONE_LENGTHS_MS
from coach.prepare import prepare
from coach.routine.delivery import Talk
from coach.routine.model import MovementStep, Side
from coach.script.compose import compose
from coach.script.edits import NotNow, movement_span, recomposed, resized
from coach.script.fit import Fitted
from coach.script.layout import Kept
from coach.script.model import Lengths
from coach.script.outline import Choice, Content, Path, leaves
from coach.script.timeline import Timeline
from coach.session import Session

TALKS: tuple[Talk, ...] = tuple(reversed(get_args(Talk)))
"""From few words to many."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One plan of a session that is being played: what it is, how it is told and when."""

    fitted: Fitted
    content: Content
    timeline: Timeline


def segment_at(timeline: Timeline, at_ms: int) -> int:
    """Return the index of the segment that is played at `at_ms`; the last one at the end and after it."""
    starts = [segment.start_ms for segment in timeline.segments]
    return max(0, bisect.bisect_right(starts, at_ms) - 1)


def span_at(edition: Edition, at_ms: int) -> tuple[int, int]:
    """Return where the movement, or the quiet part, that is played at `at_ms` begins and ends, in milliseconds."""
    first, after = movement_span(edition.fitted.script.segments, segment_at(edition.timeline, at_ms))
    return edition.timeline.segments[first].start_ms, edition.timeline.segments[after - 1].end_ms


class Editor:
    """Makes the editions of one session. Each call may render: not for the thread that feeds the speaker."""

    def __init__(self, session: Session) -> None:
        """Keep the session, which is prepared."""
        self.session = session

    def first(self) -> Edition:
        """Return the session as it is exported. Raises EngineError or ImpossibleLength."""
        timeline = self.session.prepare()
        return Edition(self.session.fitted, self.session.content, timeline)

    def resized(self, edition: Edition, at_ms: int, delta_ms: int) -> Edition:
        """Return it with the hold at `at_ms`, on both its sides, longer or shorter. Raises NotNow or EngineError."""
        index = segment_at(edition.timeline, at_ms)
        played_ms = at_ms - edition.timeline.segments[index].start_ms
        fitted = resized(edition.fitted, index, delta_ms, played_ms, edition.content)
        return self._edition(edition, edition.content, at_ms, lambda _: fitted)

    def talk(self, edition: Edition, at_ms: int, steps: int) -> Edition:
        """Return it with `steps` more or fewer degrees of talk from `at_ms` on. Raises NotNow or EngineError."""
        place = TALKS.index(edition.content.delivery.talk) + steps
        if not 0 <= place < len(TALKS):
            raise NotNow("it cannot say more" if steps > 0 else "it cannot say less")
        delivery = replace(edition.content.delivery, talk=TALKS[place])
        return self._recomposed(edition, replace(edition.content, delivery=delivery), edition.fitted.choices, at_ms)

    def other_side(self, edition: Edition, at_ms: int) -> tuple[Edition, int]:
        """Return it with the other side first in the movement at `at_ms`, and where that begins.

        Raises NotNow when its work has begun or it has no sides, or EngineError.
        """
        segments = edition.fitted.script.segments
        index = segment_at(edition.timeline, at_ms)
        first, _ = movement_span(segments, index)
        prepare_segment = segments[index]
        if prepare_segment.kind != "prepare" or index != first:
            raise NotNow("sides can be changed before the work begins")
        if prepare_segment.side in (None, "both"):
            raise NotNow("this one has no sides")
        other: Mapping[Side, Side] = {"left": "right", "right": "left"}
        path = self._path(edition, index)
        choice = edition.fitted.choices[path]
        start = other[prepare_segment.side]
        choices = {**edition.fitted.choices, path: _started(choice, start)}
        start_ms = edition.timeline.segments[first].start_ms
        return self._recomposed(edition, edition.content, choices, start_ms), start_ms

    # --- inside ---------------------------------------------------------------------------------

    def _recomposed(self, edition: Edition, content: Content, choices: Mapping[Path, Choice], at_ms: int) -> Edition:
        first = segment_at(edition.timeline, at_ms)

        def fitted(lengths: Lengths) -> Fitted:
            script = compose(self.session.routine, content, choices, lengths, TONE_LENGTHS_MS)
            return replace(recomposed(edition.fitted, script, first, content), choices=choices)

        return self._edition(edition, content, at_ms, fitted)

    def _edition(
        self, edition: Edition, content: Content, at_ms: int, fitted_for: Callable[[Lengths], Fitted]
    ) -> Edition:
        kept = Kept(edition.timeline, segment_at(edition.timeline, at_ms), at_ms)
        found = edition.fitted

        def plan(lengths: Lengths) -> Timeline:
            nonlocal found
            found = fitted_for(lengths)
            return self.session.laid(found, lengths, kept)

        timeline = prepare(plan, self.session.booth)
        return Edition(found, content, timeline)

    def _path(self, edition: Edition, index: int) -> Path:
        """Return the path of the step that segment `index` belongs to: its movement's, counted as they are met."""
        segments = edition.fitted.script.segments
        begun = [i for i, s in enumerate(segments) if s.kind == "prepare" and s.set == 1 and i <= index]
        done = [
            leaf
            for leaf in leaves(self.session.routine)
            if isinstance(leaf.step, MovementStep) and edition.fitted.choices[leaf.path].included
        ]
        return done[len(begun) - 1].path


def _started(choice: Choice, side: Side) -> Choice:
    return replace(choice, start="right" if side == "right" else "left")
