"""What people call the things that movements ask for: the words of their names, and household names (data/kit.yaml).

Pure. What somebody with these things can do is `adapt`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coach.documents import Reader
from coach.documents.values import nearest
from coach.errors import UnknownName
from coach.routine.adapt import kit_words
from coach.routine.model import Kit


def read_kit_names(text: str, path: str) -> Mapping[str, frozenset[str]]:
    """Return which words of kit each household name means; `path` is its name in messages. Raises DocumentError."""
    reader = Reader.of(text, path)
    fields = reader.document("a table of kit")
    names: dict[str, frozenset[str]] = {}
    for inner in fields.mappings("things", "a thing"):
        means = frozenset(inner.texts("means", required=False))
        for called in inner.texts("called"):
            if called in names:
                inner.add("called", f"'{called}' is here twice", "keep one")
            names[called] = means
        inner.done()
    fields.done()
    reader.finish()
    return names


def at_hand(said: Iterable[str], kits: Iterable[Kit], names: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the words of kit that are meant by what somebody says to have.

    Raises UnknownName for what no movement uses, with the nearest that one does.
    """
    known = {word for kit in kits for word in kit_words(kit)}
    found: set[str] = set()
    for one in said:
        meant = _meant(" ".join(one.replace("-", " ").split()), known, names)
        if meant is None:
            near = nearest(one, sorted(known.union(names)), 2)
            raise UnknownName("kit", one, near, hint="`coach list` shows what is used")
        found |= meant
    return frozenset(found)


def _meant(one: str, known: set[str], names: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    for form in (one, one.removesuffix("s")):
        if form in names:
            return names[form]
        words = form.split()
        if words and all(word in known for word in words):
            return frozenset(words)
    return None
