"""A value with the place of each of its parts, so that a check made later can still point at a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from coach.documents.nodes import Node, at
from coach.errors import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document(Generic[T]):
    """What was read, from where, and the tree it was read from. The value itself knows no places."""

    value: T
    path: str
    root: Node

    def problem(
        self, where: tuple[str | int, ...], what: str, cure: str | None = None, meant: str | None = None
    ) -> Problem:
        """Return a problem at the node that keys and positions (from 0) lead to: ("steps", 2, "hold")."""
        node = at(self.root, *where)
        return Problem(self.path, node.line, node.column, what, cure, meant)
