"""The cover picture: a half-kneeling hip flexor stretch under an evening sky, with the session's name.

Drawn from plain shapes, so the same words give the same bytes for one version of Pillow, and made to be told
apart at 64 pixels on a lock screen. Pillow lives here and in `picture`.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

COVER_VERSION = "1"
"""Changes whenever the drawing does; part of the cache key of a cover."""

SIDE_PX = 600

_SCALE = 2  # drawn twice as large, then reduced: smooth edges
_TOP, _LOW = (22, 60, 72), (240, 180, 132)
_SUN, _GROUND, _BODY, _TEXT, _SOFT = (255, 221, 176), (27, 44, 52), (18, 32, 40), (255, 250, 240), (214, 228, 224)
_MARGIN = 44
_GROUND_Y = 528
_LEADING = 1.1
_TITLE_PX = 206  # room for the title above the reaching hand
_MOST_LINES = 4

_LIMBS = (  # thick lines through these points, in pixels from the front of the hip on the ground, with their width
    (((0, -124), (-8, -222)), 54),  # trunk
    (((0, -118), (96, -110), (100, -22)), 40),  # front thigh and shin
    (((100, -13), (146, -12)), 24),  # front foot
    (((-4, -118), (-72, -22), (-176, -14)), 38),  # rear thigh and shin
    (((-18, -232), (-26, -306), (10, -372)), 22),  # arm, reaching up and over
    (((-4, -226), (44, -180), (68, -130)), 22),  # hand on the front thigh
)
_HEAD = (22, -280, 30)  # centre and radius
_BODY_X, _BODY_SIZE = 372, 0.75


def cover_jpeg(title: str, subtitle: str) -> bytes:
    """Return a 600 x 600 JPEG, well below 40 KB: `title` large, `subtitle` small under it."""
    from PIL import Image, ImageDraw

    picture = _sky()
    draw = ImageDraw.Draw(picture)
    _scene(draw)
    picture = picture.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(picture)
    font, lines = _fitted(draw, title)
    y = _MARGIN - 14
    for line in lines:
        draw.text((_MARGIN, y), line, font=font, fill=_TEXT, stroke_width=1, stroke_fill=_TEXT)
        y += round(font.size * _LEADING)
    small = _font(30)
    draw.text((_MARGIN, SIDE_PX - 54), _cut(draw, subtitle, small), font=small, fill=_SOFT)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82, optimize=True)
    return file.getvalue()


def _sky() -> Image.Image:
    """A vertical gradient with a slow curve, dusk above and warm below."""
    from PIL import Image

    side = SIDE_PX * _SCALE
    column = Image.new("RGB", (1, side))
    for y in range(side):
        mix = (y / side) ** 1.5
        column.putpixel((0, y), tuple(round(a + (b - a) * mix) for a, b in zip(_TOP, _LOW, strict=True)))
    return column.resize((side, side))


def _scene(draw: ImageDraw.ImageDraw) -> None:
    """A low sun, the ground, and a body in the stretch."""
    _disc(draw, 212, 452, 112, _SUN)
    draw.rectangle((0, _GROUND_Y * _SCALE, SIDE_PX * _SCALE, SIDE_PX * _SCALE), fill=_GROUND)
    for limb, width in _LIMBS:
        points = [_placed(x, y) for x, y in limb]
        for start, end in pairwise(points):
            ends = [(x * _SCALE, y * _SCALE) for x, y in (start, end)]
            draw.line(ends, fill=_BODY, width=round(width * _BODY_SIZE * _SCALE))
        for x, y in points:
            _disc(draw, x, y, width * _BODY_SIZE / 2, _BODY)
    x, y, radius = _HEAD
    _disc(draw, *_placed(x, y), radius * _BODY_SIZE, _BODY)


def _placed(x: float, y: float) -> tuple[float, float]:
    return _BODY_X + x * _BODY_SIZE, _GROUND_Y + y * _BODY_SIZE


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: tuple[int, int, int]) -> None:
    draw.ellipse([_SCALE * (x - radius), _SCALE * (y - radius), _SCALE * (x + radius), _SCALE * (y + radius)], fill)


def _fitted(draw: ImageDraw.ImageDraw, text: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest type in which the text stays above the body; small and cut when nothing fits."""
    for size in range(92, 43, -4):
        font = _font(size)
        lines = _wrapped(draw, text, font)
        fits = all(draw.textlength(line, font) <= SIDE_PX - 2 * _MARGIN for line in lines)
        if fits and len(lines) * size * _LEADING <= _TITLE_PX:
            return font, lines
    font = _font(44)
    return font, [_cut(draw, line, font) for line in _wrapped(draw, text, font)[:_MOST_LINES]]


def _wrapped(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and draw.textlength(f"{lines[-1]} {word}", font) <= SIDE_PX - 2 * _MARGIN:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont) -> str:
    most = SIDE_PX - 2 * _MARGIN
    if draw.textlength(text, font) <= most:
        return text
    while text and draw.textlength(text + "...", font) > most:
        text = text[:-1]
    return text.rstrip() + "..."


def _font(size: int) -> ImageFont.FreeTypeFont:
    from typing import cast

    from PIL import ImageFont

    return cast("ImageFont.FreeTypeFont", ImageFont.load_default(size))
