"""fit: choose holds, repetitions, sets, breaths and optional steps so that a session has an exact length.

Work is chosen in whole seconds (or repetitions) inside the movements' bounds; the small remainder is spread
over segments that may stretch, never over work. Among the ways that reach the length the nearest to the
document as written wins: dose before variety, so an optional step goes before the holds become tiny. No muscle
gets more stretching than is of use (`dose`), unless the document itself asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from coach.errors import ImpossibleLength
from coach.routine.model import Routine
from coach.script.compose import compose
from coach.script.dose import dose_ms, limits_ms, overdosed, within_limits
from coach.script.model import Lengths, Script, Segment, ToneLengths
from coach.script.outline import Bounds, Choice, Choices, Content, Path, bounds_of, leaves, sets_allowed, written
from coach.units import grid_up, on_grid

_COST_OF_LEAVING_OUT = 0.45
"""Against |ln(amount / written)|: leaving one optional step out is as bad as holds at 64 %."""
_COST_OF_A_SET = 0.9
"""Longer holds before more sets, shorter holds before fewer: a set more or less is like holds at 41 % or 246 %."""
_COST_OF_STRETCH = 0.25
_LEAST_OTHER_COST = min(_COST_OF_LEAVING_OUT, _COST_OF_A_SET)
_SET_CHANGES = (0, -1, 1, -2, 2, 3, -3)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A Script whose segments have their lengths; they sum to a multiple of 24 ms."""

    script: Script
    lengths_ms: tuple[int, ...]
    choices: Choices


@dataclass(frozen=True, slots=True)
class _Plan:
    """One way to do it: its choices, what it can last, and what is free in it."""

    choices: dict[Path, Choice]
    free: Mapping[Path, Bounds]
    fixed: tuple[int, int, int]
    """Least, wanted and most milliseconds of everything but the free amounts."""
    cost: float

    def least_ms(self) -> int:
        return self.fixed[0] + sum(_unit(self, path) * bounds.least for path, bounds in self.free.items())

    def most_ms(self) -> int:
        return self.fixed[2] + sum(_unit(self, path) * bounds.most for path, bounds in self.free.items())


def fit(
    routine: Routine, content: Content, lengths: Lengths, tones: ToneLengths, asked_ms: int | None = None
) -> Fitted:
    """Return the plan nearest to the document that lasts `asked_ms`, to the frame of 24 ms.

    Without `asked_ms` the routine's own default length is meant, or, if it names none, what it comes to.
    Raises ImpossibleLength with the least and the most that are possible.
    """
    if asked_ms is None:
        asked_ms = routine.length.default_ms if routine.length else None

    as_written = written(routine, content)
    limits = limits_ms(dose_ms(routine, content, as_written), routine.moment)

    def planned(choices: dict[Path, Choice], cost: float) -> _Plan:
        return _plan(routine, content, lengths, tones, choices, cost, limits)

    first = planned(as_written, 0.0)

    def others() -> Iterator[tuple[float, dict[Path, Choice]]]:
        """Yield the other ways, cheapest first, one at a time: most lengths need none of them."""
        for way in _others(routine, content):
            if not overdosed(routine, content, way[1], limits):
                yield way

    if asked_ms is None:
        asked_ms = grid_up(first.fixed[1] + sum(_unit(first, p) * b.want for p, b in first.free.items()))
    outside = routine.length and not routine.length.least_ms <= asked_ms <= routine.length.most_ms
    best = None if outside else _best(first, others(), planned, on_grid(asked_ms))
    if best is None:
        plans = [first, *(planned(choices, cost) for cost, choices in others())]
        raise _impossible(routine, asked_ms, plans)
    return _stretched(compose(routine, content, best, lengths, tones), best, on_grid(asked_ms))


def _best(
    first: _Plan,
    others: Iterator[tuple[float, dict[Path, Choice]]],
    planned: Callable[[dict[Path, Choice], float], _Plan],
    target_ms: int,
) -> dict[Path, Choice] | None:
    """Return the cheapest choices that reach the length; ways that can only be dearer are not looked at."""
    found = _solve(first, target_ms)
    if found and found[0] <= _LEAST_OTHER_COST:
        return found[1]
    for cost, choices in others:
        if found and found[0] <= cost:
            break
        solved = _solve(planned(choices, cost), target_ms)
        if solved and (found is None or solved[0] < found[0]):
            found = solved
    return found[1] if found else None


