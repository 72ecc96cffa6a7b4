"""The dose of a session: stretched time per muscle and side, counted over all its movements.

Several movements load the same muscle, so it is the muscle that has a dose and not the movement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coach.routine.model import Moment, MovementStep, Routine
from coach.script.outline import Bounds, Choices, Content, Path, bounds_of, leaves

PLATEAU_MS = 240_000
"""Gains level off near four minutes a session for one muscle (Ingram et al. 2025, 10.1007/s40279-024-02143-9)."""
PRE_RUN_MS = 30_000
"""Before a run no muscle is held longer (rule `hold-before-run` of data/evidence.yaml)."""
_STRETCHING = ("static", "pressure")


def dose_ms(routine: Routine, content: Content, choices: Choices) -> dict[str, int]:
    """Return the stretched milliseconds of each muscle, for one side, with these choices."""
    dose: dict[str, int] = {}
    for leaf in leaves(routine):
        choice = choices[leaf.path]
        if isinstance(leaf.step, MovementStep) and choice.included:
            for muscle in stretched(leaf.step, content):
                dose[muscle] = dose.get(muscle, 0) + choice.amount * choice.sets
    return dose


def limits_ms(written_ms: Mapping[str, int], moment: Moment) -> dict[str, int]:
    """Return the most each muscle is given at this moment, or what the document itself asks for."""
    most_ms = PRE_RUN_MS if moment == "pre-run" else PLATEAU_MS
    return {muscle: max(most_ms, ms) for muscle, ms in written_ms.items()}


def overdosed(routine: Routine, content: Content, choices: Choices, limits: Mapping[str, int]) -> bool:
    """Say whether some muscle gets more than its limit even with every hold at its shortest."""
    shortest = dict(choices)
    for leaf in leaves(routine):
        if bounds := bounds_of(leaf.step, content):
            shortest[leaf.path] = replace(choices[leaf.path], amount=bounds.least)
    return any(ms > limits.get(muscle, ms) for muscle, ms in dose_ms(routine, content, shortest).items())


def within_limits(
    routine: Routine, content: Content, choices: Choices, free: Mapping[Path, Bounds], limits: Mapping[str, int]
) -> dict[Path, Bounds]:
    """Return the bounds of `free`, the longest holds cut so that no muscle gets more than its limit.

    Each hold keeps its share: with the limit at twice what the steps want, each may be twice as long.
    """
    loads: dict[str, dict[Path, int]] = {}
    for leaf in leaves(routine):
        if isinstance(leaf.step, MovementStep) and leaf.path in free:
            for muscle in stretched(leaf.step, content):
                times = loads.setdefault(muscle, {})
                times[leaf.path] = times.get(leaf.path, 0) + choices[leaf.path].sets
    cut = dict(free)
    for muscle, times in loads.items():
        wanted_ms = sum(free[path].want * count for path, count in times.items())
        for path in times:
            bounds = cut[path]
            share_ms = free[path].want * limits[muscle] // wanted_ms // bounds.step * bounds.step
            cut[path] = replace(bounds, most=max(bounds.least, min(bounds.most, share_ms)))
    return cut


def stretched(step: MovementStep, content: Content) -> Iterable[str]:
    """Return the main muscle that `step` lengthens; none when it is counted or loads it otherwise."""
    movement = content.movements[step.movement]
    return movement.muscles[:1] if movement.hold and movement.kind in _STRETCHING else ()
