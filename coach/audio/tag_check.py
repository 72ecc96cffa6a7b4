"""Does a player show the chapters and lyrics that the Timeline in the same file says? Read back by hand, compared.

Chapters (CHAP) and their list (CTOC: some players show none that is not in it), synced lyrics (SYLT) and the words to
read (USLT).

The half of `verify` that looks instead of listening. A tag may be anybody's: nothing is read that is larger than
what we write, and what cannot be understood is a problem of the file, never an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar

from coach.audio.captions import lyric_lines, transcript
from coach.audio.tags import HEADER_BYTES, frame_size, tag_frames
from coach.errors import UnreadableFile
from coach.script.timeline import Timeline
from coach.units import format_clock

_Chapter: TypeAlias = tuple[int, int, str]  # start and end in milliseconds, title
_Line: TypeAlias = tuple[int, str]  # milliseconds, text
_T = TypeVar("_T")

_MOST_BYTES = {b"CHAP": 64 * 1024, b"CTOC": 64 * 1024, b"SYLT": 16 * 1024 * 1024, b"USLT": 16 * 1024 * 1024}
_WHAT = {b"CHAP": "chapters", b"CTOC": "lists of chapters", b"SYLT": "lyrics", b"USLT": "words to read"}
_MOST_WORDS = 8
"""Words to read that are looked at: other programs may add some in their own language."""
_TOP_LEVEL = 2  # flag of the list that players begin with
_TIME_BYTES = 4
_LANGUAGE_BYTES = 3
_MOST_TEXT = 200
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")


@dataclass(slots=True)
class _Shown:
    """What the tag holds, as far as it could be read."""

    chapters: dict[str, _Chapter] = field(default_factory=dict)
    """By the element ids that lists name them by."""
    lists: dict[str, list[str]] = field(default_factory=dict)
    """Ids of chapters and of other lists, by the list's own."""
    top: str | None = None
    lines: list[_Line] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def add(self, name: bytes, raw: bytes, version: int) -> None:
        """Keep what one frame says. Raises ValueError or IndexError when it is damaged."""
        if name == b"CHAP":
            known, chapter = _chapter(raw, version)
            # Two of one id are two chapters to a player that shows them by time.
            self.chapters[known if known not in self.chapters else f"{known}\0{len(self.chapters)}"] = chapter
        elif name == b"CTOC":
            known, flags, children = _list(raw)
            self.lists[known] = children
            self.top = known if self.top is None and flags & _TOP_LEVEL else self.top
        elif name == b"SYLT":
            self.lines += _lines(raw)
        elif len(self.words) < _MOST_WORDS:
            self.words.append(_words(raw))

    def listed(self, most: int) -> list[_Chapter]:
        """Return the chapters in the order of the lists, `most` at most; an id of nothing is a chapter of that name.

        A list may name itself, or another one twice: each is opened once.
        """
        found: list[_Chapter] = []
        waiting = [self.top] if self.top is not None else []
        opened: set[str] = set()
        while waiting and len(found) < most:
            name = waiting.pop()
            if name in self.lists and name not in self.chapters:
                if name not in opened:
                    opened.add(name)
                    waiting += reversed(self.lists[name])
            else:
                found.append(self.chapters.get(name, (0, 0, name)))
        return found


def tag_problems(path: Path, timeline: Timeline) -> tuple[str, ...]:
    """Return the first chapter, or entry of their list, line of the lyrics and line to read that is not as planned.

    Empty when all are. Raises UnreadableFile when the tag as a whole cannot be read.
    """
    shown = _Shown()
    try:
        with Path(path).open("rb") as file:
            for name, version, flags, size in tag_frames(file):
                if name not in _WHAT:
                    continue
                if flags or size > _MOST_BYTES[name]:
                    return (f"the {_WHAT[name]} of its tag were rewritten by another program and cannot be read",)
                try:
                    shown.add(name, file.read(size), version)
                except (ValueError, IndexError):
                    return (f"the {_WHAT[name]} of its tag are damaged",)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or "cannot be read") from error
    except ValueError as error:
        raise UnreadableFile(path, str(error)) from error
    planned = [(chapter.start_ms, chapter.end_ms, chapter.title) for chapter in timeline.chapters]
    # Another program may have put the chapters in an order of its own; players show them by time, or as listed.
    by_time = sorted(shown.chapters.values(), key=lambda chapter: chapter[:2])
    listed = shown.listed(len(planned) + 1)
    found = _different("chapter", by_time, planned, _named_chapter)
    found = found or _different("entry of the list of chapters", listed, planned, _named_chapter)
    found += _different("line of the lyrics", shown.lines, lyric_lines(timeline), _named_line)
    return found + _words_problems(shown.words, timeline)


