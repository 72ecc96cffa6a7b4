"""The words in curly brackets that a text may hold: `{side}`, `{other}`, `{n}`, `{name}`."""

from __future__ import annotations

import re

from coach.documents import ListNode, Node, Scalar, Values
from coach.documents.nodes import short

_BRACKETS = re.compile(r"\{([^{}]*)\}|[{}]")


def check_placeholders(reader: Values, node: Node, allowed: tuple[str, ...]) -> None:
    """Note every placeholder under `node` that is not one of `allowed`, and every stray curly bracket."""
    if isinstance(node, Scalar):
        if "{" in node.text or "}" in node.text:
            _check_text(reader, node, allowed)
        return
    values = node.items if isinstance(node, ListNode) else (value for _, value in node.entries)
    for value in values:
        check_placeholders(reader, value, allowed)


def _check_text(reader: Values, node: Scalar, allowed: tuple[str, ...]) -> None:
    for matched in _BRACKETS.finditer(node.text):
        word = matched[1]
        if word is None:
            reader.add(node, f"a single {matched[0]} in a text", "delete it, or write a placeholder such as {side}")
        elif word not in allowed:
            known = " or ".join(f"{{{name}}}" for name in allowed)
            cure = f"{known} can be used" if allowed else "write the words themselves"
            reader.add(node, f"{{{short(word)}}} cannot be used in this text", cure)
