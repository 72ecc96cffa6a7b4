"""compose: a routine and its choices become a Script: what is said, in which order, in which segment.

The arc of one movement is: name it, set up, time to move, start tone, work, end tone, release, switch.
Segments carry the least, the wanted and the most they may last; nothing here has a time of day or a start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from coach.routine.model import (
    BreatheStep,
    Caution,
    Movement,
    MovementStep,
    ReflectStep,
    RestStep,
    Routine,
    Side,
    Step,
    TalkStep,
    position_of,
)
from coach.script.flow import Gaps, flow
from coach.script.model import (
    At,
    BeforeEnd,
    Cue,
    CueKind,
    Lengths,
    Script,
    Segment,
    SegmentKind,
    ToneCue,
    ToneLengths,
)
from coach.script.outline import Choices, Content, Leaf, bounds_of, dose_of, leaves
from coach.script.quiet import breathe_segment, rest_segment
from coach.script.wording import chapter_title, resolve
from coach.script.work import TALK_PERMILLE, Contact, Work, cautions_fit, how_many, work_cues

OPENING_MS = 400
"""Silence before the first word: the decoder's delay, room for the pre-tone, a breath."""
CLOSING_MS = 1000
"""Silence after the last word of a talk."""
SLACK_MS = 3000
"""How much longer than needed a talk, a set-up or a change of side may last, for an exact length."""
REFLECT_SLACK_MS = 15_000
STRENGTH_REST_MS = 30_000
"""Between sets of a strength movement when the document says nothing."""
SET_REST_LEAST_MS, SET_REST_MOST_MS = 15_000, 60_000
RELEASE_GAP_MS = 650
"""From the end of the work to the first word of the release: the end tone is fading by then."""
EXIT_GAP_MS = 1200
"""Time to do each step of coming out: lift the hips, free the foot."""
_REP_SILENCE_MS = 900


def compose(routine: Routine, content: Content, choices: Choices, lengths: Lengths, tones: ToneLengths) -> Script:
    """Return the Script of `routine` with these choices. `lengths` may hold estimates."""
    done = [leaf for leaf in leaves(routine) if choices[leaf.path].included]
    walk = _Walk(routine, content, choices, lengths, tones, _movements(done, content), _first_position(done, content))
    walk.opening()
    for index, leaf in enumerate(done):
        walk.step(leaf, done[index + 1].step if index + 1 < len(done) else None)
    walk.closing()
    return Script(routine.id, routine.name, routine.language, routine.bed, tuple(walk.segments))


def _movements(done: Iterable[Leaf], content: Content) -> list[Movement]:
    return [content.movements[leaf.step.movement] for leaf in done if isinstance(leaf.step, MovementStep)]


def _first_position(done: Iterable[Leaf], content: Content) -> str:
    positions = (position_of(leaf.step, content.movements) for leaf in done)
    return next((position for position in positions if position), "standing")


