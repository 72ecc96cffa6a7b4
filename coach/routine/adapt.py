"""Fits a routine to a person and a place: a movement that cannot be done is replaced by its `instead`, or left out.

Pure. What happened is told as Swaps, so that nobody wonders where a movement went.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from coach.routine.model import (
    BlockStep,
    BreatheStep,
    Demand,
    Kit,
    Movement,
    MovementStep,
    ReflectStep,
    RestStep,
    Routine,
    Step,
    TalkStep,
)

Where: TypeAlias = Literal["desk", "floor", "outdoors"]

PLACES: dict[Where, tuple[str, ...]] = {
    "desk": ("none", "wall", "desk"),
    "floor": ("none", "wall", "mat"),
    "outdoors": ("none", "wall"),
}
"""What a movement may need at each place; a tree is a wall."""

ON_THE_FEET: tuple[Where, ...] = ("desk", "outdoors")
"""Where nobody lies down."""

AVOIDABLE = ("kneeling", "floor", "pressure", "balance")
"""What may be avoided besides single movements."""

_EVERYWHERE = frozenset(["wall", "desk"])
"""Kit that belongs to a place: the place says whether it is there."""
_WHY: dict[Demand, str] = {
    "kneeling": "it is done on the knees",
    "pressure": "it presses on the body",
    "balance": "it needs balance",
}

_MOST_LINKS = 5
_ON_THE_KNEES = ("kneeling", "hands-and-knees")
_SMALL_WORDS = frozenset(["a", "an", "of", "or", "with", "the", "to", "kg", "low", "soft"])


@dataclass(frozen=True, slots=True)
class Needs:
    """What a person can do, has and avoids."""

    place: Where | None = None
    """None: wherever the routine is done."""
    kit: frozenset[str] | None = None
    """Words for the things at hand: "band", "ball", "mat". None: all that a routine asks for."""
    avoid: frozenset[str] = frozenset()
    """Of AVOIDABLE, or ids of movements."""


ANYTHING = Needs()
"""Whoever can do all, anywhere."""


@dataclass(frozen=True, slots=True)
class Swap:
    """One movement that was not possible: what is done instead (None: nothing) and why."""

    movement: str
    instead: str | None
    reason: str


Find: TypeAlias = Callable[[str], Movement]
"""From an id to its movement."""


def unfit(movement: Movement, needs: Needs) -> str | None:
    """Return in words why `movement` cannot be done, or None when it can."""
    if movement.id in needs.avoid:
        return "you avoid it"
    standing = movement.position == "standing"
    refused = demands_of(movement) & needs.avoid
    for demand, why in _WHY.items():
        if demand in refused:
            return why
    if not standing and ("floor" in needs.avoid or needs.place in ON_THE_FEET):
        return "it is done on the floor"
    if needs.place and movement.place not in PLACES[needs.place]:
        return f"it needs a {movement.place}"
    if needs.kit is not None:
        # What a household has instead is always at hand.
        for kit in movement.kit:
            if kit.substitute is None and not at_hand(kit, needs.kit):
                return f"it needs a {kit.name}"
    return None


def demands_of(movement: Movement) -> frozenset[str]:
    """Return what the movement asks of a body: what it says itself, and what its kind and position are."""
    found: set[str] = set(movement.asks)
    if movement.kind in ("balance", "pressure"):
        found.add(movement.kind)
    if movement.position in _ON_THE_KNEES:
        found.add("kneeling")
    return frozenset(found)


def at_hand(kit: Kit, words: frozenset[str] | None) -> bool:
    """Say whether somebody who has what `words` name (None: everything) has this thing itself."""
    return words is None or bool((words | _EVERYWHERE) & kit_words(kit))


def kit_words(kit: Kit) -> frozenset[str]:
    """Return the words somebody may call this thing: those of its name, but for small ones, and the coach's own."""
    words = f"{kit.name} {kit.say or ''}".lower().replace("-", " ").replace(",", " ").split()
    return frozenset(word for word in words if word.isalpha()) - _SMALL_WORDS


