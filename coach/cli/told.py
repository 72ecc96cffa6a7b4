"""What became of a routine, told to a person: movements that were replaced, doses that a length changed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from coach.cli.common import counted, say

if TYPE_CHECKING:
    from coach.cli.asked import Asked
    from coach.script.changes import Change
    from coach.session import Session

_HARDLY = 0.1
"""A second more or less of a hold is not worth a word."""


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


def tell_familiar(session: Session, asked: Asked) -> None:
    """Say on stderr that the set-ups are short because the routine is known; nothing when that was asked for."""
    if asked.setups is not None or not session.content.delivery.familiar:
        return
    from coach import paths
    from coach.history import History

    times = History(paths.record_dir()).times_done(session.routine.id)
    say(f"You have done it {times} times: short set-ups; --setups full has them whole.")


def tell_changes(session: Session) -> None:
    """Say on stderr, in a line, what the length made of the document; nothing when it is nearly as written."""
    worth_telling = [c for c in session.changes() if abs(c.chosen - c.written) > _HARDLY * c.written]
    if session.length_ms is None:
        # Nobody asked for it: how fast a voice speaks is no news, what is missing is.
        worth_telling = [c for c in worth_telling if c.what in ("left out", "sets")]
    if lines := change_lines(worth_telling):
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
