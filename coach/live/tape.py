"""The tape under the transport: sound read ahead in a thread of its own, and what is done to a few samples of it."""

from __future__ import annotations

import array
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from coach.script.timeline import Timeline

if TYPE_CHECKING:
    from pydub import AudioSegment

_AHEAD_BYTES = 96_000
"""Two seconds at 24 kHz are read ahead."""


def without_tones(timeline: Timeline) -> Timeline:
    """Return the Timeline with nothing but speech on it; every time stays."""
    return replace(timeline, clips=tuple(clip for clip in timeline.clips if clip.track == "speech"))


class Reader:
    """Reads windows ahead in a thread of its own. Closed when nobody needs it any more."""

    def __init__(self, windows: Iterator[AudioSegment]) -> None:
        """Begin to read."""
        self._windows = windows
        self._parts: deque[bytes] = deque()
        self._held = 0
        self._change = threading.Condition()
        self._closed = self._done = False
        self.error: BaseException | None = None
        threading.Thread(target=self._run, name="tape", daemon=True).start()

    def pop(self, size: int) -> bytes:
        """Return up to `size` bytes that are there now."""
        found = bytearray()
        with self._change:
            while self._parts and len(found) < size:
                part = self._parts.popleft()
                room = size - len(found)
                found += part[:room]
                if len(part) > room:
                    self._parts.appendleft(part[room:])
            self._held -= len(found)
            self._change.notify_all()
        return bytes(found)

    @property
    def is_over(self) -> bool:
        """Whether everything was read and taken."""
        with self._change:
            return self._done and not self._parts

    def wait(self, timeout_s: float, size: int = 1) -> None:
        """Wait until there are `size` bytes to take, or all that will ever be."""
        with self._change:
            self._change.wait_for(lambda: self._held >= size or self._done, timeout_s)

    def close(self) -> None:
        """Let the thread end."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _run(self) -> None:
        try:
            for window in self._windows:
                part = window.raw_data
                with self._change:
                    self._change.wait_for(lambda: self._held < _AHEAD_BYTES or self._closed)
                    if self._closed:
                        return
                    self._parts.append(part)
                    self._held += len(part)
                    self._change.notify_all()
        except BaseException as error:  # told by the player: this thread has nobody to tell
            self.error = error
        finally:
            with self._change:
                self._done = True
                self._change.notify_all()


def faded(pcm: bytes, start: float, end: float) -> bytes:
    """Return a few milliseconds of sound, louder or softer in a straight line."""
    samples = array.array("h", pcm)
    steps = max(1, len(samples))
    for place, sample in enumerate(samples):
        samples[place] = round(sample * (start + (end - start) * place / steps))
    return samples.tobytes()


def scaled(pcm: bytes, volume: int) -> bytes:
    """Return it at `volume` per cent of its height."""
    samples = array.array("h", pcm)
    return array.array("h", (sample * volume // 100 for sample in samples)).tobytes()
