"""A session as one picture: what happens when, in rows to be read like lines of text.

For `coach show --png` and for people who judge a routine without listening. Reads a Timeline and nothing else.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from coach.audio.captions import captions
from coach.script.model import SegmentKind
from coach.script.timeline import PlacedSegment, Timeline
from coach.units import format_clock

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

_WIDTH, _LEFT, _RIGHT, _TOP = 1640, 88, 40, 132
_ROW_MS = 120_000
_MOST_ROWS = 60  # longer sessions get longer rows and less text, not an endless picture
_CHAPTER_Y, _BAR_Y, _BAR, _LANE, _LANES = 0, 26, 40, 20, 3
_ROW = _BAR_Y + _BAR + 26 + _LANE * _LANES + 18  # height of one row of time

_MOST_TEXT = 440  # pixels of one line's text

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
    """Return a PNG, 1640 pixels wide: rows of two minutes (longer in very long sessions), spans and what is said."""
    from PIL import Image, ImageDraw

    row_ms = max(_ROW_MS, -(-timeline.length_ms // _MOST_ROWS // 60_000) * 60_000)
    rows = max(1, -(-timeline.length_ms // row_ms))
    image = Image.new("RGB", (_WIDTH, _TOP + rows * _ROW + 12), _PAPER)
    page = _Page(ImageDraw.Draw(image), timeline, row_ms)
    page.head()
    for row in range(rows):
        page.axis(row)
        page.bars(row)
        page.chapters(row)
    page.words(rows)
    file = io.BytesIO()
    image.quantize(128).save(file, "PNG", optimize=True)
    return file.getvalue()


class _Page:
    """The pencil, what it draws, and where a time is on the paper."""

    def __init__(self, pencil: ImageDraw.ImageDraw, timeline: Timeline, row_ms: int) -> None:
        self.pencil, self.timeline, self.row_ms = pencil, timeline, row_ms
        self.captions = captions(timeline)
        self.small, self.plain, self.large = _font(13), _font(15), _font(28)

    def x(self, ms: int, row: int) -> float:
        """The place of a time in its row."""
        return _LEFT + (ms - row * self.row_ms) * (_WIDTH - _LEFT - _RIGHT) / self.row_ms

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
        sums.append(f"voice: {self.timeline.voice}")
        if self.timeline.estimated:
            sums.append("times are estimates until the voice has spoken")
        self.pencil.text((_LEFT, 20), self.timeline.title, font=self.large, fill=_INK)
        self.pencil.text((_LEFT, 60), "   |   ".join(sums), font=self.plain, fill=_FAINT)
        key: list[tuple[tuple[int, int, int], str]] = []
        worked = {s.side for s in self.timeline.segments if s.kind == "work"}
        key += [(_LEFT_SIDE, "work, left side")] if "left" in worked else []
        key += [(_RIGHT_SIDE, "work, right side")] if "right" in worked else []
        kinds = {s.kind for s in self.timeline.segments if s.kind != "work" or s.side not in ("left", "right")}
        key += [(_COLOURS[kind], meaning) for kind, meaning in _MEANINGS.items() if kind in kinds]
        key += [(_INK, "words are spoken")] if self.captions else []
        x = float(_LEFT)
        for colour, meaning in key:
            self.pencil.rectangle((x, 92, x + 16, 108), fill=colour)
            self.pencil.text((x + 22, 91), meaning, font=self.plain, fill=_INK)
            x += 22 + self.pencil.textlength(meaning, self.plain) + 24

    def axis(self, row: int) -> None:
        """The clock at the left, a mark every ten seconds and the time every thirty."""
        y = _TOP + row * _ROW
        start_ms, end_ms = self._bounds(row)
        clock = format_clock(start_ms)
        width = self.pencil.textlength(clock, self.plain)
        self.pencil.text((_LEFT - 12 - width, y + _BAR_Y + 11), clock, font=self.plain, fill=_INK)
        floor = y + _BAR_Y + _BAR
        step_ms = self.row_ms // 12
        for ms in range(start_ms, end_ms + 1, step_ms):
            x = self.x(ms, row)
            labelled = (ms - start_ms) % (3 * step_ms) == 0
            self.pencil.line((x, floor, x, floor + (7 if labelled else 4)), fill=_FAINT)
            if labelled and ms > start_ms:
                text = format_clock(ms)
                at = min(x - self.pencil.textlength(text, self.small) / 2, _WIDTH - 34)
                self.pencil.text((at, floor + 7), text, font=self.small, fill=_FAINT)

    def bars(self, row: int) -> None:
        """The spans of the row, each named as far as there is room."""
        top = _TOP + row * _ROW + _BAR_Y
        start_ms, end_ms = self._bounds(row)
        for segment in self.timeline.segments:
            if segment.end_ms <= start_ms or segment.start_ms >= end_ms:
                continue
            left = self.x(max(segment.start_ms, start_ms), row)
            right = self.x(min(segment.end_ms, end_ms), row)
            work = segment.kind == "work"
            self.pencil.rectangle((left, top + (0 if work else 8), right - 1, top + _BAR - 1), fill=_colour(segment))
            for label in _labels(segment):
                if self.pencil.textlength(label, self.small) <= right - left - 8:
                    ink = _PAPER if work else _INK
                    self.pencil.text((left + 5, top + (12 if work else 16)), label, font=self.small, fill=ink)
                    break

    def chapters(self, row: int) -> None:
        """A flag where a chapter begins."""
        y = _TOP + row * _ROW + _CHAPTER_Y
        start_ms, end_ms = self._bounds(row)
        begun = [c for c in self.timeline.chapters if start_ms <= c.start_ms < end_ms]
        for i, chapter in enumerate(begun):
            x = self.x(chapter.start_ms, row)
            room = (self.x(begun[i + 1].start_ms, row) if i + 1 < len(begun) else _WIDTH - 8) - x - 12
            self.pencil.line((x, y + 4, x, y + _BAR_Y + _BAR), fill=_INK, width=2)
            self.pencil.text((x + 6, y + 3), self._cut(chapter.title, room, self.plain), font=self.plain, fill=_INK)

    def words(self, rows: int) -> None:
        """Every line spoken: a mark on the bar as long as the sound, and its text where a lane is free."""
        free = [[float(_LEFT)] * _LANES for _ in range(rows)]
        texts: list[tuple[float, float, str]] = []
        for line in self.captions:
            row = min(line.start_ms // self.row_ms, rows - 1)
            x = self.x(line.start_ms, row)
            y = _TOP + row * _ROW + _BAR_Y + _BAR
            end = min(self.x(max(line.end_ms, line.start_ms), row), _WIDTH - _RIGHT)
            self.pencil.rectangle((x, y - 4, max(end, x + 2), y - 1), fill=_INK)
            lane = next((i for i, taken in enumerate(free[row]) if taken <= x), None)
            if lane is None:
                continue
            text = self._cut(line.text, min(_WIDTH - 12 - x, _MOST_TEXT), self.small)
            free[row][lane] = x + self.pencil.textlength(text, self.small) + 14
            self.pencil.line((x, y, x, y + 26 + lane * _LANE + 14), fill=_RULE)
            texts.append((x + 4, y + 26 + lane * _LANE, text))
        for at_x, at_y, text in texts:  # over the stems of all the others
            self.pencil.text((at_x, at_y), text, font=self.small, fill=_INK)

    def _cut(self, text: str, room: float, font: ImageFont.FreeTypeFont) -> str:
        if self.pencil.textlength(text, font) <= room:
            return text
        while text and self.pencil.textlength(text + "...", font) > room:
            text = text[:-1]
        return text.rstrip() + "..." if text else ""

    def _bounds(self, row: int) -> tuple[int, int]:
        return row * self.row_ms, min((row + 1) * self.row_ms, self.timeline.length_ms)


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


def _font(size: int) -> ImageFont.FreeTypeFont:
    from typing import cast

    from PIL import ImageFont

    return cast("ImageFont.FreeTypeFont", ImageFont.load_default(size))
