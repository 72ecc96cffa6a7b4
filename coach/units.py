"""Time in whole milliseconds: reading it from text and writing it for people.

Inside the product every time is an `int` of milliseconds with a name ending in `_ms`. This file is the
only place where text becomes milliseconds or back. It knows nothing else of the product.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Ms: TypeAlias = int
"""Milliseconds, whole."""

GRID_MS = 24
"""One MP3 frame: 576 samples at 24 kHz or 1,152 at 48 kHz. Takes and session lengths sit on this grid."""

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)")
_PARTS = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*m(?:in)?)?\s*(?:(\d{1,6}(?:\.\d{1,3})?)\s*s)?")
_MILLISECONDS = re.compile(r"(\d{1,7})\s*ms")


def parse_duration(text: str) -> Ms:
    """Return the milliseconds of "45s", "2m", "1m30s", "1:30", "1:02:03", "2.5s" or "300ms".

    Raises ValueError with a sentence that names the cure when the unit is missing or the form is unknown.
    """
    plain = text.strip().lower()
    if found := _CLOCK.fullmatch(plain):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000
    if found := _MILLISECONDS.fullmatch(plain):
        return int(found[1])
    if plain and (found := _PARTS.fullmatch(plain)):
        hours, minutes = int(found[1] or 0), int(found[2] or 0)
        return (hours * 60 + minutes) * 60_000 + round(float(found[3] or 0) * 1000)
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        raise ValueError(f"a time needs its unit: write {plain}s for seconds or {plain}m for minutes")
    raise ValueError(f"'{text}' is not a time: write 45s, 2m, 1m30s or 1:30")


def parse_minutes(text: str) -> Ms:
    """Return the milliseconds of "8", "7.5" (minutes) or anything `parse_duration` reads. Raises ValueError."""
    plain = text.strip()
    if re.fullmatch(r"\d{1,3}(\.\d{1,2})?", plain):
        return round(float(plain) * 60_000)
    return parse_duration(plain)


def format_clock(ms: Ms) -> str:
    """Return "4:05" or "1:02:03", rounded to the nearest second."""
    total = (ms + 500) // 1000
    hours, rest = divmod(total, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def format_duration(ms: Ms) -> str:
    """Return the shortest text that `parse_duration` reads back: "45s", "2m", "1m30s", "2.5s"."""
    minutes, rest = divmod(ms, 60_000)
    seconds = f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "s" if rest or not minutes else ""
    return (f"{minutes}m" if minutes else "") + seconds


def on_grid(ms: Ms) -> Ms:
    """Return `ms` rounded to the nearest multiple of the 24 ms frame grid (halves go up)."""
    return (ms + GRID_MS // 2) // GRID_MS * GRID_MS


def grid_down(ms: Ms) -> Ms:
    """Return the last grid point at or before `ms`."""
    return ms // GRID_MS * GRID_MS


def grid_up(ms: Ms) -> Ms:
    """Return the first grid point at or after `ms`."""
    return -(-ms // GRID_MS) * GRID_MS
