"""A session as plain lines, one for each part and sentence, without control codes: for pipes and screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from coach.live import keys, words
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.live.keyboard import Keyboard
    from coach.live.player import Player
    from coach.live.state import Now

_TICK_S = 0.1
_BACK_MS = 500
"""Further back than this is a key, not the rounding of a position."""


def follow(player: Player, title: str, out: TextIO, keyboard: Keyboard | None = None) -> None:
    """Write what happens to `out` until the session has ended; `keyboard` gives its keys. Raises OSError of `out`."""
    lines = _Lines(out)
    lines.tell_start(player, title, with_keys=keyboard is not None)
    while not player.wait(0 if keyboard else _TICK_S):
        lines.tell(player.now())
        name = keyboard.read(_TICK_S) if keyboard else None
        key = keys.found(name) if name else None
        if key is None:
            continue
        if key.action:
            keys.act(player, key)
        else:
            lines.tell_keys()
    lines.tell(player.now())


class _Lines:
    """Writes what is new since the moment before."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._before: Now | None = None

    def tell_start(self, player: Player, title: str, *, with_keys: bool) -> None:
        now = player.now()
        self._write(f"{title}, {format_clock(now.length_ms)}")
        if player.kit:
            self._write(f"You need: {', '.join(player.kit)}")
        if now.ready_ms:
            self._write(f"Starts in {-(-now.ready_ms // 1000)} seconds" + ("; space starts now" if with_keys else ""))
        if with_keys:
            self._write("Keys: space pauses, ? lists the others, q stops")

    def tell_keys(self) -> None:
        for key in keys.KEYS:
            self._write(f"{key.names[0]}: {key.help}")

    def tell(self, now: Now) -> None:
        before, self._before = self._before, now
        if now.phase == "ended":
            return
        if now.notice and (before is None or now.notice != before.notice):
            self._at(now, now.notice)
        if before is not None and (now.phase == "paused") != (before.phase == "paused"):
            self._at(now, "Paused" if now.phase == "paused" else "On again")
        if now.phase == "ready" or now.kind is None:
            return
        new = before is None or before.phase == "ready" or _part(now) != _part(before)
        new = new or (before is not None and now.position_ms < before.position_ms - _BACK_MS)
        if new:
            self._at(now, part_line(now))
        if now.caption and (new or before is None or now.caption != before.caption):
            self._at(now, now.caption)

    def _at(self, now: Now, text: str) -> None:
        self._write(f"{format_clock(now.position_ms // 1000 * 1000)} {text}")

    def _write(self, text: str) -> None:
        self._out.write(words.clipped(text, 10_000) + "\n")
        self._out.flush()


def _part(now: Now) -> tuple[object, ...]:
    return now.start_ms, now.kind, now.title, now.side, now.set


def part_line(now: Now) -> str:
    """Return "Standing desk lunge, left: work 20 s"."""
    where = ", ".join(part for part in (now.title, words.side_of(now), words.set_of(now)) if part)
    what = "" if (now.kind or "").casefold() == now.title.casefold() else f"{now.kind} "
    times = f"{now.reps} times, " if now.kind == "work" and now.reps else ""
    return f"{where}: {what}{times}{(now.end_ms - now.start_ms + 500) // 1000} s"
