"""make: composes a routine of the library's movements for a moment, a length and a person.

It knows the rules of a good session: a whole dose for one muscle before variety, few movements, warm-up before depth,
from the feet to the floor once. What suits a moment and what is said around the movements is data (data/make.yaml).
No voice and no sound: speech is estimated, and the length must work with slow and fast voices too.

    from coach.make import Request, make
    routine = make(Library(), Request(480_000, "post-run"))
"""

from __future__ import annotations

from dataclasses import replace

from coach.make.drafts import candidates, drafts, natural_ms
from coach.make.finish import finished, ranged, weights
from coach.make.request import Kitchen, NothingFits, Request, kitchen_of, made_id
from coach.routine.library import Library
from coach.routine.model import Routine
from coach.units import format_clock

__all__ = ["NothingFits", "Request", "made_id", "make"]

_FINALISTS = 8
_GRID_MS = 15_000
"""Lengths that are offered instead of one that does not work are multiples of this."""
_MOST_TRIES = 6


def make(library: Library, request: Request, *, name: str | None = None) -> Routine:
    """Return a routine of exactly the asked length; `name` is its id. The same request gives the same routine.

    Raises NothingFits with the reason, and what reading documents raises.
    """
    kitchen = kitchen_of(library, request, name)
    found = _best(kitchen)
    if found is None:
        raise _no_length(kitchen)
    return ranged(kitchen, found)


def _best(kitchen: Kitchen) -> Routine | None:
    """Return the best session of the asked length that keeps every rule, one without any advice first; or None."""
    second_best = None
    for candidate in candidates(kitchen)[:_FINALISTS]:
        routine = finished(kitchen, candidate.routine)
        found = weights(kitchen, routine) if routine else {"wrong"}
        if not found:
            return routine
        if "wrong" not in found:
            second_best = second_best or routine
    return second_best


def _no_length(kitchen: Kitchen) -> NothingFits:
    """Return the error that names the nearest length that works."""
    asked_ms, when = kitchen.length_ms, kitchen.recipe.when
    what = f"no session {when} lasts {format_clock(asked_ms)}"
    naturals = sorted((natural_ms(kitchen, draft) for draft in drafts(kitchen)), key=lambda ms: abs(ms - asked_ms))

    def works_at(length_ms: int) -> bool:
        return _best(replace(kitchen, length_ms=length_ms)) is not None

    works_ms = next((ms for ms in map(_on_grid, naturals[:_MOST_TRIES]) if works_at(ms)), None)
    if works_ms is None:
        return NothingFits(what, hint="name another --minutes, --place or --moment")
    # From a length that works towards the asked one.
    fails_ms = asked_ms
    while (middle_ms := _on_grid((works_ms + fails_ms) // 2)) not in (works_ms, _on_grid(fails_ms)):
        works_ms, fails_ms = (middle_ms, fails_ms) if works_at(middle_ms) else (works_ms, middle_ms)
    return NothingFits(f"{what}: the nearest length that works is {format_clock(works_ms)}", near_ms=works_ms)


def _on_grid(ms: int) -> int:
    return max(1, (ms + _GRID_MS // 2) // _GRID_MS) * _GRID_MS
