"""How much a routine asks of each muscle, and how a dose that is too large is cut down.

What counts is the main muscle of each movement. Its dose is the same on both sides: each side gets the same seconds
by construction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coach.routine.model import BlockStep, Movement, MovementStep, Step
from coach.units import format_duration

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """One movement step as the session does it, with the movement's own dose where the step names none."""

    where: Where
    """The way to the step in its document."""
    step: MovementStep
    movement: Movement
    hold_ms: int
    """0 when the movement is counted."""
    sets: int
    times: int
    """How often the step comes, with its blocks repeated."""

    @property
    def dose_ms(self) -> int:
        """Milliseconds held in the whole session, for one side."""
        return self.hold_ms * self.sets * self.times

    @property
    def muscle(self) -> str:
        """The main muscle it works, in a form that compares: the first of its document."""
        return self.movement.muscles[0].casefold()


def loads(
    steps: tuple[Step, ...], movements: Mapping[str, Movement], where: Where = ("steps",), times: int = 1
) -> Iterator[Load]:
    """Yield the movement steps in the order they are written; those of unknown movements are passed over."""
    for number, step in enumerate(steps):
        here = (*where, number)
        if isinstance(step, BlockStep):
            yield from loads(step.steps, movements, (*here, "block", "steps"), times * step.repeat)
        elif isinstance(step, MovementStep) and (movement := movements.get(step.movement)):
            hold_ms = (step.hold_ms or movement.hold.default_ms) if movement.hold else 0
            yield Load(here, step, movement, hold_ms, step.sets or movement.sets.default, times)


def totals(held: Sequence[Load]) -> dict[str, int]:
    """Return the milliseconds of each main muscle, for one side."""
    total: dict[str, int] = {}
    for load in held:
        total[load.muscle] = total.get(load.muscle, 0) + load.dose_ms
    return total


def shares(held: Sequence[Load], most_ms: int, least_hold_ms: int) -> dict[int, int]:
    """Return how many milliseconds each load may have so that no muscle gets more than `most_ms`.

    By the load's place in `held`, and only where something must go; 0 means that there is no room for it. The longest
    are cut first, none below its shortest hold; where not even those fit, the last ones have no room. Holds that are
    too short count as the shortest: that is what they must become.
    """
    dose = [_hold_ms(load, least_hold_ms) * load.sets * load.times for load in held]
    least = [_shortest_ms(load, least_hold_ms) * load.movement.sets.least * load.times for load in held]
    allowed: dict[int, int] = {}
    for muscle, total_ms in totals(held).items():
        if total_ms <= most_ms:
            continue
        loaded = [number for number, load in enumerate(held) if load.muscle == muscle]
        kept = [*loaded]
        while sum(min(dose[number], least[number]) for number in kept) > most_ms:
            kept.pop()
        cut: dict[int, int] = {}
        for level_ms in range(most_ms, -1, -1000):
            cut = {number: max(min(dose[number], level_ms), min(dose[number], least[number])) for number in kept}
            if sum(cut.values()) <= most_ms:
                break
        allowed |= {number: cut.get(number, 0) for number in loaded if cut.get(number, 0) < dose[number]}
    return allowed


def _shortest_ms(load: Load, least_hold_ms: int) -> int:
    return max(load.movement.hold.least_ms if load.movement.hold else 0, least_hold_ms)


def _hold_ms(load: Load, least_hold_ms: int) -> int:
    return max(load.hold_ms, _shortest_ms(load, least_hold_ms))


def cut_to(load: Load, allowed_ms: int, least_hold_ms: int) -> dict[str, str]:
    """Return the keys of the step that bring it down to `allowed_ms`, as they are written; empty when none can.

    As much as possible is left of it. Of equals one that changes the sets alone is the best; else as many sets as the
    step asks for, or the longest hold where it leaves the sets to the movement.
    """
    shortest_ms, now_ms = _shortest_ms(load, least_hold_ms), _hold_ms(load, least_hold_ms)
    ways: list[tuple[int, bool, int, int]] = []
    for sets in range(min(load.movement.sets.least, load.sets), load.sets + 1):
        hold_ms = min(now_ms, allowed_ms // (sets * load.times) // 1000 * 1000)
        if hold_ms >= shortest_ms:
            ways.append((sets * hold_ms, hold_ms == load.hold_ms, sets if load.step.sets else -sets, hold_ms))
    if not ways:
        return {}
    _, _, sets, hold_ms = max(ways)
    keys = {} if hold_ms == load.hold_ms else {"hold": format_duration(hold_ms)}
    return keys if abs(sets) == load.sets else {**keys, "sets": str(abs(sets))}


def raised_by(load: Load, missing_ms: int, most_hold_ms: int) -> dict[str, str]:
    """Return the keys of the step that add `missing_ms` for one side, as they are written; empty when none can."""
    movement = load.movement
    most_ms = min(movement.hold.most_ms if movement.hold else 0, most_hold_ms)
    more_ms = -(-missing_ms // (load.sets * load.times * 1000)) * 1000
    if load.hold_ms + more_ms <= most_ms:
        return {"hold": format_duration(load.hold_ms + more_ms)}
    sets = load.sets + -(-missing_ms // (load.hold_ms * load.times))
    return {"sets": str(sets)} if sets <= movement.sets.most else {}