def possible(movement: Movement, needs: Needs, find: Find) -> Movement | None:
    """Return `movement`, or the first of its `instead` that can be done, or None."""
    seen: set[str] = set()
    found: Movement | None = movement
    while found and unfit(found, needs):
        seen.add(found.id)
        following = found.instead
        found = find(following) if following and following not in seen and len(seen) < _MOST_LINKS else None
    return found


def adapt(routine: Routine, needs: Needs, find: Find) -> tuple[Routine, tuple[Swap, ...]]:
    """Return the routine as this person can do it here, and what was swapped. It may have no steps left.

    A movement that is there already gets the sets of the one it stands in for, so that the muscle keeps its dose;
    where they share no muscle the one that cannot be done is left out.
    Raises what `find` raises when an `instead` names no movement.
    """
    if needs == ANYTHING:
        return routine, ()
    swaps: dict[str, Swap] = {}
    steps = _steps(routine.steps, needs, find, swaps, frozenset(_named(routine.steps)))
    if swaps:
        steps = _ordered(_merged(steps, swaps, find), swaps, find)
    intro, outro = _ends(routine, swaps)
    # "Lie down" is no welcome for somebody who stands.
    if _begins_standing(routine.steps, find) is False and _begins_standing(steps, find):
        intro = None
    return replace(routine, steps=steps, intro=intro, outro=outro), tuple(swaps.values())


def _ends(routine: Routine, swaps: Collection[str]) -> tuple[str | None, str | None]:
    """Return intro and outro as they are said without the movements of `swaps`."""
    missing = [one for one in routine.without if any(name in swaps for name in one.movements)]
    intro = next((one.intro for one in missing if one.intro), routine.intro)
    outro = next((one.outro for one in missing if one.outro), routine.outro)
    return intro, outro


def _begins_standing(steps: tuple[Step, ...], find: Find) -> bool | None:
    """Say whether the first step that has a position is done on the feet; None when no step has one."""
    for step in steps:
        if isinstance(step, BlockStep):
            inside = _begins_standing(step.steps, find)
            if inside is not None:
                return inside
        else:
            position = find(step.movement).position if isinstance(step, MovementStep) else step.position
            if position:
                return position == "standing"
    return None


def _named(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, BlockStep):
            yield from _named(step.steps)
        elif isinstance(step, MovementStep):
            yield step.movement


def _share(one: Movement, other: Movement) -> bool:
    return not set(one.muscles).isdisjoint(other.muscles)


def _steps(
    steps: tuple[Step, ...], needs: Needs, find: Find, swaps: dict[str, Swap], there: frozenset[str]
) -> tuple[Step, ...]:
    """Return the steps that can be done; `there` are the movements of the whole routine as it is written."""
    done: list[Step] = []
    for step in steps:
        if isinstance(step, BlockStep):
            inner = _steps(step.steps, needs, find, swaps, there)
            if inner:
                done.append(replace(step, steps=inner))
        elif isinstance(step, MovementStep):
            movement = find(step.movement)
            instead = possible(movement, needs, find)
            if instead and instead.id != movement.id and instead.id in there and not _share(movement, instead):
                instead = None  # more of what is done anyway would be no use to this muscle
            if instead is None or instead.id != movement.id:
                reason = unfit(movement, needs) or ""
                swaps[movement.id] = Swap(movement.id, instead.id if instead else None, reason)
            if instead:
                done.append(step if instead.id == movement.id else _dosed(step, movement, instead))
        elif (quiet := _quiet(step, needs)) is not None:
            done.append(quiet)
    return tuple(done)


