"""What became of a routine, told to a person: movements that were replaced, doses that a length changed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from coach.cli.common import counted, say

if TYPE_CHECKING:
    from coach.script.changes import Change
    from coach.session import Session


def tell_swaps(session: Session) -> None:
    """Say on stderr what stands in for what, and why."""
    from coach import paths
    from coach.routine.library import Library

    if not session.swaps:
        return
    documents = Library(paths.home_dir())
    for swap in session.swaps:
        name = documents.movement(swap.movement).name
        instead = f"{documents.movement(swap.instead).name} instead" if swap.instead else "left out"
        say(f"{name}: {swap.reason}; {instead}.")


def tell_changes(session: Session) -> None:
    """Say on stderr, in a line, what the length made of the document; nothing when all is as written."""
    if lines := change_lines(session.changes()):
        say("For this length: " + "; ".join(lines) + ".")


def change_lines(changes: Iterable[Change]) -> list[str]:
    """Return what changed, the same kinds of change together: "holds 24 s, not 30 s (Lunge, Fencer's stretch)"."""
    ordered = sorted(changes, key=_sort_key)
    lines = []
    for _, group in groupby(ordered, key=_sort_key):
        together = list(group)
        names = ", ".join(dict.fromkeys(change.name for change in together))
        lines.append(_line(together[0], names))
    return lines


def _sort_key(change: Change) -> tuple[int, int, int]:
    order = ("left out", "sets", "hold_ms", "reps", "breaths")
    return order.index(change.what), change.written, change.chosen


def _line(change: Change, names: str) -> str:
    written, chosen = change.written, change.chosen
    if change.what == "left out":
        return f"{names} left out"
    if change.what == "hold_ms":
        return f"held {chosen // 1000} s instead of {written // 1000} s ({names})"
    if change.what == "breaths":
        return f"{counted(chosen, 'breath')} instead of {written}"
    unit = "set" if change.what == "sets" else "repetition"
    return f"{counted(chosen, unit)} instead of {written} ({names})"
