"""The toolkit that document readers are written with: typed values by key, every problem collected.

`Reader` holds one document, `Fields` one mapping in it. They know no document in particular.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from coach.documents.nodes import MappingNode, Node, Scalar, found, plain_kind, short
from coach.documents.parse import MAX_PROBLEMS, parse_into
from coach.documents.values import MAX_ITEMS, MAX_TEXT, Values, mistyped, nearest
from coach.errors import DocumentError, Problem
from coach.units import Ms

SCHEMA = 1
"""The version of every document; a newer one is refused."""

_T = TypeVar("_T", bound=str)


class Reader(Values):
    """One document being read: its path, its tree and the problems found so far."""

    def __init__(self, path: str, root: Node, problems: list[Problem]) -> None:
        """Keep the tree; most callers use `Reader.of`."""
        super().__init__(path, problems)
        self.root = root

    @classmethod
    def of(cls, text: str, path: str) -> Reader:
        """Parse `text`; `path` is how messages name it. Raises DocumentError when there is no tree."""
        problems: list[Problem] = []
        return cls(path, parse_into(text, path, problems), problems)

    def document(self, what: str) -> Fields:
        """Return the fields of the whole document with `schema` checked. Raises DocumentError.

        `what` names the kind in messages: "a routine".
        """
        if not isinstance(self.root, MappingNode):
            self.add(self.root, f"{what} is keys with values, found {found(self.root)}", "begin it with schema: 1")
            raise DocumentError(self.problems)
        fields = Fields(self, self.root, what)
        node = fields.node("schema")
        if node is not None:
            self._check_schema(node)
        elif all(key.text != "schema" for key, _ in fields.entries):
            fields.missing.pop("schema", None)
            self.add(self.root, "the key 'schema' is missing", f"begin the document with schema: {SCHEMA}")
        return fields

    def _check_schema(self, node: Node) -> None:
        text = node.text if isinstance(node, Scalar) and plain_kind(node) == "number" else ""
        if text == str(SCHEMA):
            return
        if text.isdigit() and text[0] != "0":
            # What a newer document means is unknown, so nothing else in it can be called wrong.
            what = f"schema {short(text)} is newer than this version of coach can read"
            raise DocumentError([Problem(self.path, node.line, node.column, what, "update coach")])
        self.add(node, f"schema must be {SCHEMA}, found {found(node)}", f"write schema: {SCHEMA}")


class Fields:
    """The keys of one mapping. Every key asked for is known; `done` reports the others and the missing ones."""

    def __init__(self, reader: Values, where: Node, what: str) -> None:
        """Index the keys; `what` names the mapping in messages."""
        if not isinstance(where, MappingNode):
            reader.add(where, f"{what} must be keys with values, found {found(where)}", "write key: value")
        self.reader, self.where, self.what = reader, where, what
        self.entries = where.entries if isinstance(where, MappingNode) else ()
        self.values = {key.text: value for key, value in self.entries}
        self.asked: set[str] = set()
        self.missing: dict[str, None] = {}

    def has(self, key: str) -> bool:
        """Return whether the key is written; it counts as known."""
        self.asked.add(key)
        return key in self.values

    def node(self, key: str, *, required: bool = True) -> Node | None:
        """Return the value's node. None when the key is absent or has no value, which is noted."""
        self.asked.add(key)
        value = self.values.get(key)
        if value is None:
            if required:
                self.missing[key] = None
        elif isinstance(value, Scalar) and plain_kind(value) == "nothing":
            self.reader.add(value, f"{key} has no value", "write one, or delete the key")
            return None
        return value

    def text(self, key: str, most: int = MAX_TEXT) -> str:
        """Return a text that must be there."""
        node = self.node(key)
        return "" if node is None else self.reader.text(node, key, most)

    def optional_text(self, key: str, most: int = MAX_TEXT) -> str | None:
        """Return a text, or None when the key is absent."""
        node = self.node(key, required=False)
        return None if node is None else self.reader.text(node, key, most)

    def texts(self, key: str, *, required: bool = True, most: int = 50) -> tuple[str, ...]:
        """Return a list of 1 to `most` texts; empty when the key may be and is absent."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        name = f"an item of {key}"
        return tuple(self.reader.text(item, name) for item in self.reader.items(node, key, 1, most))

    def text_map(self, key: str, allowed: Sequence[str], *, required: bool = True) -> dict[str, str]:
        """Return a mapping of the words `allowed` to texts; with `required` every word must be there."""
        node = self.node(key, required=required)
        if node is None:
            return {}
        inner = self.within(node, key)
        texts = {word: inner.text(word) if required else inner.optional_text(word) for word in allowed}
        inner.done()
        return {word: text for word, text in texts.items() if text is not None}

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number; without a default the key must be there."""
        node = self.node(key, required=default is None)
        if node is None:
            return least if default is None else default
        return self.reader.integer(node, key, least, most)

    def optional_integer(self, key: str, least: int, most: int) -> int | None:
        """Return a whole number, or None when the key is absent."""
        node = self.node(key, required=False)
        return None if node is None else self.reader.integer(node, key, least, most)

    def duration(self, key: str, least_ms: Ms = 1, most_ms: Ms = 3_600_000) -> Ms:
        """Return a time in milliseconds that must be there."""
        node = self.node(key)
        return max(least_ms, 1) if node is None else self.reader.duration(node, key, least_ms, most_ms)

    def optional_duration(self, key: str, least_ms: Ms = 1, most_ms: Ms = 3_600_000) -> Ms | None:
        """Return a time in milliseconds, or None when the key is absent."""
        node = self.node(key, required=False)
        return None if node is None else self.reader.duration(node, key, least_ms, most_ms)

    def choice(self, key: str, allowed: Sequence[_T], default: _T | None = None) -> _T:
        """Return one of the words `allowed`; without a default the key must be there."""
        node = self.node(key, required=default is None)
        if node is None:
            return allowed[0] if default is None else default
        return self.reader.choice(node, key, allowed)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        node = self.node(key, required=False)
        return default if node is None else self.reader.flag(node, key)

    def slug(self, key: str) -> str:
        """Return an id that must be there."""
        node = self.node(key)
        return "" if node is None else self.reader.slug(node, key)

    def items(self, key: str, *, required: bool = True, most: int = MAX_ITEMS) -> tuple[Node, ...]:
        """Return the nodes of a list of 1 to `most`; empty when the key may be and is absent."""
        node = self.node(key, required=required)
        return () if node is None else self.reader.items(node, key, 1, most)

    def mappings(self, key: str, what: str, *, required: bool = True, most: int = MAX_ITEMS) -> tuple[Fields, ...]:
        """Return the fields of each mapping in a list; call `done` on each."""
        return tuple(self.within(item, what) for item in self.items(key, required=required, most=most))

    def mapping(self, key: str, *, required: bool = True) -> Fields | None:
        """Return the fields of a mapping, or None when it is absent; call `done` on it."""
        node = self.node(key, required=required)
        return None if node is None else self.within(node, key)

    def within(self, node: Node, what: str) -> Fields:
        """Return the fields of a mapping inside; for anything else the problem is noted and every key is absent."""
        return Fields(self.reader, node, what)

    def add(self, key: str, what: str, cure: str | None = None) -> None:
        """Note that something is wrong with the value of `key` (or the mapping, when it is absent)."""
        self.reader.add(self.values.get(key, self.where), what, cure)

    def done(self) -> None:
        """Note unknown and missing keys. Call once, after every key has been asked for."""
        if not isinstance(self.where, MappingNode):
            return
        for key, _ in self.entries:
            if key.text in self.asked or len(self.reader.problems) >= MAX_PROBLEMS:
                continue
            free = [word for word in sorted(self.asked) if word not in self.values]
            near = nearest(key.text, free)
            if near:
                # One mistake is one message: the key it was meant to be is not called missing too.
                self.missing.pop(near[0], None)
            cure = f"did you mean '{near[0]}'?" if near else None
            # A key that is there already may be meant as well: then it is no slip.
            meant = mistyped(key.text, self.asked) if near else None
            meant = meant if meant in near else None
            self.reader.add(key, f"unknown key '{short(key.text)}' in {self.what}", cure, meant)
        for word in self.missing:
            self.reader.add(self.where, f"the key '{word}' is missing", f"{self.what} needs it")
