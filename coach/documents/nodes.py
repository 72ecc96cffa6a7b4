"""What a parsed document consists of: scalars, lists and mappings, each with its place.

Values only. A scalar stays text until a reader asks for something else, so `no`, `1:30`, `3-1-1-0` or
`010` are never turned into something their author did not write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `plain` is True when it was written without quotes; line and column count from 1."""

    text: str
    plain: bool
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list of values."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys with values, in the order of the file; a key occurs once."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int


Node: TypeAlias = Scalar | ListNode | MappingNode


def at(root: Node, *steps: str | int) -> Node:
    """Return the node that keys and positions (from 0) lead to, or the last one that exists on the way."""
    node = root
    for step in steps:
        inner: Node | None = None
        if isinstance(node, MappingNode):
            inner = next((value for key, value in node.entries if key.text == step), None)
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        if inner is None:
            break
        node = inner
    return node


def found(node: Node) -> str:
    """Return what the node is in a reader's words: "a list", "the number 12", "nothing"."""
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MappingNode):
        return "a mapping"
    kind = plain_kind(node)
    if kind == "nothing":
        return "nothing"
    return f"the number {short(node.text)}" if kind == "number" else f"'{short(node.text)}'"


def plain_kind(node: Scalar) -> str:
    """Return "nothing", "truth", "number" or "text": what YAML 1.2 would make of it (quoted is text)."""
    text = node.text
    if not node.plain:
        return "text"
    if text in ("", "~", "null"):
        return "nothing"
    if text in ("true", "false"):
        return "truth"
    digits = text[1:] if text[0] in "+-" else text
    whole, _, part = digits.partition(".")
    is_number = whole.isascii() and whole.isdigit() and (not part or (part.isascii() and part.isdigit()))
    return "number" if is_number else "text"


def short(text: str) -> str:
    """Return `text` on one line, cut to 40 characters, fit for a message."""
    line = " ".join(text[:400].split())
    if not line.isprintable():
        line = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return line if len(line) <= 40 else line[:37] + "..."
