"""The sessions that are considered for a request, each with what keeps it from being a good one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from coach.audio.tones import TONE_LENGTHS_MS
from coach.make.request import Kitchen
from coach.routine.adapt import kit_words
from coach.routine.choose import line_ups
from coach.routine.make_document import Level
from coach.routine.model import BreatheStep, Movement, MovementStep, Routine, Step
from coach.script.arc import STRENGTH_REST_MS
from coach.script.compose import compose
from coach.script.dose import dose_ms
from coach.script.fit import Fitted
from coach.script.outline import Choices, written
from coach.units import format_clock

DOSE_MS = 60_000
"""What a muscle should get for one side (Garber et al. 2011, 10.1249/MSS.0b013e318213fefb)."""

_SETS = ((1, 1), (2, 1), (3, 1), (4, 1), (2, 2), (3, 2))
"""Sets of the main movement and of the others that are tried."""
_CLOSEST = 20
"""So many of the sessions whose length as written is the closest to the asked one are looked at."""
_FARTHEST = 0.6
"""|ln(length as written / asked)|: beyond it a session cannot be a good one."""

# What is as bad as what: all holds at 37 % of the movement's own count 1.
_COST_OF_NO_DOSE = 2.0
_COST_OF_NO_OTHER_DOSE = 0.15
_COST_OF_SETS = 0.15
_COST_OF_A_MOVEMENT = 0.12
_COST_OF_A_MISSING_MOVEMENT = 0.5
_COST_OF_UNUSED_KIT = 0.4
_COST_OF_BREATHS = 0.2
_QUIET_MS = 60_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One session that has the asked length, and how far it is from a good one."""

    routine: Routine
    cost: float


def candidates(kitchen: Kitchen) -> list[Candidate]:
    """Return the sessions that reach the length with the usual telling, the best first."""
    near = sorted(
        (abs(math.log(natural_ms(kitchen, draft) / kitchen.length_ms)), number, draft)
        for number, draft in enumerate(drafts(kitchen))
    )
    found = []
    for far, _, draft in near[:_CLOSEST]:
        fitted = kitchen.usual.fitted(draft, kitchen.length_ms) if far <= _FARTHEST else None
        if fitted:
            found.append(Candidate(as_chosen(draft, fitted.choices), _cost(kitchen, draft, fitted)))
    return sorted(found, key=lambda candidate: candidate.cost)


def drafts(kitchen: Kitchen) -> Iterator[Routine]:
    """Yield every session that is considered, with the doses that are its movements' own."""
    seen = set()
    for movements in line_ups(kitchen.pool, kitchen.main, kitchen.recipe, kitchen.request.needs, kitchen.request.seed):
        for main_sets, other_sets in _SETS:
            steps = tuple(_step(m, main_sets if m.id == kitchen.main.id else other_sets) for m in movements)
            if steps not in seen:
                seen.add(steps)
                yield _draft(kitchen, movements, steps)


def natural_ms(kitchen: Kitchen, routine: Routine) -> int:
    """Return how long a session takes as it is written."""
    content, lengths = kitchen.usual.content, kitchen.usual.lengths
    script = compose(routine, content, written(routine, content), lengths, TONE_LENGTHS_MS)
    return sum(segment.want_ms for segment in script.segments)


def as_chosen(routine: Routine, choices: Choices) -> Routine:
    """Return the routine with what fit chose as its own doses. It has no blocks."""

    def chosen(index: int, step: Step) -> Step:
        choice = choices[(index,)]
        if isinstance(step, BreatheStep):
            return replace(step, breaths=choice.amount)
        if isinstance(step, MovementStep) and step.hold_ms:
            return replace(step, hold_ms=choice.amount, sets=choice.sets)
        if isinstance(step, MovementStep):
            return replace(step, reps=choice.amount, sets=choice.sets)
        return step

    return replace(routine, steps=tuple(chosen(index, step) for index, step in enumerate(routine.steps)))


def _step(movement: Movement, sets: int) -> MovementStep:
    sets = min(max(sets, movement.sets.least), movement.sets.most)
    rest_ms = STRENGTH_REST_MS if movement.kind == "strength" and sets > 1 else None
    hold_ms = movement.hold.default_ms if movement.hold else None
    reps = movement.reps.default if movement.reps else None
    return MovementStep(movement.id, hold_ms, reps, sets=sets, rest_ms=rest_ms)


def _draft(kitchen: Kitchen, movements: Sequence[Movement], steps: tuple[Step, ...]) -> Routine:
    recipe, length_ms = kitchen.recipe, kitchen.length_ms
    first, last = _level(movements[0]), _level(movements[-1])
    opening = tuple(end.step for end in recipe.opening if end.belongs(first, length_ms))
    closing = tuple(end.step for end in recipe.closing if end.belongs(last, length_ms))
    screened = any(movement.screen for movement in movements)
    return Routine(
        id=kitchen.name,
        name=f"{recipe.name}, {format_clock(length_ms)}",
        steps=(*opening, *steps, *closing),
        moment=recipe.moment,
        # The line that says who should leave something out is opening enough.
        intro=None if screened else recipe.intro[first],
        outro=recipe.outro[last],
    )


def _level(movement: Movement) -> Level:
    return "standing" if movement.position == "standing" else "floor"


def _cost(kitchen: Kitchen, draft: Routine, fitted: Fitted) -> float:
    """Say how far a session is from a good one: its dose first, then holds near the movements' own, few movements."""
    recipe, content = kitchen.recipe, kitchen.usual.content
    doses = dose_ms(draft, content, fitted.choices)
    missing = {muscle: max(0, DOSE_MS - ms) / DOSE_MS for muscle, ms in doses.items()}
    cost = _COST_OF_NO_DOSE * missing.pop(kitchen.main.muscles[0], 0.0)
    cost += _COST_OF_NO_OTHER_DOSE * sum(missing.values())
    apart, count = 0.0, 0
    for path, was in written(draft, content).items():
        now, step = fitted.choices[path], draft.steps[path[0]]
        if isinstance(step, MovementStep):
            count += 1
            apart += abs(math.log(now.amount / was.amount))
            cost += _COST_OF_SETS * (now.sets - 1) ** 2
        elif isinstance(step, BreatheStep):
            cost += _COST_OF_BREATHS * abs(math.log(now.amount / was.amount))
    segments = zip(fitted.lengths_ms, fitted.script.segments, strict=True)
    cost += sum(abs(ms - s.want_ms) for ms, s in segments if s.kind in ("rest", "reflect")) / _QUIET_MS
    cost += _COST_OF_A_MOVEMENT * max(0, count - recipe.least)
    cost += _COST_OF_A_MISSING_MOVEMENT * max(0, recipe.least - count)
    cost += _COST_OF_UNUSED_KIT * len(_kit_of(kitchen.pool, kitchen) - _kit_of(_movements(kitchen, draft), kitchen))
    return cost + apart / count


def _kit_of(movements: Iterable[Movement], kitchen: Kitchen) -> set[str]:
    """Return which of the words for things at hand these movements use."""
    words = kitchen.request.needs.kit or frozenset()
    return {word for movement in movements for kit in movement.kit for word in words & kit_words(kit)}


def _movements(kitchen: Kitchen, routine: Routine) -> list[Movement]:
    known = kitchen.usual.content.movements
    return [known[step.movement] for step in routine.steps if isinstance(step, MovementStep)]
