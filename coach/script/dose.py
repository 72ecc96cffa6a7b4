"""The dose of a session: stretched time per muscle and side, counted over all its movements.

Several movements load the same muscle, so it is the muscle that has a dose and not the movement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coach.routine.model import MovementStep, Routine
from coach.script.outline import Bounds, Choices, Content, Path, leaves

PLATEAU_MS = 240_000
"""Gains level off near four minutes a session for one muscle (Ingram et al. 2025, 10.1007/s40279-024-02143-9)."""
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


def limits_ms(written_ms: Mapping[str, int]) -> dict[str, int]:
    """Return the most each muscle is given: PLATEAU_MS, or what the document itself asks for."""
    return {muscle: max(PLATEAU_MS, ms) for muscle, ms in written_ms.items()}


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
