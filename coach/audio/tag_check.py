"""Does a player show the chapters and lyrics that the Timeline in the same file says? Read back by hand, compared.

The half of `verify` that looks instead of listening. A tag may be anybody's: nothing is read that is larger than
what we write, and what cannot be understood is a problem of the file, never an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

from coach.audio.captions import lyric_lines
from coach.audio.tags import HEADER_BYTES, frame_size, tag_frames
from coach.errors import UnreadableFile
from coach.script.timeline import Timeline
from coach.units import format_clock

_Chapter: TypeAlias = tuple[int, int, str]  # start and end in milliseconds, title
_Line: TypeAlias = tuple[int, str]  # milliseconds, text
_T = TypeVar("_T")

_MOST_BYTES = {b"CHAP": 64 * 1024, b"SYLT": 16 * 1024 * 1024}
_WHAT = {b"CHAP": "chapters", b"SYLT": "lyrics"}
_TIME_BYTES = 4
_LANGUAGE_BYTES = 3
_MOST_TEXT = 200
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")


def tag_problems(path: Path, timeline: Timeline) -> tuple[str, ...]:
    """Return the first chapter and the first line of the lyrics that are not as planned; empty when all are.

    Raises UnreadableFile when the tag as a whole cannot be read.
    """
    chapters: list[_Chapter] = []
    lines: list[_Line] = []
    try:
        with Path(path).open("rb") as file:
            for name, version, flags, size in tag_frames(file):
                if name not in _WHAT:
                    continue
                if flags or size > _MOST_BYTES[name]:
                    return (f"the {_WHAT[name]} of its tag were rewritten by another program and cannot be read",)
                raw = file.read(size)
                try:
                    if name == b"CHAP":
                        chapters.append(_chapter(raw, version))
                    else:
                        lines += _lines(raw)
                except (ValueError, IndexError):
                    return (f"the {_WHAT[name]} of its tag are damaged",)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or "cannot be read") from error
    except ValueError as error:
        raise UnreadableFile(path, str(error)) from error
    # Another program may have put the chapters in an order of its own; players show them by time.
    chapters.sort(key=lambda chapter: chapter[:2])
    planned = [(chapter.start_ms, chapter.end_ms, chapter.title) for chapter in timeline.chapters]
    found = _different("chapter", chapters, planned, _named_chapter)
    return found + _different("line of the lyrics", lines, lyric_lines(timeline), _named_line)


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


# --- the two frames -----------------------------------------------------------------------------


def _chapter(raw: bytes, version: int) -> _Chapter:
    """Return the chapter of a CHAP frame: element id, two times, two offsets, frames with its title."""
    place = raw.index(b"\0") + 1
    start_ms, end_ms = (_number(raw, place + at) for at in (0, _TIME_BYTES))
    place += 4 * _TIME_BYTES
    while raw[place : place + 4] != b"TIT2":
        if place + HEADER_BYTES > len(raw):
            return start_ms, end_ms, ""
        place += HEADER_BYTES + frame_size(raw[place + 4 : place + 8], version)
    size = frame_size(raw[place + 4 : place + 8], version)
    place += HEADER_BYTES
    text = raw[place + 1 : place + size].decode(_ENCODINGS[raw[place]])
    return start_ms, end_ms, text.rstrip("\0")


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