def _dosed(step: MovementStep, before: Movement, movement: Movement) -> MovementStep:
    """Return the step with `movement` for `before`: as long as that takes it, its own dose where the goal differs."""
    hold_ms, reps = None, None
    if movement.hold and step.hold_ms:
        hold_ms = min(max(step.hold_ms, movement.hold.least_ms), movement.hold.most_ms)
    if movement.reps and step.reps:
        # Sides that alternate share one count: each leg keeps what it had.
        shared = (movement.sides == "alternate") - (before.sides == "alternate")
        asked = step.reps * 2 if shared > 0 else -(-step.reps // 2) if shared < 0 else step.reps
        reps = min(max(asked, movement.reps.least), movement.reps.most)
    sets = min(max(step.sets, movement.sets.least), movement.sets.most) if step.sets else None
    return MovementStep(movement.id, hold_ms, reps, None, sets, step.rest_ms, None, step.optional)


def _quiet(step: Step, needs: Needs) -> Step | None:
    """Return a quiet step without the floor where there is none; what is only said about lying is left out."""
    if isinstance(step, MovementStep | BlockStep) or step.position in (None, "standing"):
        return step
    no_floor = needs.place in ON_THE_FEET or "floor" in needs.avoid
    if not no_floor and not ("kneeling" in needs.avoid and step.position in _ON_THE_KNEES):
        return step
    if isinstance(step, TalkStep):
        return None
    if isinstance(step, ReflectStep):
        return replace(step, position=None)
    if isinstance(step, RestStep | BreatheStep):
        return replace(step, position=None, say=None)
    return step


def _merged(steps: tuple[Step, ...], swaps: dict[str, Swap], find: Find) -> tuple[Step, ...]:
    """Join a stand-in with the step of the same movement that is there already, as more sets."""
    stand_ins = {swap.instead for swap in swaps.values()}
    done: list[Step] = []
    first: dict[str, int] = {}
    for step in steps:
        if isinstance(step, MovementStep) and step.movement in stand_ins:
            if step.movement in first:
                before = done[first[step.movement]]
                if isinstance(before, MovementStep):
                    done[first[step.movement]] = _joined(before, step, find(step.movement))
                continue
            first[step.movement] = len(done)
        done.append(step)
    return tuple(done)


def _joined(step: MovementStep, more: MovementStep, movement: Movement) -> MovementStep:
    """Return one step with the sets of both, held as long in all as the two together."""
    sets = [one.sets or movement.sets.default for one in (step, more)]
    hold_ms, reps = step.hold_ms, step.reps
    if movement.hold and (step.hold_ms or more.hold_ms):
        both_ms = sum(n * (one.hold_ms or movement.hold.default_ms) for n, one in zip(sets, (step, more), strict=True))
        seconds = -(-both_ms // (1000 * min(sum(sets), movement.sets.most)))
        hold_ms = min(max(seconds * 1000, movement.hold.least_ms), movement.hold.most_ms)
    if movement.reps and (step.reps or more.reps):
        # Sets that are counted are as long as the shorter ones: nobody tires of what only stands in.
        reps = min(one.reps or movement.reps.default for one in (step, more))
    return replace(
        step,
        hold_ms=hold_ms,
        reps=reps,
        sets=min(sum(sets), movement.sets.most),
        rest_ms=step.rest_ms or more.rest_ms,
        optional=step.optional and more.optional,
    )


def _ordered(steps: tuple[Step, ...], swaps: dict[str, Swap], find: Find) -> tuple[Step, ...]:
    """Put stand-ins on the feet before the first movement on the floor: one change in a session is enough."""
    stand_ins = {swap.instead for swap in swaps.values()}

    def on_floor(step: Step) -> bool:
        if isinstance(step, BlockStep):
            return any(on_floor(inner) for inner in step.steps)
        return isinstance(step, MovementStep) and find(step.movement).position != "standing"

    def late(step: Step) -> bool:
        standing = isinstance(step, MovementStep) and find(step.movement).position == "standing"
        return standing and isinstance(step, MovementStep) and step.movement in stand_ins

    floor = next((index for index, step in enumerate(steps) if on_floor(step)), None)
    if floor is None:
        return steps
    moved = [step for step in steps[floor:] if late(step)]
    return (*steps[:floor], *moved, *(step for step in steps[floor:] if not late(step)))
