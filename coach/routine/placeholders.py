"""What a text may hold besides words: `{side}`, `{other}`, `{n}`, `{name}`, and ` | ` between wordings of one line."""

from __future__ import annotations

import re

from coach.documents import ListNode, Node, Scalar, Values
from coach.documents.nodes import short
from coach.routine.model import WORDINGS

_MOST_WORDINGS = 8
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


def check_wordings(reader: Values, node: Node) -> None:
    """Note every text under `node` with an empty wording, or with more of them than anybody hears."""
    if not isinstance(node, Scalar):
        values = node.items if isinstance(node, ListNode) else (value for _, value in node.entries)
        for value in values:
            check_wordings(reader, value)
    elif "|" in node.text:
        wordings = node.text.split(WORDINGS)
        if not all(wording.strip() and "|" not in wording for wording in wordings):
            reader.add(node, "a wording is empty", f"write a sentence on both sides of '{WORDINGS.strip()}'")
        elif len(wordings) > _MOST_WORDINGS:
            reader.add(node, f"{len(wordings)} wordings of one line, at most {_MOST_WORDINGS} are allowed")
