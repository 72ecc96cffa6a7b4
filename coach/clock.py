"""The one Clock: whoever needs the time of day gets it from here, so that a test can hand in another."""

from __future__ import annotations

from datetime import UTC, datetime


class Clock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return datetime.now(UTC)