def _impossible(routine: Routine, asked_ms: int, plans: list[_Plan]) -> ImpossibleLength:
    least_ms, most_ms = min(p.least_ms() for p in plans), max(p.most_ms() for p in plans)
    too_few = routine.length is not None and most_ms < routine.length.least_ms
    if routine.length:
        least_ms, most_ms = max(least_ms, routine.length.least_ms), min(most_ms, routine.length.most_ms)
    # Printed in whole seconds: round inwards, to lengths that really work.
    first = _possible(plans, range(-(-least_ms // 1000), most_ms // 1000 + 1))
    last = _possible(plans, range(most_ms // 1000, -(-least_ms // 1000) - 1, -1))
    near = []
    if first is not None and last is not None and first < asked_ms < last:
        near = _near(plans, asked_ms, first, last)
    return ImpossibleLength(routine.id, asked_ms, first or least_ms, last or most_ms, near, too_few=too_few)


def _near(plans: list[_Plan], asked_ms: int, first_ms: int, last_ms: int) -> list[int]:
    """Return the nearest lengths below and above the asked one that work; each plan is searched in its own range."""
    below, above = [], []
    for plan in plans:
        least, most = max(first_ms, plan.least_ms()) // 1000, min(last_ms, plan.most_ms()) // 1000
        below.append(_possible([plan], range(min(most, asked_ms // 1000), least - 1, -1)))
        above.append(_possible([plan], range(max(least, asked_ms // 1000 + 1), most + 1)))
    sides = (max((ms for ms in below if ms), default=None), min((ms for ms in above if ms), default=None))
    return [ms for ms in sides if ms is not None]


def _possible(plans: list[_Plan], seconds: Iterable[int]) -> int | None:
    """Return the first of these lengths, in milliseconds, that some plan reaches; looks at two minutes at most."""
    for second in islice(seconds, 120):
        if any(_solve(plan, on_grid(second * 1000)) for plan in plans):
            return second * 1000
    return None


# --- plans -------------------------------------------------------------------------------------


def _others(routine: Routine, content: Content) -> list[tuple[float, dict[Path, Choice]]]:
    """Return the other ways, cheapest first: optional steps left out from the last one on, sets changed together."""
    start = written(routine, content)
    optional = list(dict.fromkeys(leaf.path for leaf in leaves(routine) if leaf.optional))
    steps = {leaf.path: leaf.step for leaf in leaves(routine)}
    ways: dict[tuple[tuple[bool, int], ...], tuple[float, dict[Path, Choice]]] = {}
    for left_out in range(len(optional) + 1):
        without = set(optional[len(optional) - left_out :])
        for change in _SET_CHANGES:
            choices = {}
            for path, choice in start.items():
                least, most = sets_allowed(steps[path], content)
                sets = min(most, max(least, choice.sets + change))
                choices[path] = replace(choice, included=path not in without, sets=sets)
            shape = tuple((c.included, c.sets) for c in choices.values())
            if (left_out or change) and any(c.included for c in choices.values()):
                cost = _COST_OF_LEAVING_OUT * left_out + _COST_OF_A_SET * abs(change)
                ways.setdefault(shape, (cost, choices))
    ways.pop(tuple((c.included, c.sets) for c in start.values()), None)
    return sorted(ways.values(), key=lambda way: way[0])


def _plan(
    routine: Routine,
    content: Content,
    lengths: Lengths,
    tones: ToneLengths,
    choices: dict[Path, Choice],
    cost: float,
    limits: Mapping[str, int],
) -> _Plan:
    script = compose(routine, content, choices, lengths, tones)
    free: dict[Path, Bounds] = {}
    for leaf in leaves(routine):
        bounds = bounds_of(leaf.step, content)
        if bounds and choices[leaf.path].included:
            times = bounds.times + (free[leaf.path].times if leaf.path in free else 0)
            free[leaf.path] = replace(bounds, times=times)
    free = within_limits(routine, content, choices, free, limits)
    least, want, most = (
        sum(getattr(segment, name) for segment in script.segments) for name in ("least_ms", "want_ms", "most_ms")
    )
    plan = _Plan(choices, free, (0, 0, 0), cost)
    chosen = sum(_unit(plan, path) * choices[path].amount for path in free)
    return replace(plan, fixed=(least - chosen, want - chosen, most - chosen))


def _unit(plan: _Plan, path: Path) -> int:
    """Milliseconds that one more of the amount at `path` adds to the whole session."""
    bounds = plan.free[path]
    return bounds.unit_ms * bounds.times * plan.choices[path].sets


# --- amounts -----------------------------------------------------------------------------------


def _solve(plan: _Plan, target_ms: int) -> tuple[float, dict[Path, Choice]] | None:
    """Return the cost and the choices that bring `plan` to `target_ms`, or None when it cannot."""
    if not plan.least_ms() <= target_ms <= plan.most_ms():
        return None
    amounts = _amounts(plan, target_ms)
    left_ms = target_ms - plan.fixed[1] - _work_ms(plan, amounts)
    if not plan.fixed[0] - plan.fixed[1] <= left_ms <= plan.fixed[2] - plan.fixed[1]:
        return None
    room_ms = (plan.fixed[2] - plan.fixed[1]) if left_ms > 0 else (plan.fixed[1] - plan.fixed[0])
    cost = plan.cost + _COST_OF_STRETCH * (abs(left_ms) / room_ms if room_ms else 0.0)
    if plan.free:
        apart = [abs(math.log(amounts[path] / bounds.want)) for path, bounds in plan.free.items()]
        cost += sum(apart) / len(apart)
    choices = {p: replace(c, amount=amounts.get(p, c.amount)) for p, c in plan.choices.items()}
    return cost, choices


def _amounts(plan: _Plan, target_ms: int) -> dict[Path, int]:
    """Scale all amounts by one factor as far as bounds allow, then hand out the rest step by step."""

    def goal_ms(factor: float) -> int:
        """What is left for the work: as it shrinks by some share, the quiet parts give up twice that share."""
        given_up = min(1.0, max(0.0, 2 * (1 - factor)))
        return target_ms - plan.fixed[1] + round(given_up * (plan.fixed[1] - plan.fixed[0]))

    low, high = 0.0, 64.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if _work_ms(plan, _scaled(plan, middle)) <= goal_ms(middle) else (low, middle)
    amounts = _scaled(plan, low)
    left_ms = goal_ms(low)
    while True:
        spare_ms = left_ms - _work_ms(plan, amounts)
        growing = [
            path
            for path, bounds in plan.free.items()
            if amounts[path] + bounds.step <= bounds.most and _unit(plan, path) * bounds.step <= spare_ms
        ]
        if not growing:
            return amounts
        path = min(growing, key=lambda p: (amounts[p] / plan.free[p].want, p))
        amounts[path] += plan.free[path].step


def _scaled(plan: _Plan, factor: float) -> dict[Path, int]:
    amounts = {}
    for path, bounds in plan.free.items():
        ideal = min(max(bounds.want * factor, bounds.least), bounds.most)
        amounts[path] = bounds.least + int(ideal - bounds.least) // bounds.step * bounds.step
    return amounts


def _work_ms(plan: _Plan, amounts: Mapping[Path, int]) -> int:
    return sum(_unit(plan, path) * amount for path, amount in amounts.items())


# --- the remainder -----------------------------------------------------------------------------


def _stretched(script: Script, choices: Choices, target_ms: int) -> Fitted:
    """Spread what is missing over the segments in proportion to the room each has."""
    wanted = [segment.want_ms for segment in script.segments]
    missing_ms = target_ms - sum(wanted)
    rooms = [_room(segment, growing=missing_ms > 0) for segment in script.segments]
    total = sum(rooms)
    sign, given, seen = (1 if missing_ms > 0 else -1), 0, 0
    lengths = []
    for want_ms, room_ms in zip(wanted, rooms, strict=True):
        seen += room_ms
        upto = abs(missing_ms) * seen // total if total else 0
        lengths.append(want_ms + sign * (upto - given))
        given = upto
    return Fitted(script, tuple(lengths), choices)


def _room(segment: Segment, *, growing: bool) -> int:
    return segment.most_ms - segment.want_ms if growing else segment.want_ms - segment.least_ms
