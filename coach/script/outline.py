"""The free choices of a routine: which steps, how long, how often; and their bounds.

A routine is flattened to leaves (blocks unrolled). Every leaf of the same written step shares one choice,
found under the step's path: its index in the document and, inside blocks, the indices below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from coach.errors import CoachError
from coach.routine.delivery import STEADY, Delivery
from coach.routine.model import BlockStep, BreatheStep, Movement, MovementStep, Pacing, RepsDose, Routine, Step, Wording

Path: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What compose needs besides the routine: the movements it names, the wording, the pacing table, how to tell it."""

    movements: Mapping[str, Movement]
    wording: Wording
    pacing: Pacing
    delivery: Delivery = STEADY


@dataclass(frozen=True, slots=True)
class Leaf:
    """One step as it happens: `repeat` counts from 0 inside a block."""

    path: Path
    step: Step
    optional: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What fit may decide for one written step.

    `amount` is the hold in milliseconds, the repetitions or the breaths; 0 for steps that have none.
    """

    included: bool = True
    amount: int = 0
    sets: int = 1
    start: Literal["left", "right"] | None = None
    """The side that comes first; None as the delivery says."""


Choices: TypeAlias = Mapping[Path, Choice]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The amounts a step allows: from `least` to `most` in steps of `step`, best `want`.

    `unit_ms` is what one of the amount takes, once; `times` how often it is done with one set.
    """

    least: int
    want: int
    most: int
    step: int
    unit_ms: int
    times: int


def leaves(routine: Routine) -> Iterator[Leaf]:
    """Yield the steps in the order they are done."""
    yield from _walk(routine.steps, (), optional=False)


def _walk(steps: tuple[Step, ...], path: Path, *, optional: bool) -> Iterator[Leaf]:
    for index, step in enumerate(steps):
        if isinstance(step, BlockStep):
            for _ in range(step.repeat):
                yield from _walk(step.steps, (*path, index), optional=optional or step.optional)
        else:
            yield Leaf((*path, index), step, optional or step.optional)


def dose_of(step: MovementStep, movement: Movement) -> RepsDose | None:
    """Return the movement's repetitions with the step's own tempo, or None for a hold."""
    if movement.reps and step.tempo:
        return replace(movement.reps, tempo=step.tempo)
    return movement.reps


def written(routine: Routine, content: Content) -> dict[Path, Choice]:
    """Return the choices as the documents write them: nothing left out, every default taken."""
    chosen: dict[Path, Choice] = {}
    for leaf in leaves(routine):
        bounds = bounds_of(leaf.step, content)
        sets = 1
        if isinstance(leaf.step, MovementStep):
            sets = leaf.step.sets or _movement(leaf.step, content).sets.default
        chosen[leaf.path] = Choice(True, bounds.want if bounds else 0, sets)
    return chosen


def bounds_of(step: Step, content: Content) -> Bounds | None:
    """Return what `step` allows, or None when it has no amount to choose."""
    if isinstance(step, BreatheStep):
        unit_ms = content.pacing.breath_in_ms + content.pacing.breath_out_ms
        return Bounds(-(-step.breaths // 2), step.breaths, step.breaths * 2, 1, unit_ms, 1)
    if not isinstance(step, MovementStep):
        return None
    movement = _movement(step, content)
    times = 2 if movement.sides == "each" else 1
    if reps := dose_of(step, movement):
        stride = 2 if movement.sides == "alternate" else 1
        want = step.reps or reps.default
        return Bounds(min(reps.least, want), want, max(reps.most, want), stride, reps.tempo.rep_ms, times)
    if movement.hold is None:
        raise CoachError(f"{movement.id} has neither a hold nor repetitions")
    want = step.hold_ms or movement.hold.default_ms
    return Bounds(min(movement.hold.least_ms, want), want, max(movement.hold.most_ms, want), 1000, 1, times)


def sets_allowed(step: Step, content: Content) -> tuple[int, int]:
    """Return the least and the most sets of a step."""
    if not isinstance(step, MovementStep):
        return 1, 1
    sets = _movement(step, content).sets
    asked = step.sets or sets.default
    return min(sets.least, asked), max(sets.most, asked)


def _movement(step: MovementStep, content: Content) -> Movement:
    return content.movements[step.movement]
