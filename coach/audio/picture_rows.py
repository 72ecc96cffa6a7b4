"""Where everything in the picture of a session is: rows of time, and each text in a lane where it is whole.

Measures text and draws nothing; picture.py draws. All places are in pixels from the top left corner of the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.audio.captions import captions
from coach.script.timeline import Timeline

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

WIDTH, LEFT, RIGHT, TOP = 1640, 88, 40, 128
EDGE = 12  # nothing is written nearer to the edge of the paper
_ROW_MS = 120_000
_MOST_ROWS = 60  # longer sessions get longer rows, not an endless picture
FLAG, BAR, LANE = 22, 40, 20  # heights: a lane of chapter titles, the bar, a lane of words
WORDS = 26  # from the bar to the first lane of words: the clock is in between
_MOST_FLAGS, _MOST_LANES = 4, 16


@dataclass(frozen=True, slots=True)
class Label:
    """A text, where it stands, and the place of the time it belongs to: pixels, lanes from the bar outwards."""

    text: str
    left: float
    lane: int
    at: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row of time: its bounds, where its bar is on the paper, and all that is written around it."""

    start_ms: int
    end_ms: int
    bar: int
    bottom: int
    flags: Sequence[Label]
    words: Sequence[Label]
    marks: Sequence[tuple[float, float]]
    """From where to where something is said."""
    unwritten: int
    """How many lines found no lane."""


def row_length_ms(timeline: Timeline) -> int:
    """Return how much time one row shows: two minutes, or whole minutes more in very long sessions."""
    return max(_ROW_MS, -(-timeline.length_ms // _MOST_ROWS // 60_000) * 60_000)


def rows_of(timeline: Timeline, row_ms: int, ruler: ImageDraw.ImageDraw) -> Sequence[Row]:
    """Return every row with its texts placed."""
    rows: list[Row] = []
    top = TOP
    said = captions(timeline)
    count = max(1, -(-timeline.length_ms // row_ms))
    for start_ms in range(0, count * row_ms, row_ms):
        end_ms = min(start_ms + row_ms, timeline.length_ms)
        last = start_ms + row_ms >= timeline.length_ms
        lines = [line for line in said if start_ms <= line.start_ms and (last or line.start_ms < end_ms)]
        begun = [c for c in timeline.chapters if start_ms <= c.start_ms < end_ms]
        flags = _flags([(place(c.start_ms, start_ms, row_ms), c.title) for c in begun], ruler)
        starts = [place(min(line.start_ms, end_ms), start_ms, row_ms) for line in lines]
        words = _words([(at, line.text) for at, line in zip(starts, lines, strict=True)], ruler)
        ends = [place(min(line.end_ms, end_ms), start_ms, row_ms) for line in lines]
        bar = top + FLAG * max([1, *(flag.lane + 1 for flag in flags)]) + 4
        lanes = max([1, *(word.lane + 1 for word in words)])
        bottom = bar + BAR + WORDS + LANE * (lanes + (len(words) < len(lines))) + 18
        marks = [(a, max(b, a + 2)) for a, b in zip(starts, ends, strict=True)]
        rows.append(Row(start_ms, end_ms, bar, bottom, flags, words, marks, len(lines) - len(words)))
        top = bottom
    return rows


def _flags(begun: Sequence[tuple[float, str]], ruler: ImageDraw.ImageDraw) -> Sequence[Label]:
    """Place chapter titles beside their flags; from the last, so that no flag goes up through a later title."""
    font = font_of(15)
    taken: list[list[tuple[float, float]]] = [[] for _ in range(_MOST_FLAGS)]
    placed = []
    for at, title in reversed(begun):
        text = cut(title, WIDTH - LEFT - EDGE, font, ruler)
        width = ruler.textlength(text, font)
        # At the right edge it stands before its flag.
        left = at + 6 if at + 6 + width <= WIDTH - EDGE else max(float(EDGE), at - 6 - width)
        bounds = min(left, at) - 2, max(left + width, at) + 6
        lane = _free(taken, *bounds)
        if lane is None:
            text, left, lane = "…", at + 6, 0
        taken[lane].append(bounds)
        for below in taken[:lane]:
            below.append((at - 2, at + 2))
        placed.append(Label(text, left, lane, at))
    return placed


def _words(lines: Sequence[tuple[float, str]], ruler: ImageDraw.ImageDraw) -> Sequence[Label]:
    """Place what is said, each line in the first lane with room; at the right edge it stands further left."""
    font = font_of(13)
    taken: list[list[tuple[float, float]]] = [[] for _ in range(_MOST_LANES)]
    placed = []
    for at, line in lines:
        text = cut(line, WIDTH - LEFT - EDGE, font, ruler)
        width = ruler.textlength(text, font)
        left = min(at + 4, WIDTH - EDGE - width)
        lane = _free(taken, left, left + width + 14)
        if lane is not None:
            taken[lane].append((left, left + width + 14))
            placed.append(Label(text, left, lane, at))
    return placed


def _free(taken: Sequence[Sequence[tuple[float, float]]], left: float, right: float) -> int | None:
    """Return the first lane in which nothing is between `left` and `right`, or None."""
    return next((i for i, lane in enumerate(taken) if all(b <= left or right <= a for a, b in lane)), None)


def place(ms: int, start_ms: int, row_ms: int) -> float:
    """Return the place of a time in the row that begins at `start_ms`."""
    return LEFT + (ms - start_ms) * (WIDTH - LEFT - RIGHT) / row_ms


def cut(text: str, room: float, font: ImageFont.FreeTypeFont, ruler: ImageDraw.ImageDraw) -> str:
    """Return `text`, or as much of it as fits in `room` pixels and "…"."""
    if ruler.textlength(text, font) <= room:
        return text
    while text and ruler.textlength(text + "…", font) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def font_of(size: int) -> ImageFont.FreeTypeFont:
    """Return the font that comes with Pillow, `size` pixels high."""
    from typing import cast

    from PIL import ImageFont

    return cast("ImageFont.FreeTypeFont", ImageFont.load_default(size))