def _words_problems(words: Sequence[str], timeline: Timeline) -> tuple[str, ...]:
    """Return the first line that no words to read have: one of them must hold all lines, in order."""
    planned = _written_lines(transcript(timeline, ""))
    problems = []
    for text in words or [""]:
        there = _written_lines(text)
        # Between the title and the first chapter is who should not do this: it is not in the plan.
        begin = there.index(planned[1]) if len(planned) > 1 and planned[1] in there else 1
        found = _different("line to read", [*there[:1], *there[max(1, begin) :]], planned, quoted)
        if not found:
            return ()
        problems.append(found)
    return problems[0]


def _written_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _different(what: str, shown: Sequence[_T], planned: Sequence[_T], named: Callable[[_T], str]) -> tuple[str, ...]:
    for number, (there, wanted) in enumerate(zip(shown, planned, strict=False), 1):
        if there != wanted:
            return (f"{what} {number} is {named(there)}, planned is {named(wanted)}",)
    if len(shown) < len(planned):
        return (f"{what} {len(shown) + 1} is missing: {named(planned[len(shown)])}",)
    if len(shown) > len(planned):
        return (f"{what} {len(planned) + 1} is not planned: {named(shown[len(planned)])}",)
    return ()


def _named_chapter(chapter: _Chapter) -> str:
    start_ms, end_ms, title = chapter
    return f"{quoted(title)} from {clock(start_ms)} to {clock(end_ms)}"


def _named_line(line: _Line) -> str:
    return f"{quoted(line[1])} at {clock(line[0])}"


def quoted(text: str) -> str:
    """Return the beginning of what is said, in quotes, fit for a terminal."""
    text = clean(text)
    return f'"{text if len(text) <= 40 else text[:37] + "..."}"'


def clean(text: str) -> str:
    """Return `text` fit for a terminal, whoever wrote it: one line without control characters, not endless."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[: _MOST_TEXT + 1])
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 3] + "..."


def clock(ms: int) -> str:
    """Return "4:05.250": a place to seek to, with its thousandths."""
    return f"{format_clock(ms // 1000 * 1000)}.{ms % 1000:03}"


# --- the four frames ----------------------------------------------------------------------------


def _chapter(raw: bytes, version: int) -> tuple[str, _Chapter]:
    """Return id and chapter of a CHAP frame: element id, two times, two offsets, frames with its title."""
    known, place = _id(raw, 0)
    start_ms, end_ms = (_number(raw, place + at) for at in (0, _TIME_BYTES))
    place += 4 * _TIME_BYTES
    while raw[place : place + 4] != b"TIT2":
        if place + HEADER_BYTES > len(raw):
            return known, (start_ms, end_ms, "")
        place += HEADER_BYTES + frame_size(raw[place + 4 : place + 8], version)
    size = frame_size(raw[place + 4 : place + 8], version)
    place += HEADER_BYTES
    text = raw[place + 1 : place + size].decode(_ENCODINGS[raw[place]])
    return known, (start_ms, end_ms, text.rstrip("\0"))


def _list(raw: bytes) -> tuple[str, int, list[str]]:
    """Return id, flags and entries of a CTOC frame: element id, flags, their count in one byte, their ids."""
    known, place = _id(raw, 0)
    flags, count = raw[place], raw[place + 1]
    place += 2
    children = []
    for _ in range(count):
        child, place = _id(raw, place)
        children.append(child)
    return known, flags, children


def _id(raw: bytes, start: int) -> tuple[str, int]:
    """Return the element id from `start`, and where what follows it begins."""
    end = raw.index(b"\0", start)
    return raw[start:end].decode("latin-1"), end + 1


def _words(raw: bytes) -> str:
    """Return the text of a USLT frame: encoding, language, a description, then the text."""
    encoding = _ENCODINGS[raw[0]]
    end = b"\0\0" if encoding.startswith("utf-16") else b"\0"
    place = _text_end(raw, 1 + _LANGUAGE_BYTES, end) + len(end)
    return raw[place:].decode(encoding).rstrip("\0")


def _lines(raw: bytes) -> list[_Line]:
    """Return the lines of a SYLT frame: encoding, language, two numbers, a description, then text and time in turn."""
    encoding = _ENCODINGS[raw[0]]
    end = b"\0\0" if encoding.startswith("utf-16") else b"\0"
    place = _text_end(raw, 1 + _LANGUAGE_BYTES + 2, end) + len(end)
    lines: list[_Line] = []
    while place < len(raw):
        after = _text_end(raw, place, end)
        at_ms = _number(raw, after + len(end))
        lines.append((at_ms, raw[place:after].decode(encoding)))
        place = after + len(end) + _TIME_BYTES
    return lines


def _text_end(raw: bytes, start: int, end: bytes) -> int:
    """Return where the text from `start` ends; two zero bytes end one only where a letter begins."""
    found = raw.index(end, start)
    while (found - start) % len(end):
        found = raw.index(end, found + 1)
    return found


def _number(raw: bytes, place: int) -> int:
    if place + _TIME_BYTES > len(raw):
        raise ValueError("cut short")
    return int.from_bytes(raw[place : place + _TIME_BYTES], "big")
