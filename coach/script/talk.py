"""How much is said: the talk dial, and how words fade on repeats and second sides.

Shares are thousandths of the work that may be words other than counts. Those of `full` are the most that a
listener bears: 45 % on first contact, 25 % on a repeat, 20 % on the second side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from coach.routine.delivery import Talk

Contact: TypeAlias = Literal["first", "second-side", "repeat"]
LineName: TypeAlias = Literal["form", "feel", "short-form", "short-feel"]


@dataclass(frozen=True, slots=True)
class Amount:
    """What may be said inside one stretch of work: its share, and which lines, the weightiest first."""

    permille: int
    lines: tuple[LineName, ...]


AMOUNTS: Mapping[Talk, Mapping[Contact, Amount]] = {
    "full": {
        "first": Amount(450, ("form", "feel")),
        "repeat": Amount(250, ("short-feel", "short-form")),
        "second-side": Amount(200, ("short-form", "short-feel")),
    },
    "normal": {
        "first": Amount(400, ("form", "feel")),
        "repeat": Amount(180, ("short-feel",)),
        "second-side": Amount(150, ("short-form",)),
    },
    # "Halfway" is what people remember: there is room for it, and for nothing else, after the first contact.
    "low": {
        "first": Amount(200, ("short-form",)),
        "repeat": Amount(60, ()),
        "second-side": Amount(60, ()),
    },
}
