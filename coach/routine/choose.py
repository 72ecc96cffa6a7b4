"""Which movements a made session may have, and in which order they are done. Pure.

Chance is a checksum of the seed and a movement's id: the same seed draws the same movements everywhere, and a movement
that is added to the library does not shuffle the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations, islice

from coach.routine.adapt import PLACES, Needs, kit_words, unfit
from coach.routine.make_document import Recipe
from coach.routine.model import Kit, Movement

_LINE_UPS = 2
"""Draws that are tried for each number of movements."""
_KINDS = ("dynamic", "balance", "strength", "pressure", "static", "rest")
_POSITIONS = ("standing", "kneeling", "hands-and-knees", "prone", "supine")
_SIDES = ("alternate", "both", "each")


def suitable(
    movements: Iterable[Movement], recipe: Recipe, needs: Needs
) -> tuple[tuple[Movement, ...], dict[str, str]]:
    """Return the movements that a session may have, and for those that only `needs` keeps out the reason.

    Unlike a routine that somebody chose, a made one uses only what is named in `needs.kit`, and a mat where there is
    a floor: what a household has instead makes a poorer session than another movement.
    """
    place = needs.place or recipe.place
    at_hand = (needs.kit or frozenset()) | set(PLACES[place])
    found, kept_out = [], {}
    for movement in movements:
        if not _suits(movement, recipe) or any(not _is_in(kit, at_hand) for kit in movement.kit):
            continue
        reason = unfit(movement, replace(needs, place=place, kit=frozenset(at_hand)))
        if reason is None:
            found.append(movement)
        else:
            kept_out[movement.id] = reason
    return tuple(found), kept_out


def _suits(movement: Movement, recipe: Recipe) -> bool:
    goal = "held" if movement.hold else "counted"
    level_suits = movement.position == "standing" or not recipe.on_feet
    return movement.kind in recipe.kinds and goal == recipe.goal and level_suits


def _is_in(kit: Kit, words: Iterable[str]) -> bool:
    return not set(words).isdisjoint(kit_words(kit))


def main_of(pool: tuple[Movement, ...], recipe: Recipe, seed: int) -> Movement:
    """Return the movement that every session has: the recipe's first that is possible, else one that is drawn."""
    by_id = {movement.id: movement for movement in pool}
    found = next((by_id[name] for name in recipe.main if name in by_id), None)
    return found or _drawn(pool, seed)[0]


def line_ups(
    pool: tuple[Movement, ...], main: Movement, recipe: Recipe, needs: Needs, seed: int
) -> Iterator[tuple[Movement, ...]]:
    """Yield the movements of possible sessions, `main` always among them, in the order they are done.

    From one movement to the recipe's most.
    """
    others = [movement for movement in _drawn(pool, seed) if movement.id != main.id]
    # Whoever names a thing wants to use it.
    others.sort(key=lambda movement: not any(_is_in(kit, needs.kit or ()) for kit in movement.kit))
    for count in range(recipe.most):
        drawn = (chosen for chosen in combinations(others, count) if _agree(main, *chosen))
        for chosen in islice(drawn, _LINE_UPS):
            yield in_order((main, *chosen))


def _agree(*movements: Movement) -> bool:
    """Nobody rests twice, or only rests."""
    return sum(movement.kind == "rest" for movement in movements) <= min(1, len(movements) - 1)


def _drawn(movements: Iterable[Movement], seed: int) -> list[Movement]:
    return sorted(movements, key=lambda movement: (zlib.crc32(f"{seed}|{movement.id}".encode()), movement.id))


def in_order(movements: Iterable[Movement]) -> tuple[Movement, ...]:
    """Return the movements as a body does them: warm-up before depth, from the feet to the floor and never back."""

    def turn(movement: Movement) -> tuple[int, ...]:
        kind, place = _KINDS.index(movement.kind), _POSITIONS.index(movement.position)
        level = 0 if movement.position == "standing" else 2 if movement.kind == "rest" else 1
        # What alternates is smaller than what one leg does alone.
        return (level, place, kind, _SIDES.index(movement.sides))

    return tuple(sorted(movements, key=turn))
