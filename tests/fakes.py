"""Small real things for tests: a sink that remembers, a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime


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
