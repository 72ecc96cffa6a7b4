"""A session as one picture: what happens when, in rows to be read like lines of text.

For `coach show --png` and for people who judge a routine without listening. Reads a Timeline and nothing else.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from coach.audio.picture_rows import (
    BAR,
    EDGE,
    FLAG,
    LANE,
    LEFT,
    WIDTH,
    WORDS,
    Row,
    cut,
    font_of,
    place,
    row_length_ms,
    rows_of,
)
from coach.script.model import SegmentKind
from coach.script.timeline import PlacedSegment, Timeline
from coach.units import format_clock

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

_PAPER, _INK, _FAINT, _RULE = (251, 249, 245), (36, 42, 48), (112, 120, 126), (218, 215, 208)
_LEFT_SIDE, _RIGHT_SIDE = (26, 108, 132), (178, 84, 44)
_COLOURS: dict[SegmentKind, tuple[int, int, int]] = {
    "work": (66, 128, 92),
    "prepare": (232, 205, 140),
    "talk": (206, 212, 222),
    "rest": (226, 226, 222),
    "breathe": (178, 206, 224),
    "reflect": (212, 200, 226),
    "release": (216, 222, 196),
    "switch": (244, 224, 196),
}
_MEANINGS: dict[SegmentKind, str] = {
    "work": "work, both sides",
    "prepare": "get ready",
    "switch": "change sides",
    "release": "let go",
    "rest": "rest",
    "breathe": "breathe",
    "reflect": "notice",
    "talk": "a talk",
}


def draw(timeline: Timeline) -> bytes:
    """Return a PNG, 1640 pixels wide: rows of two minutes (longer in very long sessions), spans and what is said.

    A row is as high as its words need. What does not fit all the same ends in "…", or is counted at the row's end.
    """
    from PIL import Image, ImageDraw

    row_ms = row_length_ms(timeline)
    ruler = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    rows = rows_of(timeline, row_ms, ruler)
    image = Image.new("RGB", (WIDTH, rows[-1].bottom + 12), _PAPER)
    page = _Page(ImageDraw.Draw(image), timeline, row_ms)
    page.head()
    for row in rows:
        page.bars(row)
        page.words(row)
        page.axis(row)
        page.chapters(row)
    file = io.BytesIO()
    image.quantize(128).save(file, "PNG", optimize=True)
    return file.getvalue()


class _Page:
    """The pencil, and what it draws."""

    def __init__(self, pencil: ImageDraw.ImageDraw, timeline: Timeline, row_ms: int) -> None:
        self.pencil, self.timeline, self.row_ms = pencil, timeline, row_ms
        self.small, self.plain, self.large = font_of(13), font_of(15), font_of(28)

    def head(self) -> None:
        """The title, the sum of it, and what the colours mean (only those that occur)."""
        left_ms, right_ms = self.timeline.work_ms("left"), self.timeline.work_ms("right")
        both_ms = self.timeline.work_ms("both") + sum(
            s.end_ms - s.start_ms for s in self.timeline.segments if s.kind == "work" and s.side is None
        )
        sums = [f"{format_clock(self.timeline.length_ms)} in all"]
        if left_ms or right_ms:
            sums.append(f"left side works {format_clock(left_ms)}, right side {format_clock(right_ms)}")
        if both_ms:
            sums.append(f"both sides {format_clock(both_ms)}")
        if self.timeline.estimated:
            sums.append("times are estimates until the voice has spoken")
        sums.append(f"voice: {self.timeline.voice}")
        room = WIDTH - LEFT - EDGE
        title, summed = self.timeline.title, "   |   ".join(sums)
        self.pencil.text((LEFT, 20), cut(title, room, self.large, self.pencil), font=self.large, fill=_INK)
        self.pencil.text((LEFT, 60), cut(summed, room, self.plain, self.pencil), font=self.plain, fill=_FAINT)
        key: list[tuple[tuple[int, int, int], str]] = []
        worked = {s.side for s in self.timeline.segments if s.kind == "work"}
        key += [(_LEFT_SIDE, "work, left side")] if "left" in worked else []
        key += [(_RIGHT_SIDE, "work, right side")] if "right" in worked else []
        kinds = {s.kind for s in self.timeline.segments if s.kind != "work" or s.side not in ("left", "right")}
        key += [(_COLOURS[kind], meaning) for kind, meaning in _MEANINGS.items() if kind in kinds]
        key += [(_INK, "words are spoken")] if self.timeline.cues else []
        x = float(LEFT)
        for colour, meaning in key:
            self.pencil.rectangle((x, 92, x + 16, 108), fill=colour)
            self.pencil.text((x + 22, 91), meaning, font=self.plain, fill=_INK)
            x += 22 + self.pencil.textlength(meaning, self.plain) + 24

    def axis(self, row: Row) -> None:
        """The clock at the left, a mark at every twelfth of a row and the time at every fourth."""
        clock = format_clock(row.start_ms)
        width = self.pencil.textlength(clock, self.plain)
        self.pencil.text((LEFT - 12 - width, row.bar + 11), clock, font=self.plain, fill=_INK)
        floor = row.bar + BAR
        step_ms = self.row_ms // 12
        for ms in range(row.start_ms, row.end_ms + 1, step_ms):
            x = self._x(ms, row)
            labelled = (ms - row.start_ms) % (3 * step_ms) == 0
            self.pencil.line((x, floor, x, floor + (7 if labelled else 4)), fill=_FAINT)
            if labelled and ms > row.start_ms:
                text = format_clock(ms)
                width = self.pencil.textlength(text, self.small)
                self._write(min(x - width / 2, WIDTH - EDGE - width), floor + 7, text, self.small, _FAINT)

    def bars(self, row: Row) -> None:
        """The spans of the row, each named as far as there is room: its colour says the rest."""
        for segment in self.timeline.segments:
            if segment.end_ms <= row.start_ms or segment.start_ms >= row.end_ms:
                continue
            left = self._x(max(segment.start_ms, row.start_ms), row)
            right = max(self._x(min(segment.end_ms, row.end_ms), row) - 1, left)
            work = segment.kind == "work"
            top = row.bar + (0 if work else 8)
            self.pencil.rectangle((left, top, right, row.bar + BAR - 1), fill=_colour(segment))
            for label in _labels(segment):
                if self.pencil.textlength(label, self.small) <= right - left - 7:
                    ink = _PAPER if work else _INK
                    self.pencil.text((left + 5, row.bar + (12 if work else 16)), label, font=self.small, fill=ink)
                    break

    def chapters(self, row: Row) -> None:
        """A flag where a chapter begins."""
        for flag in row.flags:
            y = row.bar - 4 - FLAG * (flag.lane + 1)
            self.pencil.line((flag.at, y + 4, flag.at, row.bar + BAR), fill=_INK, width=2)
        for flag in row.flags:
            self._write(flag.left, row.bar - 4 - FLAG * (flag.lane + 1) + 3, flag.text, self.plain)

    def words(self, row: Row) -> None:
        """Every line spoken: a mark on the bar as long as the sound, a stem, and the text."""
        floor = row.bar + BAR
        for start, end in row.marks:
            self.pencil.rectangle((start, floor - 4, end, floor - 1), fill=_INK)
        for word in row.words:
            self.pencil.line((word.at, floor, word.at, floor + WORDS + word.lane * LANE + 14), fill=_RULE)
        for word in row.words:
            self._write(word.left, floor + WORDS + word.lane * LANE, word.text, self.small)
        if row.unwritten:
            self._write(LEFT, row.bottom - 18 - LANE, f"… and {row.unwritten} more lines", self.small, _FAINT)

    def _write(
        self, x: float, y: float, text: str, font: ImageFont.FreeTypeFont, ink: tuple[int, int, int] = _INK
    ) -> None:
        """Write on a patch of paper, so that no line goes through the letters."""
        if text:
            self.pencil.rectangle(
                (x - 2, y, x + self.pencil.textlength(text, font) + 1, y + font.size + 3), fill=_PAPER
            )
            self.pencil.text((x, y), text, font=font, fill=ink)

    def _x(self, ms: int, row: Row) -> float:
        return place(ms, row.start_ms, self.row_ms)


def _colour(segment: PlacedSegment) -> tuple[int, int, int]:
    if segment.kind == "work" and segment.side == "left":
        return _LEFT_SIDE
    if segment.kind == "work" and segment.side == "right":
        return _RIGHT_SIDE
    return _COLOURS[segment.kind]


def _labels(segment: PlacedSegment) -> list[str]:
    """Names of a span, the fullest first."""
    if segment.kind != "work":
        return [_MEANINGS[segment.kind]]
    length = f"{(segment.end_ms - segment.start_ms) // 1000} s"
    side = segment.side if segment.side in ("left", "right") else None
    parts = [segment.title, *([side] if side else []), *([f"set {segment.set}"] if (segment.set or 1) > 1 else [])]
    short = [f"{side}, {length}", side] if side else []
    return [", ".join([*parts, length]), *short, length]
