"""Big letters and figures for a screen that is read from two metres away, drawn with half blocks.

A dot of a letter is one column wide and half a row high, so nearly square. Letters are six dots high: three rows at
scale 1. What has no letter here (another script) is not drawn big at all.
"""

from __future__ import annotations

import functools
import re

ROWS = 3
"""Rows of one line of letters at scale 1."""

_ART = (
    (
        "A B C D E F G H I J K L M",
        ".##. ###. .##. ###. #### #### .##. #..# ### ...# #..# #... #...#",
        "#..# #..# #..# #..# #... #... #..# #..# .#. ...# #.#. #... ##.##",
        "#..# ###. #... #..# ###. ###. #... #### .#. ...# ##.. #... #.#.#",
        "#### #..# #... #..# #... #... #.## #..# .#. ...# ##.. #... #...#",
        "#..# #..# #..# #..# #... #... #..# #..# .#. #..# #.#. #... #...#",
        "#..# ###. .##. ###. #### #... .### #..# ### .##. #..# #### #...#",
    ),
    (
        "N O P Q R S T U V W X Y Z",
        "#..# .##. ###. .##. ###. .### ##### #..# #...# #...# #...# #...# ####",
        "##.# #..# #..# #..# #..# #... ..#.. #..# #...# #...# .#.#. .#.#. ...#",
        "##.# #..# #..# #..# #..# .##. ..#.. #..# #...# #...# ..#.. ..#.. ..#.",
        "#.## #..# ###. #..# ###. ...# ..#.. #..# .#.#. #.#.# ..#.. ..#.. .#..",
        "#.## #..# #... #.#. #.#. ...# ..#.. #..# .#.#. ##.## .#.#. ..#.. #...",
        "#..# .##. #... .#.# #..# ###. ..#.. .##. ..#.. #...# #...# ..#.. ####",
    ),
    (
        "0 1 2 3 4 5 6 7 8 9",
        ".##. ..#. .##. ###. #..# #### .##. #### .##. .##.",
        "#..# .##. #..# ...# #..# #... #... ...# #..# #..#",
        "#..# ..#. ...# .##. #..# ###. ###. ..#. .##. #..#",
        "#..# ..#. ..#. ...# #### ...# #..# ..#. #..# .###",
        "#..# ..#. .#.. ...# ...# ...# #..# .#.. #..# ...#",
        ".##. .### #### ###. ...# ###. .##. .#.. .##. .##.",
    ),
    (
        "- ' , . : / ( ) & + ? !",
        "... # .. . . ...# .# #. .##.. ... .##. #",
        "... # .. . # ...# #. .# #..#. .#. #..# #",
        "... . .. . . ..#. #. .# .##.. .#. ...# #",
        "### . .. . . .#.. #. .# #.#.# ### ..#. #",
        "... . .# . # #... #. .# #..#. .#. .... .",
        "... . #. # . #... .# #. .##.# ... ..#. #",
    ),
)
_SPACE = ("...",) * 6
_LIKE = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "×": "X"})  # noqa: RUF001
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


@functools.cache
def _glyphs() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {" ": _SPACE}
    for names, *rows in _ART:
        found.update(zip(names.split(), zip(*(row.split() for row in rows), strict=True), strict=True))
    return found


def _known(text: str) -> str | None:
    plain = text.translate(_LIKE).upper()
    return plain if all(letter in _glyphs() for letter in plain) else None


def columns(text: str, scale: int) -> int:
    """Return how many columns one line of big `text` takes; letters that cannot be drawn count as a space."""
    plain = text.translate(_LIKE).upper()
    glyphs = _glyphs()
    return scale * max(sum(len(glyphs.get(letter, _SPACE)[0]) + 1 for letter in plain) - 1, 0)


def drawn(text: str, scale: int) -> tuple[str, ...] | None:
    """Return one line of big letters as `ROWS * scale` rows of equal width; None for scale 0 or an unknown letter."""
    plain = _known(text)
    if plain is None or scale < 1:
        return None
    glyphs = _glyphs()
    dots = []
    for row in range(6):
        line = ".".join(glyphs[letter][row] for letter in plain)
        dots += ["".join(dot * scale for dot in line)] * scale
    return tuple(
        "".join(_HALVES[above == "#", below == "#"] for above, below in zip(dots[row], dots[row + 1], strict=True))
        for row in range(0, len(dots), 2)
    )


def folded(text: str, width: int, scale: int) -> tuple[str, ...] | None:
    """Return big `text` in as many lines as `width` columns need, an empty row between two; None if it cannot be.

    Lines break at spaces and after hyphens, never inside a word.
    """
    if _known(text) is None:
        return None
    lines: list[str] = []
    for part in re.findall(r"[^\s-]+-?|-", text):
        glue = "" if lines and lines[-1].endswith("-") else " "
        if lines and columns(lines[-1] + glue + part, scale) <= width:
            lines[-1] += glue + part
        else:
            lines.append(part)
    if any(columns(line, scale) > width for line in lines):
        return None
    rows: list[str] = []
    for line in lines:
        rows += ["", *(drawn(line, scale) or ())]
    return tuple(rows[1:])
