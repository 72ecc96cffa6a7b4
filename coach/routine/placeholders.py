"""What a text may hold besides words: `{side}`, `{other}`, `{n}`, `{name}`, and ` | ` between wordings of one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from coach.documents import ListNode, Node, Scalar, Values
from coach.documents.nodes import plain_kind, short
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
    """Note every text under `node` with a wording that is empty or wordless, or with more than anybody hears."""
    for text in _texts(node):
        wordings = text.text.split(WORDINGS)
        if "|" in text.text and not all(wording.strip() and "|" not in wording for wording in wordings):
            reader.add(text, "a wording is empty", f"write a sentence on both sides of '{WORDINGS.strip()}'")
        elif len(wordings) > _MOST_WORDINGS:
            reader.add(text, f"{len(wordings)} wordings of one line, at most {_MOST_WORDINGS} are allowed")
        else:
            _check_words(reader, text, wordings)


def check_spoken(reader: Values, node: Node) -> None:
    """Note every text under `node` that no voice can say, or that has several wordings: all of it must be said."""
    for text in _texts(node):
        if WORDINGS.strip() in text.text:
            reader.add(text, "this text has one wording, and all of it is said", "write it without the bar")
        else:
            _check_words(reader, text, [text.text])


def _check_words(reader: Values, node: Scalar, wordings: Iterable[str]) -> None:
    for wording in wordings:
        # An empty text is noted where it is read.
        if wording.strip() and not any(letter.isalnum() for letter in wording):
            reader.add(node, f"there is nothing to say in '{short(wording.strip())}'", "write a word, or delete it")
            return


def _texts(node: Node) -> Iterator[Scalar]:
    """Yield every text under a node; what has no value is noted elsewhere."""
    if isinstance(node, Scalar):
        if plain_kind(node) != "nothing":
            yield node
        return
    for value in node.items if isinstance(node, ListNode) else (value for _, value in node.entries):
        yield from _texts(value)
