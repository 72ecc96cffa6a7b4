"""The words and bounds of a language that `eyes_free` checks with: data/eyes_free/<language>.yaml as values.

What the lists mean is said in the data itself. Nothing is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from coach.documents import Fields, MappingNode, Reader, read_file

_MOST = 500
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words that are looked for in one sentence, and what to write for them."""

    words: re.Pattern[str]
    """Its group `replaced` is what `write` is about: the words, or of "the other leg" only "the other"."""
    but: re.Pattern[str] | None
    """Where this overlaps a match, the words are meant and stay."""
    write: Mapping[str, str]
    """The words in small letters to what replaces them; words that are not in it are to be deleted."""
    advice: str | None = None
    """What to do about words that nothing can simply replace."""

    def found(self, sentence: str) -> Iterator[re.Match[str]]:
        """Yield the matches in `sentence`, which has straight apostrophes."""
        meant = [found.span() for found in self.but.finditer(sentence)] if self.but else []
        for match in self.words.finditer(sentence):
            if not any(match.start() < end and start < match.end() for start, end in meant):
                yield match


@dataclass(frozen=True, slots=True)
class Openings:
    """How a command is told from a description by its ending: sets of small words."""

    joins: frozenset[str]
    but: frozenset[str]
    describes: frozenset[str]
    objects: frozenset[str]
    verbs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lists:
    """All rules of one language. Bounds are words, `share` is percent of the work, speeds are words a minute."""

    filler: Phrases
    openers: Phrases
    pointing: Phrases
    vague_sides: Phrases
    fixed_sides: Phrases
    promises: Phrases
    ing: Openings
    breaks: tuple[str, ...]
    """Words before which a sentence is parted in two."""
    sentence: int
    caution: int
    cue: int
    setup: int
    share: int
    setup_speed: int
    work_speed: int


def load_lists(language: str, folder: Path) -> Lists | None:
    """Return the lists of a BCP 47 language, or of its main language; None when there are none in `folder`.

    Raises DocumentError or UnreadableFile when the document is there but cannot be used.
    """
    for name in dict.fromkeys((language, language.split("-", 1)[0])):
        path = folder / f"{name}.yaml"
        # A language comes from a document somebody wrote: it never becomes a path.
        if re.fullmatch(r"[A-Za-z0-9-]{2,35}", name) and path.is_file():
            return read_lists(read_file(path), str(path))
    return None


def read_lists(text: str, path: str) -> Lists:
    """Return the lists in `text`; `path` is how messages name it. Raises DocumentError with every problem."""
    reader = Reader.of(text, path)
    fields = reader.document("the lists of a language")
    speed, bounds, ing = (fields.mapping(key) for key in ("speed", "bounds", "ing"))
    lists = Lists(
        filler=_phrases(fields, "filler"),
        openers=_phrases(fields, "openers"),
        pointing=_phrases(fields, "pointing"),
        vague_sides=_vague_sides(fields),
        fixed_sides=_phrases(fields, "fixed_sides"),
        promises=_phrases(fields, "promises"),
        ing=_openings(ing),
        breaks=fields.texts("breaks"),
        sentence=_bound(bounds, "sentence"),
        caution=_bound(bounds, "caution"),
        cue=_bound(bounds, "cue"),
        setup=_bound(bounds, "setup"),
        share=_bound(bounds, "share"),
        setup_speed=_bound(speed, "setup"),
        work_speed=_bound(speed, "work"),
    )
    for inner in (speed, bounds, ing):
        if inner:
            inner.done()
    fields.done()
    reader.finish()
    return lists


def any_of(phrases: tuple[str, ...]) -> str:
    """Return the pattern of any of these phrases as whole words, the longest first."""
    longest = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    choices = "|".join(r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in longest)
    return rf"(?<![\w'{{-])(?:{choices})(?!\w|['-]\w|\}})"


def _phrases(fields: Fields, key: str) -> Phrases:
    inner = fields.mapping(key)
    if inner is None:
        return Phrases(_NOTHING, None, {})
    start = "^" if key == "openers" else ""
    return _finish(inner, rf"{start}(?P<replaced>{any_of(inner.texts('words', most=_MOST))})")


def _vague_sides(fields: Fields) -> Phrases:
    inner = fields.mapping("vague_sides")
    if inner is None:
        return Phrases(_NOTHING, None, {})
    first, between, parts = (any_of(inner.texts(key, most=_MOST)) for key in ("words", "between", "parts"))
    return _finish(inner, rf"(?P<replaced>{first})\s+(?:{between}\s+)?{parts}")


def _finish(inner: Fields, pattern: str) -> Phrases:
    but = inner.texts("but", required=False, most=_MOST)
    phrases = Phrases(
        re.compile(pattern, re.IGNORECASE),
        re.compile(any_of(but), re.IGNORECASE) if but else None,
        _map(inner, "write"),
        inner.optional_text("advice"),
    )
    inner.done()
    return phrases


def _openings(inner: Fields | None) -> Openings:
    if inner is None:
        return Openings(frozenset(), frozenset(), frozenset(), frozenset(), {})
    joins, but, describes, objects = (
        frozenset(inner.texts(key, most=_MOST)) for key in ("joins", "but", "describes", "objects")
    )
    return Openings(joins, but, describes, objects, _map(inner, "verbs"))


def _map(inner: Fields, key: str) -> dict[str, str]:
    node = inner.node(key, required=False)
    if node is None:
        return {}
    return inner.text_map(key, [name.text for name, _ in node.entries] if isinstance(node, MappingNode) else [])


def _bound(inner: Fields | None, key: str) -> int:
    return inner.integer(key, 1, 1000) if inner else 1