@dataclass
class _Walk:
    """One pass through the steps: where the body is, what was already introduced, the segments so far."""

    routine: Routine
    content: Content
    choices: Choices
    lengths: Lengths
    tones: ToneLengths
    movements: list[Movement]
    first_position: str
    segments: list[Segment] = field(default_factory=list)
    position: str = "standing"
    kit: frozenset[str] = frozenset()
    met: set[str] = field(default_factory=set)

    # --- the parts of a session -----------------------------------------------------------------

    def opening(self) -> None:
        """Intro, the screen lines of pressure movements once each, the safety line."""
        # The intro has already put the listener where the first step begins.
        self.position = self.first_position
        wording = self.content.wording
        lines: list[tuple[CueKind, str]] = [("talk", self.routine.intro)] if self.routine.intro else []
        screens = dict.fromkeys(m.screen.say for m in self.movements if m.screen)
        lines += [("safety", text) for text in screens] + [("safety", wording.session_safety)]
        self._spoken("talk", self._title("intro", "Welcome"), lines, first_gap_ms=OPENING_MS, tail_ms=300, slack_ms=0)

    def closing(self) -> None:
        """Outro; a routine without one still ends in a second of quiet."""
        if self.routine.outro:
            title = self._title("outro", "Close")
            self._spoken("talk", title, [("talk", self.routine.outro)], tail_ms=CLOSING_MS)

    def step(self, leaf: Leaf, following: Step | None) -> None:
        """Add the segments of one step."""
        step = leaf.step
        ahead = self.content.movements[following.movement].name if isinstance(following, MovementStep) else None
        if isinstance(step, TalkStep):
            self._spoken("talk", None, [("talk", step.text)], tail_ms=CLOSING_MS + self._turn_to(step.position))
        elif isinstance(step, ReflectStep):
            title, move_ms = self._title("reflect", "Notice"), self._turn_to(step.position)
            self._spoken(
                "reflect",
                title,
                [("reflect", step.text)],
                tail_ms=move_ms + step.for_ms,
                least_tail_ms=move_ms + min(step.for_ms, 3000),
                slack_ms=REFLECT_SLACK_MS,
            )
        elif isinstance(step, BreatheStep):
            number, breaths, move_ms = self._number(), self.choices[leaf.path].amount, self._turn_to(step.position)
            segment = breathe_segment(
                number, step.say, breaths, ahead, move_ms=move_ms, content=self.content, lengths=self.lengths
            )
            self.segments.append(segment)
        elif isinstance(step, RestStep):
            move_ms = self._turn_to(step.position)
            bounds = (step.length_ms // 2 + move_ms, step.length_ms + move_ms, step.length_ms * 2 + move_ms)
            self._rest(step.say, bounds, ahead, chapter=True)
        elif isinstance(step, MovementStep):
            self._movement(step, leaf)

    def _movement(self, step: MovementStep, leaf: Leaf) -> None:
        movement, choice = self.content.movements[step.movement], self.choices[leaf.path]
        sides: tuple[Side, ...] = ("left", "right") if movement.sides == "each" else ("both",)
        known = movement.id in self.met
        self.met.add(movement.id)
        rest_ms = step.rest_ms or (STRENGTH_REST_MS if movement.kind == "strength" else 0)
        dose, bounds = dose_of(step, movement), bounds_of(step, self.content)
        least_ms = min(bounds.least, choice.amount) * bounds.unit_ms if bounds else 0
        for set_number in range(1, choice.sets + 1):
            for side in sides:
                first_side = side == sides[0]
                fresh = not known and set_number == 1
                contact: Contact = "repeat" if not fresh else "first" if first_side else "second-side"
                extra = step.say if set_number == 1 else None
                work = Work(movement, side, contact, choice.amount, dose, least_ms, extra)
                chapter = chapter_title(movement, self.content.wording, side, set_number, choice.sets)
                if set_number > 1 and first_side and rest_ms:
                    rest = (min(rest_ms, SET_REST_LEAST_MS), rest_ms, max(rest_ms, SET_REST_MOST_MS))
                    ahead = resolve(self.content.wording.next_set, self.content.wording, n=set_number).rstrip(".")
                    self._rest(None, rest, ahead, chapter=False)
                if not first_side:
                    if fresh and movement.kind == "pressure":
                        # What may be felt under the ball may be felt on this side only.
                        work = replace(work, cautions=self._inside(work))
                    self._switch(work, set_number, chapter)
                else:
                    work = self._prepare(work, set_number, known=known, chapter=chapter)
                self._work(work, set_number)
                last = set_number == choice.sets and side == sides[-1]
                self._release(work, set_number, movement.exit if last else ())

    def _prepare(self, work: Work, set_number: int, *, known: bool, chapter: str) -> Work:
        """Name it and set it up; returns the work with the safety lines that are spoken inside it."""
        movement, wording = work.movement, self.content.wording
        move_ms = self._move_to(movement)
        if set_number > 1:
            move_ms = self._switch_ms(movement)
            lines = [("announce", resolve(wording.next_set, wording, n=set_number)), ("setup", movement.short.setup)]
        elif known:
            again = resolve(wording.again, wording, name=movement.name)
            lines = [("announce", again), ("setup", movement.short.setup or movement.setup[-1])]
        else:
            inside = self._inside(work)
            spoken = [c.say for c in movement.caution if c not in inside]
            # A warning comes before the step it is about: the band is looked at before it is stretched.
            lines = [("announce", movement.announce), *(("safety", text) for text in spoken)]
            lines += [("setup", text) for text in movement.setup]
            work = replace(work, cautions=inside)
        self._to_work("prepare", lines, move_ms, work, set_number, chapter)
        return work

    def _inside(self, work: Work) -> tuple[Caution, ...]:
        """Return the safety lines that are spoken inside the work, or none when they do not fit there."""
        inside = tuple(c for c in work.movement.caution if c.when == "work")
        return inside if cautions_fit(inside, work.side, work.least_ms, self.content, self.lengths) else ()

    def _switch(self, work: Work, set_number: int, chapter: str) -> None:
        wording, movement = self.content.wording, work.movement
        lines = [("switch", wording.switch), ("setup", movement.short.setup or movement.announce)]
        move_ms = self._switch_ms(movement)
        self._to_work("switch", lines, move_ms, work, set_number, chapter)

    def _to_work(
        self,
        kind: SegmentKind,
        lines: Iterable[tuple[str, str | None]],
        move_ms: int,
        work: Work,
        number: int,
        chapter: str,
    ) -> None:
        """Speech, then the time to get into position, which ends in the start tone; the work follows at once."""
        cues, spoken_ms = self._flow([(k, t) for k, t in lines if t], side=work.side)  # type: ignore[misc]
        if kind == "prepare" and work.reps:
            cues = (*cues, how_many(self._number(), work.amount, self.content.wording))
        tone_ms = self.tones["start"]
        least_ms = spoken_ms + max(move_ms, tone_ms + 500)
        self._add(
            kind,
            work.movement.name,
            cues,
            (least_ms, least_ms, least_ms + SLACK_MS),
            tones=(ToneCue("start", BeforeEnd(tone_ms)),),
            movement=work.movement.id,
            side=work.side,
            set_number=number,
            chapter=chapter,
        )

    def _work(self, work: Work, set_number: int) -> None:
        cues, tones = work_cues(work, self._number(), self.content)
        length_ms = work.length_ms
        segment = Segment(
            "work", work.movement.name, cues, length_ms, length_ms, length_ms, tones, work.movement.id, work.side,
            set_number, None, _REP_SILENCE_MS if work.reps else self.content.pacing.silence_ms,
            TALK_PERMILLE[work.contact],
        )  # fmt: skip
        self.segments.append(segment)

    def _release(self, work: Work, set_number: int, leaving: tuple[str, ...]) -> None:
        movement = work.movement
        text = movement.short.release or movement.release if work.contact != "first" else movement.release
        lines: list[tuple[CueKind, str]] = [("release", text), *(("exit", line) for line in leaving)]
        cues, spoken_ms = self._flow(lines, side=work.side, first_gap_ms=RELEASE_GAP_MS, exit_gap_ms=EXIT_GAP_MS)
        least_ms = max(spoken_ms + (EXIT_GAP_MS if leaving else 350), self.tones["end"])
        self._add(
            "release", movement.name, cues, (least_ms, least_ms, least_ms), tones=(ToneCue("end", At(0)),),
            movement=movement.id, side=work.side, set_number=set_number,
        )  # fmt: skip

    def _rest(self, text: str | None, bounds: tuple[int, int, int], ahead: str | None, *, chapter: bool) -> None:
        number, content = self._number(), self.content
        rest = rest_segment(number, text, bounds, ahead, chapter=chapter, content=content, lengths=self.lengths)
        self.segments.append(rest)

    # --- small parts ----------------------------------------------------------------------------

    def _spoken(
        self, kind: SegmentKind, title: str | None, lines: list[tuple[CueKind, str]], *, tail_ms: int,
        first_gap_ms: int | None = None, least_tail_ms: int | None = None, slack_ms: int = SLACK_MS,
    ) -> None:  # fmt: skip
        """Add a segment of speech and a tail of silence that may stretch; with a title a chapter begins."""
        cues, spoken_ms = self._flow(lines, first_gap_ms=first_gap_ms)
        least_ms = spoken_ms + (tail_ms if least_tail_ms is None else least_tail_ms)
        want_ms = spoken_ms + tail_ms
        name = title or self._title(kind, kind.capitalize())
        self._add(kind, name, cues, (least_ms, want_ms, want_ms + slack_ms), chapter=title)

    def _flow(
        self,
        lines: Iterable[tuple[CueKind, str]],
        *,
        side: Side = "both",
        first_gap_ms: int | None = None,
        exit_gap_ms: int | None = None,
    ) -> tuple[tuple[Cue, ...], int]:
        gaps = Gaps(self.content.pacing.pause_ms, first_gap_ms, exit_gap_ms)
        return flow(self._number(), lines, gaps, self.content.wording, self.lengths, side)

    def _add(
        self, kind: SegmentKind, title: str, cues: tuple[Cue, ...], bounds: tuple[int, int, int], *,
        tones: tuple[ToneCue, ...] = (), movement: str | None = None, side: Side | None = None,
        set_number: int | None = None, chapter: str | None = None,
    ) -> None:  # fmt: skip
        self.segments.append(Segment(kind, title, cues, *bounds, tones, movement, side, set_number, chapter))

    def _move_to(self, movement: Movement) -> int:
        pacing = self.content.pacing
        needed = frozenset(kit.name for kit in movement.kit)
        move_ms = pacing.moves_ms[self.position, movement.position] + (pacing.kit_ms if needed - self.kit else 0)
        self.position, self.kit = movement.position, needed
        return move_ms

    def _turn_to(self, position: str | None) -> int:
        """Return the time a quiet step gives the body to get to its position; it stays there."""
        if position is None or position == self.position:
            return 0
        before, self.position = self.position, position
        return self.content.pacing.moves_ms[before, position]

    def _switch_ms(self, movement: Movement) -> int:
        if movement.switch_ms is not None:
            return movement.switch_ms
        return self.content.pacing.switch_ms[movement.position]

    def _number(self) -> str:
        return f"{len(self.segments):03}"

    def _title(self, kind: str, otherwise: str) -> str:
        return self.content.wording.titles.get(kind, otherwise)
