"""Small real things for tests: a sink that remembers, a clock that stands still."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

from coach.live.keys import KEYS


class MemorySink:
    """Keeps what was poured: the simplest sink there is."""

    def __init__(self) -> None:
        self.pcm = bytearray()

    def write(self, window) -> None:
        self.pcm += window.raw_data


class NullSink:
    """Only counts: what a measurement needs."""

    def __init__(self) -> None:
        self.windows = 0

    def write(self, window) -> None:
        self.windows += 1


class FixedClock:
    """A clock that shows one time."""

    def __init__(self, at: datetime = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class FakePlayer:
    """A player without sound: shows the moments it is given, and remembers what it was told to do."""

    def __init__(self, now, summary=None, kit=()) -> None:
        self.moment, self.kit = now, tuple(kit)
        self.told: list[str] = []
        self._summary = summary

    def now(self):
        return self.moment

    def summary(self):
        return self._summary

    def wait(self, timeout_s: float) -> bool:
        time.sleep(min(timeout_s, 0.01))
        return self.moment.phase == "ended"

    def stop(self, ending: str = "stopped") -> None:
        self.told.append("stop" if ending == "stopped" else ending)
        self._summary = replace(self._summary, ending=ending)
        self.moment = replace(self.moment, phase="ended")

    def __getattr__(self, name: str):
        actions = {key.action for key in KEYS} - {"", "stop"}
        if name not in actions:
            raise AttributeError(name)
        return lambda: self.told.append(name)
