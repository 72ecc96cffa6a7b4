"""Single values taken out of nodes: texts, numbers, times, words, ids.

Nothing here raises for a wrong value: the problem is noted with its place and a harmless value is returned,
so that one reading reports everything. `finish` raises at the end. Keys are read in `reader`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from coach.documents.nodes import ListNode, MappingNode, Node, Scalar, found, plain_kind, short
from coach.documents.parse import MAX_PROBLEMS
from coach.errors import DocumentError, Problem
from coach.units import Ms, format_duration, parse_duration

MAX_TEXT = 1000
MAX_NAME = 100
MAX_ITEMS = 500
_A_SLIP = 0.75
"""How like a word must be to what it is taken for, of 1."""
_T = TypeVar("_T", bound=str)


class Values:
    """Single values of one document, and the problems found in it so far."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        """Keep how messages name the document, and the list that problems are added to."""
        self.path, self.problems = path, problems

    def add(self, where: Node, what: str, cure: str | None = None, meant: str | None = None) -> None:
        """Note that something is wrong at `where`; `meant` as in Problem."""
        self.note(where.line, where.column, what, cure, meant)

    def note(self, line: int, column: int, what: str, cure: str | None = None, meant: str | None = None) -> None:
        """Note that something is wrong at a line and column, both from 1."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.path, line, column, what, cure, meant))

    def finish(self) -> None:
        """Raise DocumentError with every problem found, if any."""
        if self.problems:
            raise DocumentError(self.problems)

    # --- one value at a node; `name` is what messages call it ---------------------------------

    def text(self, node: Node, name: str, most: int = MAX_TEXT) -> str:
        """Return a text of 1 to `most` characters on one line (line breaks become spaces)."""
        kind = plain_kind(node) if isinstance(node, Scalar) else ""
        if not isinstance(node, Scalar):
            cure = "put a text that begins with { in quotes" if isinstance(node, MappingNode) else "write one text"
            self.add(node, f"{name} must be a text, found {found(node)}", cure)
            return ""
        if kind in ("number", "truth"):
            self.add(node, f"{name} must be a text, found {found(node)}", f'put it in quotes: "{short(node.text)}"')
        elif kind == "nothing":
            self.add(node, f"{name} has no value", "write a text after it")
        text = " ".join(node.text.split())
        if not text and kind == "text":
            self.add(node, f"{name} is an empty text", "write something, or delete it")
        if len(text) > most:
            self.add(node, f"{name} is {len(text)} characters long, at most {most} are allowed", "shorten or split it")
        return text

    def integer(self, node: Node, name: str, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`."""
        text = node.text if isinstance(node, Scalar) else ""
        digits = text[1:] if text[:1] == "-" else text
        if not isinstance(node, Scalar) or plain_kind(node) != "number" or not digits.isdigit():
            cure = (
                "delete the quotes"
                if digits.isascii() and digits.isdigit()
                else f"write a number from {least} to {most}"
            )
            self.add(node, f"{name} must be a whole number, found {found(node)}", cure)
        elif digits[0] == "0" and len(digits) > 1:
            self.add(node, f"{name} must not begin with a zero", f"write {short(text.replace('0', '', 1))}")
        elif len(digits) > 9 or not least <= int(text) <= most:
            self.add(node, f"{name} must be from {least} to {most}, found {short(text)}", None)
        else:
            return int(text)
        return least

    def duration(self, node: Node, name: str, least_ms: Ms = 1, most_ms: Ms = 3_600_000) -> Ms:
        """Return a time in milliseconds from `least_ms` to `most_ms`; a number without a unit is a problem."""
        fallback = max(least_ms, 1)
        if not isinstance(node, Scalar) or plain_kind(node) in ("nothing", "truth"):
            self.add(node, f"{name} must be a time, found {found(node)}", "write 45s, 2m, 1m30s or 1:30")
            return fallback
        try:
            ms = parse_duration(short(node.text))
        except ValueError as error:
            self.add(node, f"{name}: {error}")
            return fallback
        if least_ms <= ms <= most_ms:
            return ms
        bounds = f"at most {_limit(most_ms)}"
        if ms < least_ms:
            bounds = "more than 0s" if least_ms == 1 else f"at least {_limit(least_ms)}"
        self.add(node, f"{name} must be {bounds}, found {short(node.text)}", None)
        return fallback

    def choice(self, node: Node, name: str, allowed: Sequence[_T]) -> _T:
        """Return one of the words `allowed`."""
        if isinstance(node, Scalar):
            for word in allowed:
                if node.text == word:
                    return word
        close = self.close(node.text, allowed) if isinstance(node, Scalar) else None
        meant = mistyped(node.text, allowed) if isinstance(node, Scalar) else None
        words = ", ".join(allowed[:-1]) + (" or " if len(allowed) > 1 else "") + allowed[-1]
        self.add(node, f"{name} must be {words}, found {found(node)}", close, meant)
        return allowed[0]

    def flag(self, node: Node, name: str) -> bool:
        """Return true or false; YAML 1.1's yes, no, on and off are not truths here."""
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        word = node.text.lower() if isinstance(node, Scalar) else ""
        meant = {"yes": "true", "on": "true", "y": "true", "true": "true", "no": "false", "off": "false"}.get(word)
        self.add(node, f"{name} must be true or false, found {found(node)}", f"write {meant}" if meant else None)
        return False

    def slug(self, node: Node, name: str) -> str:
        """Return an id: lower-case letters, digits and single dashes."""
        text = node.text if isinstance(node, Scalar) else ""
        # A plain number is a good id: it stays the text it is.
        if is_id(text) and isinstance(node, Scalar) and plain_kind(node) != "nothing":
            return text
        cure = "use small letters, digits and dashes, at most 64, as in hip-hinge"
        self.add(node, f"{name} cannot be {found(node)}", cure)
        return ""

    def items(self, node: Node, name: str, least: int = 1, most: int = MAX_ITEMS) -> tuple[Node, ...]:
        """Return the items of a list of `least` to `most`."""
        if not isinstance(node, ListNode):
            self.add(node, f"{name} must be a list, found {found(node)}", "begin each item with '- ' on its own line")
            return ()
        if not least <= len(node.items) <= most:
            bounds = f"at least {least}" if len(node.items) < least else f"at most {most}"
            self.add(node, f"{name} must have {bounds} in its list, found {len(node.items)}")
            return node.items[:most]
        return node.items

    def close(self, word: str, known: Iterable[str]) -> str | None:
        """Return "did you mean 'this'?" for the nearest of `known`, or None."""
        near = nearest(word, known)
        return f"did you mean '{near[0]}'?" if near else None


def _limit(ms: Ms) -> str:
    return f"{ms // 3_600_000}h" if ms and ms % 3_600_000 == 0 else format_duration(ms)


def is_id(text: str) -> bool:
    """Return whether `text` is an id: parts of small letters and digits joined by single dashes, at most 64."""
    parts_fit = all(part.isalnum() for part in text.split("-"))
    return parts_fit and len(text) <= 64 and text.isascii() and text == text.lower()


def nearest(word: str, known: Iterable[str], most: int = 1, likeness: float = 0.6) -> list[str]:
    """Return up to `most` of `known` that look like `word`, best first."""
    import difflib  # only when something is already wrong

    return difflib.get_close_matches(word[:64], list(known), most, likeness)


def mistyped(word: str, known: Iterable[str]) -> str | None:
    """Return the only one of `known` that `word` is nearly, or None: what is unclear is asked, not taken."""
    near = nearest(word, known, 2, _A_SLIP)
    return near[0] if len(near) == 1 else None


def alike(word: str, ids: Iterable[str], most: int = 2) -> list[str]:
    """Return up to `most` of `ids` that `word` may mean: misspelt, its beginning, one of its words, a part of it."""
    known = list(dict.fromkeys(ids))
    near = nearest(word, known, most)
    if len(word) < 3:
        return near
    begun = [one for one in known if one.startswith(word)]
    words = [one for one in known if f"-{word}-" in f"-{one}-"]
    parts = [one for one in known if word in one]
    return list(dict.fromkeys([*begun, *words, *parts, *near]))[:most]
