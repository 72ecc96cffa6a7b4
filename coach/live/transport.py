"""The tape: hands out a session's sound in pieces of any size, and can be paused, moved, spoken over and re-cut.

Whoever reads is the only clock: a position is how many samples were handed out. What is handed out are the windows
of the Timeline, byte for byte, but for fades of 5 ms where it starts and stops, the volume, and what is said in
between. Safe to use from several threads; `read` never waits for work of others. Knows no device and no screen.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from coach.live.tape import Reader, faded, scaled, without_tones
from coach.script.timeline import Timeline

if TYPE_CHECKING:
    from pydub import AudioSegment

Windows: TypeAlias = Callable[[Timeline, int], "Iterator[AudioSegment]"]
"""From a Timeline and a place in milliseconds to its sound from there on."""
State: TypeAlias = Literal["ready", "playing", "speaking", "paused", "ended"]

FADE_MS = 5
_BYTES = 2


class Transport:
    """One session on its way to a speaker: mono int16 little-endian at `rate_hz`."""

    def __init__(
        self,
        windows: Windows,
        timeline: Timeline,
        rate_hz: int,
        *,
        start_ms: int = 0,
        ready_ms: int = 0,
        on_heard: Callable[[Timeline, int, bytes], None] | None = None,
    ) -> None:
        """Stand at `start_ms` after `ready_ms` of silence.

        `on_heard` gets each piece as it is handed out: the Timeline, its place in samples, the bytes before fades.
        """
        self.rate_hz = rate_hz
        self.timeline = timeline
        self.heard: list[tuple[Timeline, list[list[int]]]] = [(timeline, [])]
        """What was handed out of which Timeline: spans of samples, in order."""
        self.underruns = 0
        self.state: State = "ready" if ready_ms else "playing"
        self.volume = 100
        self._windows, self._on_heard = windows, on_heard
        self._lock = threading.RLock()
        self._muted = False
        self._position = self._samples(start_ms)
        self._ready = self._samples(ready_ms)
        self._said: deque[bytes] = deque()
        self._fade = self._samples(FADE_MS)
        self._fade_in = True
        self._settling = True
        self._orders: deque[Callable[[], None]] = deque()
        self._cut: tuple[int, Reader, Timeline] | None = None
        self._jumps: dict[int, int] = {}
        self._after_said: tuple[State, int | None] = ("playing", None)
        self._reader = self._open(timeline, start_ms)

    # --- what it is doing -------------------------------------------------------------------------

    @property
    def position_ms(self) -> int:
        """Where in the Timeline it stands."""
        return self._position * 1000 // self.rate_hz

    @property
    def ready_ms(self) -> int:
        """What is left of the silence before the start."""
        return self._ready * 1000 // self.rate_hz

    @property
    def muted(self) -> bool:
        """Whether tones are off."""
        return self._muted

    @property
    def error(self) -> BaseException | None:
        """What kept the sound from being made, if anything did."""
        return self._reader.error

    # --- orders: each takes effect with the next piece, behind a fade -------------------------------

    def begin(self) -> None:
        """End the silence before the start."""
        with self._lock:
            if self.state == "ready":
                self._ready = 0
                self.state = "playing"

    def pause(self) -> None:
        """Stand still; silence is handed out."""

        def order() -> None:
            if self.state == "speaking":
                self._said_all()
            if self.state == "playing":
                self.state = "paused"

        self._order(order)

    def resume(self) -> None:
        """Go on where it stands."""

        def order() -> None:
            if self.state == "paused":
                self.state, self._fade_in, self._settling = "playing", True, True

        self._order(order)

    def seek(self, to_ms: int) -> None:
        """Go on at another place; paused it stays paused."""
        reader = self._open(self.timeline, to_ms)

        def order() -> None:
            if self.state == "speaking":
                self._said_all()
            self._move(reader, to_ms)

        self._order(order)

    def say(
        self, pcm: list[bytes], *, then: Literal["playing", "paused"] = "playing", to_ms: int | None = None
    ) -> None:
        """Say these sounds now; the session stands still meanwhile. Then it goes on at `to_ms`, or stays paused there.

        None: where it stands.
        """

        def order() -> None:
            if self.state in ("playing", "paused", "speaking"):
                self._said = deque(sound for sound in pcm if sound)
                self.state, self._after_said = "speaking", (then, to_ms)

        self._order(order)

    def mute(self, muted: bool) -> None:
        """Leave out the tones, or let them in again."""
        if muted == self._muted:
            return
        self._muted = muted
        place_ms = self.position_ms
        reader = self._open(self.timeline, place_ms)

        def order() -> None:
            self._move(reader, place_ms)

        self._order(order)

    def jump(self, at_ms: int, to_ms: int) -> None:
        """Whenever it comes to `at_ms`, go on at `to_ms`."""
        with self._lock:
            self._jumps[self._samples(at_ms)] = self._samples(to_ms)

    def recut(self, timeline: Timeline, from_ms: int, *, seek_ms: int | None = None) -> bool:
        """Go over to `timeline`, which is the same up to `from_ms`. Returns False when that has been passed.

        With `seek_ms` it goes on there, whatever was played.
        """
        if seek_ms is not None:
            reader = self._open(timeline, seek_ms)

            def order() -> None:
                self._change(timeline)
                self._move(reader, seek_ms)

            self._order(order)
            return True
        with self._lock:
            soon = self._position if self.state == "paused" else self._position + self.rate_hz // 2
            # The next whole millisecond: a reader begins at one.
            place_ms = min(from_ms, -(-soon * 1000 // self.rate_hz))
        reader = self._open(timeline, place_ms)
        reader.wait(0.4)
        place = self._samples(place_ms)
        with self._lock:
            if place < self._position:
                reader.close()
                return False
            if self._cut:
                self._cut[1].close()
            self._cut = (place, reader, timeline)
        return True

    def close(self) -> None:
        """End the reading ahead; silence is handed out from now on."""
        with self._lock:
            self.state = "ended"
            self._reader.close()
            if self._cut:
                self._cut[1].close()

    # --- the sound --------------------------------------------------------------------------------

    def read(self, count: int) -> bytes:
        """Return exactly `count` samples."""
        size = count * _BYTES
        with self._lock:
            out = bytearray()
            if self._orders:
                if self.state in ("playing", "speaking"):
                    out += faded(self._next(min(size, self._fade * _BYTES)), 1.0, 0.0)
                while self._orders:
                    self._orders.popleft()()
            while len(out) < size:
                part = self._next(size - len(out))
                if not part:
                    break
                out += part
            out += bytes(size - len(out))
            return bytes(out) if self.volume == 100 else scaled(bytes(out), self.volume)

    def _next(self, size: int) -> bytes:
        """Return up to `size` bytes of whatever it is doing; none when there is nothing but silence left."""
        if self.state == "ready":
            part = min(size, self._ready * _BYTES)
            self._ready -= part // _BYTES
            if not self._ready:
                self.state = "playing"
            return bytes(part)
        if self.state == "speaking":
            return self._spoken(size)
        if self.state != "playing":
            return b""
        return self._played(size)

    def _spoken(self, size: int) -> bytes:
        if not self._said:
            self._said_all()
            return b"" if self.state == "paused" else self._played(size)
        sound = self._said.popleft()
        if len(sound) > size:
            self._said.appendleft(sound[size:])
        return sound[:size]

    def _said_all(self) -> None:
        self._said.clear()
        self.state, to_ms = self._after_said
        self._fade_in, self._settling = True, True
        if to_ms is not None:
            self._move(self._open(self.timeline, to_ms), to_ms)

    def _played(self, size: int) -> bytes:
        if self._cut and self._position >= self._cut[0]:
            _, reader, timeline = self._cut
            self._cut = None
            self._reader.close()
            self._reader = reader
            self._change(timeline)
        if self._position in self._jumps:
            to_ms = self._jumps[self._position] * 1000 // self.rate_hz
            self._move(self._open(self.timeline, to_ms), to_ms)
        limits = [place for place in self._jumps if place > self._position]
        if self._cut:
            limits.append(self._cut[0])
        if limits:
            size = min(size, (min(limits) - self._position) * _BYTES)
        pcm = self._reader.pop(size)
        if not pcm:
            if self._reader.is_over:
                self.state = "ended"
            elif not self._settling:
                self.underruns += 1
                self._settling = True
            return b""
        self._settling = False
        self._note(pcm)
        if self._fade_in:
            self._fade_in = False
            head = self._fade * _BYTES
            return faded(pcm[:head], 0.0, 1.0) + pcm[head:]
        return pcm

    def _note(self, pcm: bytes) -> None:
        start, end = self._position, self._position + len(pcm) // _BYTES
        _append(self.heard[-1][1], start, end)
        if self._on_heard:
            self._on_heard(self.timeline, start, pcm)
        self._position = end

    # --- inside -----------------------------------------------------------------------------------

    def _order(self, order: Callable[[], None]) -> None:
        with self._lock:
            self._orders.append(order)

    def _move(self, reader: Reader, to_ms: int) -> None:
        self._reader.close()
        if self._cut:  # it was made for the place that is left now: the whole of it is taken at once
            _, late, timeline = self._cut
            late.close()
            self._cut = None
            self._change(timeline)
            reader.close()
            reader = self._open(timeline, to_ms)
        self._reader = reader
        self._position = self._samples(to_ms)
        self._fade_in, self._settling = True, True
        if self.state == "ended":
            self.state = "playing"

    def _change(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._jumps.clear()
        self.heard.append((timeline, []))

    def _open(self, timeline: Timeline, at_ms: int) -> Reader:
        return Reader(self._windows(without_tones(timeline) if self._muted else timeline, at_ms))

    def _samples(self, ms: int) -> int:
        return ms * self.rate_hz // 1000


def _append(spans: list[list[int]], start: int, end: int) -> None:
    if spans and spans[-1][1] == start:
        spans[-1][1] = end
    else:
        spans.append([start, end])
