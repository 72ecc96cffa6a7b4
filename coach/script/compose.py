"""compose: a routine and its choices become a Script: what is said, in which order, in which segment.

Segments carry the least, the wanted and the most they may last; nothing here has a time of day or a start.
The arc of one movement is in `arc`, quiet segments are in `quiet`, words inside the work in `work`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coach.routine.heard import heard
from coach.routine.model import (
    BreatheStep,
    Movement,
    MovementStep,
    ReflectStep,
    RestStep,
    Routine,
    Step,
    TalkStep,
    position_of,
)
from coach.script.arc import movement_arc
from coach.script.model import CueKind, Lengths, Script, ToneLengths
from coach.script.outline import Choices, Content, Leaf, leaves
from coach.script.quiet import breathe_segment, rest_segment
from coach.script.walk import Walk
from coach.script.words import Words

OPENING_MS = 400
"""Silence before the first word: the decoder's delay, room for the pre-tone, a breath."""
CLOSING_MS = 1000
"""Silence after the last word of a talk."""
REFLECT_SLACK_MS = 15_000


def compose(routine: Routine, content: Content, choices: Choices, lengths: Lengths, tones: ToneLengths) -> Script:
    """Return the Script of `routine` with these choices. `lengths` may hold estimates."""
    done = [leaf for leaf in leaves(routine) if choices[leaf.path].included]
    words = Words(f"{routine.id}|{content.delivery.seed}")
    # The intro has already put the listener where the first step begins.
    walk = Walk(content, choices, lengths, tones, words, _first_position(done, content))
    _opening(walk, routine, done)
    for index, leaf in enumerate(done):
        _step(walk, leaf, done[index + 1].step if index + 1 < len(done) else None)
    _closing(walk, routine)
    segments = walk.segments if routine.tones == "soft" else [replace(segment, tones=()) for segment in walk.segments]
    return Script(routine.id, routine.name, routine.language, routine.bed, tuple(segments))


def _first_position(done: Iterable[Leaf], content: Content) -> str:
    positions = (position_of(leaf.step, content.movements) for leaf in done)
    return next((position for position in positions if position), "standing")


def _opening(walk: Walk, routine: Routine, done: Iterable[Leaf]) -> None:
    """Intro, the screen lines of pressure movements once each, the safety line."""
    lines: list[tuple[CueKind, str]] = [("talk", routine.intro)] if routine.intro else []
    screens = dict.fromkeys(m.screen.say for m in _movements(done, walk.content) if m.screen)
    lines += [("safety", text) for text in screens]
    lines.append(("safety", walk.content.wording.session_safety))
    walk.spoken("talk", walk.title("intro", "Welcome"), lines, first_gap_ms=OPENING_MS, tail_ms=300, slack_ms=0)


def _movements(done: Iterable[Leaf], content: Content) -> list[Movement]:
    named = [content.movements[leaf.step.movement] for leaf in done if isinstance(leaf.step, MovementStep)]
    return [heard(movement, content.delivery) for movement in named]


def _closing(walk: Walk, routine: Routine) -> None:
    if routine.outro:
        walk.spoken("talk", walk.title("outro", "Close"), [("talk", routine.outro)], tail_ms=CLOSING_MS)


def _step(walk: Walk, leaf: Leaf, following: Step | None) -> None:
    step, content = leaf.step, walk.content
    ahead = content.movements[following.movement].name if isinstance(following, MovementStep) else None
    if isinstance(step, MovementStep):
        movement_arc(walk, step, walk.choices[leaf.path])
    elif isinstance(step, TalkStep):
        walk.spoken("talk", None, [("talk", step.text)], tail_ms=CLOSING_MS + walk.turn_to(step.position))
    elif isinstance(step, ReflectStep):
        move_ms = walk.turn_to(step.position)
        walk.spoken(
            "reflect",
            walk.title("reflect", "Notice"),
            [("reflect", step.text)],
            tail_ms=move_ms + step.for_ms,
            least_tail_ms=move_ms + min(step.for_ms, 3000),
            slack_ms=REFLECT_SLACK_MS,
        )
    elif isinstance(step, BreatheStep):
        number, breaths, move_ms = walk.number(), walk.choices[leaf.path].amount, walk.turn_to(step.position)
        breathe = breathe_segment(
            number, step.say, breaths, ahead, move_ms=move_ms, content=content, lengths=walk.lengths, words=walk.words
        )
        walk.segments.append(breathe)
    elif isinstance(step, RestStep):
        number, move_ms = walk.number(), walk.turn_to(step.position)
        bounds = (step.length_ms // 2 + move_ms, step.length_ms + move_ms, step.length_ms * 2 + move_ms)
        rest = rest_segment(
            number, step.say, bounds, ahead, chapter=True, content=content, lengths=walk.lengths, words=walk.words
        )
        walk.segments.append(rest)
