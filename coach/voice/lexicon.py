"""How words are said that an engine by itself says wrong: data/lexicon/<language>.yaml, applied to a text.

Piper reads phonemes inside double square brackets; the engines of the computer would read the brackets
aloud, so for them the word is spelt another way. Whole words only, in any case. No engine is known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["ipa", "respelling"]

SHIPPED = Path(__file__).parent.parent / "data" / "lexicon"


@dataclass(frozen=True, slots=True)
class Word:
    """One entry: the word, its phonemes (IPA as eSpeak NG writes it) and a spelling that sounds right."""

    word: str
    ipa: str
    respell: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The entries of one language."""

    words: tuple[Word, ...] = ()
    _by_word: dict[str, Word] = field(init=False, repr=False, compare=False)
    _pattern: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the words; the longest comes first, so that no entry hides a longer one."""
        by_word = {entry.word.casefold(): entry for entry in self.words}
        longest = sorted(by_word, key=lambda word: (-len(word), word))
        # A possessive ("psoas's") is another word: half of it in phonemes would be said as two.
        choices = "|".join(re.escape(word) for word in longest)
        pattern = re.compile(rf"(?<![\w'\u2019])(?:{choices})(?![\w]|['\u2019]\w)", re.IGNORECASE) if longest else None
        object.__setattr__(self, "_by_word", by_word)
        object.__setattr__(self, "_pattern", pattern)

    def apply(self, text: str, form: Form) -> str:
        """Return `text` with every known word as "[[ipa]]" or respelled.

        Double square brackets of the text itself are taken out first: only the lexicon writes phonemes.
        """
        plain = text.replace("[[", "").replace("]]", "") if "[[" in text or "]]" in text else text
        if self._pattern is None:
            return plain

        def said(found: re.Match[str]) -> str:
            entry = self._by_word[found[0].casefold()]
            if form == "ipa":
                return f"[[{entry.ipa}]]"
            return entry.respell[0].upper() + entry.respell[1:] if found[0][0].isupper() else entry.respell

        return self._pattern.sub(said, plain)


def read_lexicon(text: str, path: str) -> Lexicon:
    """Read a lexicon document; `path` is how messages name it. Raises DocumentError."""
    from coach.documents import Reader

    reader = Reader.of(text, path)
    fields = reader.document("a lexicon")
    words = []
    for item in fields.mappings("words", "a word"):
        word = Word(item.text("word", 64), item.text("ipa", 64), item.text("respell", 64))
        if word.word and not re.fullmatch(r"\w[\w '\u2019-]*", word.word):
            item.add("word", "a word is letters, without punctuation around it")
        if "[" in word.ipa or "]" in word.ipa:
            item.add("ipa", "phonemes are written without brackets", f"write {word.ipa.strip('[]')}")
        item.done()
        words.append(word)
    fields.done()
    reader.finish()
    return Lexicon(tuple(words))


def load_lexicon(language: str, folder: Path = SHIPPED) -> Lexicon:
    """Return the lexicon of a BCP 47 language, or of its main language, or an empty one.

    Raises DocumentError or UnreadableFile when the document is there but cannot be used.
    """
    from coach.documents import read_file

    for name in dict.fromkeys((language, language.split("-", 1)[0])):
        # A language comes from a routine somebody wrote: it never becomes a path.
        path = folder / f"{name}.yaml"
        if re.fullmatch(r"[A-Za-z0-9-]{2,35}", name) and path.is_file():
            return read_lexicon(read_file(path), str(path))
    return Lexicon()


class Lexicons:
    """The lexicons of one opened engine, each read once, when its language is first spoken."""

    def __init__(self, form: Form, folder: Path = SHIPPED) -> None:
        """Keep the form the engine can read."""
        self._form: Form = form
        self._folder = folder
        self._loaded: dict[str, Lexicon] = {}

    def apply(self, text: str, language: str) -> str:
        """Return `text` as the engine will get it. Raises DocumentError or UnreadableFile."""
        lexicon = self._loaded.get(language)
        if lexicon is None:
            lexicon = self._loaded[language] = load_lexicon(language, self._folder)
        return lexicon.apply(text, self._form)
