"""What a length did to a routine: steps left out; holds, repetitions, breaths and sets that are not as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from coach.routine.model import BreatheStep, MovementStep, Routine, Step
from coach.script.outline import Choices, Content, dose_of, leaves, written

What: TypeAlias = Literal["left out", "hold_ms", "reps", "sets", "breaths"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as written; `name` is the movement's, or the kind of a quiet step."""

    what: What
    name: str
    written: int
    chosen: int
    movement: str | None = None


def changes(routine: Routine, content: Content, choices: Choices) -> tuple[Change, ...]:
    """Return how `choices` differ from the document, in its order; each written step once."""
    before = written(routine, content)
    found: list[Change] = []
    for path, step in {leaf.path: leaf.step for leaf in leaves(routine)}.items():
        name, movement = _named(step, content)
        was, now = before[path], choices[path]
        if not now.included:
            found.append(Change("left out", name, 1, 0, movement))
            continue
        if now.amount != was.amount:
            found.append(Change(_unit(step, content), name, was.amount, now.amount, movement))
        if now.sets != was.sets:
            found.append(Change("sets", name, was.sets, now.sets, movement))
    return tuple(found)


def _named(step: Step, content: Content) -> tuple[str, str | None]:
    if isinstance(step, MovementStep):
        return content.movements[step.movement].name, step.movement
    kind = type(step).__name__.removesuffix("Step").lower()
    return content.wording.titles.get(kind, kind.capitalize()), None


def _unit(step: Step, content: Content) -> What:
    if isinstance(step, BreatheStep):
        return "breaths"
    counted = isinstance(step, MovementStep) and dose_of(step, content.movements[step.movement])
    return "reps" if counted else "hold_ms"
