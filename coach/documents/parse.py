"""Strict YAML: text becomes a tree of nodes with places, or a DocumentError that says what to change.

This is the only file that knows PyYAML. It reads its events, not its values: no anchors, aliases, tags,
directives or second documents, no control characters, and nothing deeper or larger than the limits here.
It does not know what the keys mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

from coach.documents.nodes import ListNode, MappingNode, Node, Scalar, short
from coach.documents.syntax import explain
from coach.errors import DocumentError, Problem

_Event: TypeAlias = Any
"""An event of PyYAML; its classes have attributes that its type stubs do not tell apart."""

_TAGS = "tag:yaml.org,2002:"

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_NODES = 20_000
MAX_KEY = 64
"""Characters of a key."""

MAX_PROBLEMS = 100
"""Problems that are told; a document with more is something else altogether."""

# C0 and C1 controls without tab and line ends, line separators, direction overrides, byte order marks in
# the middle, surrogates and non-characters: nothing a person types, and all of them upset some reader.
_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def parse(text: str, path: str) -> Node:
    """Return the tree of one document. Raises DocumentError with every problem of its form."""
    problems: list[Problem] = []
    root = parse_into(text, path, problems)
    if problems:
        raise DocumentError(problems)
    return root


def parse_into(text: str, path: str, problems: list[Problem]) -> Node:
    """Return the tree; problems that leave it readable (a key written twice) are appended to `problems`.

    Raises DocumentError, with those problems too, when there is no tree to return.
    """
    if text.startswith("\ufeff"):
        text = text[1:]
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise DocumentError([Problem(path, 1, 1, "the document is larger than 256 KiB", "split it")])
    if refused := _REFUSED.search(text):
        start = refused.start()
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        what = f"the character U+{ord(refused[0]):04X} is not allowed"
        raise DocumentError([Problem(path, line, column, what, "delete it")])
    return _Builder(text, path, problems).root()


class _Builder:
    """Builds the tree from parser events, without recursion."""

    def __init__(self, text: str, path: str, problems: list[Problem]) -> None:
        import yaml

        self.yaml = yaml
        self.text, self.path, self.problems = text, path, problems
        # Only the events of the parser are used: the loader's resolvers and constructors never run.
        self.parser: Any
        if yaml.__with_libyaml__:
            from yaml.cyaml import CParser  # type: ignore[attr-defined]

            self.parser = CParser(text)
        else:
            self.parser = yaml.Loader(text)

    def root(self) -> Node:
        next_event = self.parser.get_event
        try:
            next_event()
            root = self._document(next_event)
            after = next_event()
        except self.yaml.YAMLError as error:
            line, column = self._place(error)
            problem = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
            self._stop(line, column, *explain(problem, self.text, line, column))
        except (ValueError, OverflowError, LookupError) as error:
            # The pure Python scanner lets some impossible escapes through as these.
            mark = self.parser.get_mark() if hasattr(self.parser, "get_mark") else None
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise DocumentError(
                [
                    *self.problems,
                    Problem(self.path, line, column, "an escape that is no character", "write the character itself"),
                ]
            ) from error
        if not isinstance(after, self.yaml.StreamEndEvent):
            line, column = after.start_mark.line + 1, after.start_mark.column + 1
            self._stop(line, column, "a second document begins here", "one file holds one document: delete the ---")
        return root

    def _place(self, error: Exception) -> tuple[int, int]:
        """Return line and column of a complaint, from 1; what runs to the end is placed where it begins."""
        mark, begun = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        if mark is None:
            return 1, 1
        rest = "\n".join(self.text.split("\n")[mark.line :])[mark.column :]
        if begun is not None and not rest.strip():
            mark = begun
        return mark.line + 1, mark.column + 1

    def _document(self, next_event: Callable[[], _Event]) -> Node:
        start = next_event()
        if isinstance(start, self.yaml.StreamEndEvent):
            self._stop(1, 1, "the document is empty", "begin it with schema: 1")
        if start.version or start.tags:
            self._stop(1, 1, "a line that begins with % is not allowed", "delete it")
        root = self._tree(next_event)
        next_event()  # the end of the document
        return root

    def _tree(self, next_event: Callable[[], _Event]) -> Node:
        yaml = self.yaml
        scalar_event, alias_event = yaml.ScalarEvent, yaml.AliasEvent
        mapping_start, sequence_start = yaml.MappingStartEvent, yaml.SequenceStartEvent
        parts: list[Node] = []  # of the collection being read
        outer: list[tuple[bool, int, int, list[Node]]] = []
        is_mapping, line, column = False, 1, 1
        nodes = 0
        while True:
            event = next_event()
            kind = event.__class__
            mark = event.start_mark
            here, there = mark.line + 1, mark.column + 1
            if kind is scalar_event:
                if event.anchor or event.tag:
                    self._marked(event, here, there)
                node: Node = self._scalar(event, here, there)
            elif kind is mapping_start or kind is sequence_start:
                if event.anchor or event.tag:
                    self._marked(event, here, there)
                if is_mapping and not len(parts) & 1:
                    self._stop(here, there, "a key must be a word", "put a text that begins with [ or { in quotes")
                if len(outer) == MAX_DEPTH:
                    self._stop(here, there, f"the document is nested more than {MAX_DEPTH} deep", "make it flatter")
                outer.append((is_mapping, line, column, parts))
                is_mapping, line, column, parts = kind is mapping_start, here, there, []
                nodes += 1
                continue
            elif kind is alias_event:
                self._stop(here, there, f"*{short(event.anchor)} is an alias", "write the value out, or quote the text")
            else:
                node = self._mapping(parts, line, column) if is_mapping else ListNode(tuple(parts), line, column)
                is_mapping, line, column, parts = outer.pop()
            nodes += 1
            if nodes > MAX_NODES:
                self._stop(here, there, f"the document has more than {MAX_NODES} values", "split it")
            if not outer:
                return node
            parts.append(node)

    def _scalar(self, event: _Event, line: int, column: int) -> Scalar:
        if event.style == '"' and (refused := _REFUSED.search(event.value)):
            what = f"the character U+{ord(refused[0]):04X} is not allowed in a text"
            self._note(line, column, what, "delete its escape")
            return Scalar(_REFUSED.sub(" ", event.value), False, line, column)
        return Scalar(event.value, not event.style, line, column)

    def _mapping(self, parts: list[Node], line: int, column: int) -> MappingNode:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            if not isinstance(key, Scalar):  # refused where it began
                continue
            if len(key.text) > MAX_KEY:
                what = f"the key '{short(key.text)}' is longer than {MAX_KEY} characters"
                cure = "put a text with a colon in quotes"
                self._note(key.line, key.column, what, cure)
            elif first := entries.get(key.text):
                what = f"the key '{short(key.text)}' is here twice"
                cure = f"it is already on line {first[0].line}: keep one"
                self._note(key.line, key.column, what, cure)
            else:
                entries[key.text] = (key, value)
        return MappingNode(tuple(entries.values()), line, column)

    def _marked(self, event: _Event, line: int, column: int) -> None:
        what = (
            f"&{short(event.anchor)} is an anchor"
            if event.anchor
            else f"{short(event.tag.replace(_TAGS, '!!'))} is a tag"
        )
        self._note(line, column, what, "delete it, or put the text in quotes")

    def _note(self, line: int, column: int, what: str, cure: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.path, line, column, what, cure))

    def _stop(self, line: int, column: int, what: str, cure: str | None) -> NoReturn:
        raise DocumentError([*self.problems, Problem(self.path, line, column, what, cure)])
