"""What a screen or a plain line says of one moment, and of the whole in the end. Text only."""

from __future__ import annotations

import functools
import unicodedata
from typing import TYPE_CHECKING

from coach.units import format_clock

if TYPE_CHECKING:
    from coach.live.state import Now, Summary

_DO = {
    "talk": "Listen",
    "prepare": "Get ready",
    "work": "Hold",
    "release": "Let go",
    "switch": "Change sides",
    "rest": "Rest",
    "breathe": "Breathe",
    "reflect": "Notice",
}
_LEFT = {"work": "seconds left", "prepare": "seconds to get ready", "rest": "seconds of rest"}
_STATED = {"speaking": "Listen", "waiting": "One moment", "paused": "Paused"}


def what_to_do(now: Now) -> str:
    """Return what the listener does now, in a word or two: "Hold", "Rep 6 of 8"."""
    if now.phase in _STATED:
        return _STATED[now.phase]
    if now.kind == "work" and now.reps:
        return f"Rep {now.rep or 1} of {now.reps}"
    return _DO.get(now.kind or "", "")


def side_of(now: Now) -> str:
    """Return "left", "right" or nothing."""
    return now.side if now.side in ("left", "right") else ""


def set_of(now: Now) -> str:
    """Return "set 1 of 2", or nothing where there is one."""
    return f"set {now.set} of {now.sets}" if now.set and now.sets and now.sets > 1 else ""


def seconds_left(now: Now) -> int:
    """Return the whole seconds until this part ends: 3 while "three" is counted, never 0 before the end."""
    return -(-max(now.end_ms - now.position_ms, 0) // 1000)


def counted_down(seconds: int) -> str:
    """Return seconds as a figure that is read at a glance: 27, and 2:05 from a hundred on."""
    return str(seconds) if seconds < 100 else format_clock(seconds * 1000)


def unit_left(now: Now) -> str:
    """Return what the figure counts."""
    words = _LEFT.get(now.kind or "", "seconds left")
    seconds = seconds_left(now)
    if seconds >= 100:
        return words.replace("seconds", "minutes")
    return words.replace("seconds", "second") if seconds == 1 else words


def state_of(now: Now) -> str:
    """Return what is not as usual: volume, tones, talk."""
    parts = [f"volume {now.volume} %"] if now.volume != 100 else []
    parts += ["tones off"] if now.muted else []
    parts += [f"talk {now.talk}"] if now.talk != "normal" else []
    return " · ".join(parts)


# --- in the end ---------------------------------------------------------------------------------


def outcome(summary: Summary) -> str:
    """Return how it ended: "done, 16:00", or where it stopped."""
    if summary.ending == "done":
        return f"done, {format_clock(summary.length_ms)}"
    how = "stopped" if summary.ending == "stopped" else "cut off"
    return f"{how} at {format_clock(summary.position_ms)} of {format_clock(summary.length_ms)}"


def done_rows(summary: Summary) -> tuple[tuple[str, str, str], ...]:
    """Return (movement, "left 32 s", "right 32 s") in the order of the session; "both 64 s" where sides are one."""
    work: dict[str, dict[str, int]] = {}
    names: dict[str, str] = {}
    for done in summary.done:
        names.setdefault(done.movement, done.name)
        sides = work.setdefault(done.movement, {})
        sides[done.side] = sides.get(done.side, 0) + done.work_ms
    rows = []
    for movement, sides in work.items():
        texts = [f"{side} {(sides[side] + 500) // 1000} s" for side in ("both", "left", "right") if side in sides]
        if texts and texts[0].startswith("right"):
            texts.insert(0, "")
        rows.append((names[movement], texts[0], " ".join(texts[1:])))
    return tuple(rows)


def left_out(summary: Summary) -> tuple[str, ...]:
    """Return the lines on what was skipped and what hurt."""
    lines = [f"Stopped because it hurt: {', '.join(summary.hurt)}."] if summary.hurt else []
    return (*lines, *([f"Skipped: {', '.join(summary.skipped)}."] if summary.skipped else ()))


# --- widths -------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1024)
def cells(text: str) -> int:
    """Return how many columns a terminal shows `text` in: letters of some scripts are two wide."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def clipped(text: str, width: int) -> str:
    """Return `text` in at most `width` columns, without anything that is not a letter on a screen."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…" if width > 0 else ""


def wrapped(text: str, width: int, lines: int) -> tuple[str, ...]:
    """Return `text` in at most `lines` lines of `width` columns; what does not fit ends in an ellipsis."""
    found: list[str] = []
    for word in clipped(text, 10_000).split():
        if found and cells(f"{found[-1]} {word}") <= width:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > lines:
        found[lines - 1 :] = [" ".join(found[lines - 1 :])]
    return tuple(clipped(line, width) for line in found[:lines])
