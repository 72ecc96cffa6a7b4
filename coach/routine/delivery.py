"""How a session is told: what the listener asks for, and what the coach knows of them. A value, no rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["gentle", "steady", "strong"]
Talk: TypeAlias = Literal["full", "normal", "low"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a session is told: what the listener asks for, and what the coach knows of them."""

    talk: Talk = "normal"
    level: Level = "steady"
    start: Literal["left", "right"] = "left"
    seed: int = 0
    """Which of several wordings comes first; the same seed gives the same session."""
    kit: frozenset[str] | None = None
    """Words for the things at hand, so that no other is named; None: all that a movement uses."""
    familiar: bool = False
    """Whoever has done it often hears the short set-ups."""


STEADY = Delivery()
"""How a session is told to somebody who asks for nothing."""
