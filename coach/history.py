"""The record in the user's own folder: an SQLite file (WAL, FULL) of what was shown and done.

Losing it is never fatal, and never silent: a damaged file is no empty one. Reading leaves it alone and raises; writing
puts it aside, whole, and begins a new one: `put_aside` is for the caller to tell.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from coach.clock import Clock
from coach.errors import RecordUnreadable, WriteFailed

VERSION = 2
_SCHEMAS = (
    "CREATE TABLE IF NOT EXISTS shown (what TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS done (routine TEXT NOT NULL, at TEXT NOT NULL) STRICT",
)
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('shown', 'done')"
_WITH_IT = ("", "-wal", "-shm")
"""How the names of the files end that SQLite keeps one database in."""


@dataclass(frozen=True, slots=True)
class Done:
    """One session that was done: the routine's id, and when (ISO date and time, local)."""

    routine: str
    at: str


class History:
    """The record at `folder`/history.db; opened for each question, which are few."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        """Remember where the record is; nothing is opened or made yet."""
        self.path = folder / "history.db"
        self.clock = clock or Clock()
        self.put_aside: Path | None = None
        """Where a damaged record was put when a new one was begun."""

    def was_shown(self, what: str) -> bool:
        """Say whether `what` (for example "screen:ball-psoas-release") was shown and accepted before.

        Raises RecordUnreadable.
        """
        return bool(self._read("shown", "SELECT 1 FROM shown WHERE what = ?", (what,)))

    def mark_shown(self, what: str) -> None:
        """Record that `what` was shown now. Raises WriteFailed when the record cannot be written."""
        self._write("INSERT OR REPLACE INTO shown VALUES (?, ?)", (what, self._now()))

    def times_done(self, routine: str) -> int:
        """Return how often the routine of this id was done. Raises RecordUnreadable."""
        return sum(done.routine == routine for done in self.done())

    def done(self) -> tuple[Done, ...]:
        """Return what was done, the latest first. Raises RecordUnreadable."""
        rows = self._read("done", "SELECT routine, at FROM done ORDER BY at DESC, rowid DESC")
        return tuple(Done(*row) for row in rows)

    def add_done(self, routine: str, at: str | None = None) -> None:
        """Record that a routine was done, now or `at` (ISO date and time). Raises WriteFailed."""
        self._write("INSERT INTO done VALUES (?, ?)", (routine, at or self._now()))

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")

    def _read(self, table: str, question: str, values: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        """Return the rows; none where there is no record yet. Changes nothing. Raises RecordUnreadable."""
        try:
            if self._identity() is None:
                return []
            with closing(sqlite3.connect(self.path, timeout=5, isolation_level=None)) as connection:
                if (table,) not in connection.execute(_TABLES).fetchall():
                    return []
                return connection.execute(question, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            if _is_damage(error):
                hint = (
                    "put a copy from a backup in its place; else the next thing that is noted begins a new record, "
                    "and this one is kept beside it"
                )
                raise RecordUnreadable(self.path, f"it is damaged ({error})", hint=hint) from error
            raise RecordUnreadable(self.path, _plain(error)) from error

    def _write(self, statement: str, row: tuple[str, ...]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            found = self._identity()
            try:
                self._execute(statement, row)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                # Unless another process has begun a new one in the meantime.
                if self._identity() == found:
                    self._set_aside()
                self._execute(statement, row)
        except (sqlite3.Error, OSError) as error:
            raise WriteFailed(self.path, _plain(error)) from error

    def _identity(self) -> tuple[int, int] | None:
        """Return what tells the file from another one of its name, or None when there is none. Raises OSError."""
        try:
            found = os.stat(self.path)  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_dev, found.st_ino

    def _execute(self, statement: str, row: tuple[str, ...]) -> None:
        with closing(self._open()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(statement, row)
            connection.execute("COMMIT")

    def _set_aside(self) -> None:
        """Rename the record and what belongs to it, over nothing that is there. Raises OSError."""
        names = (f"{self.path.name}.corrupt" + (f".{number}" if number else "") for number in count())
        aside = next(name for name in names if not any(self._beside(name + ending).exists() for ending in _WITH_IT))
        # What was not yet written into the record itself goes first: beside a new one it would be lost.
        for ending in reversed(_WITH_IT):
            with suppress(FileNotFoundError):
                self._beside(self.path.name + ending).replace(self._beside(aside + ending))
        self.put_aside = self._beside(aside)

    def _beside(self, name: str) -> Path:
        return self.path.with_name(name)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=5, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            if len(connection.execute(_TABLES).fetchall()) < len(_SCHEMAS):
                # Another process may make it while we wait for the lock.
                connection.execute("BEGIN IMMEDIATE")
                for schema in _SCHEMAS:
                    connection.execute(schema)
                connection.execute(f"PRAGMA user_version = {VERSION}")
                connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        return connection


def _is_damage(error: Exception) -> bool:
    """Say whether the file itself is wrong, and not only out of reach: a lock, a permission, a full disk."""
    return type(error) is sqlite3.DatabaseError  # its subclasses are for all else


def _plain(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return "another program is using it" if "locked" in str(error) else str(error)
