"""The record in the user's own folder: an SQLite file (WAL, FULL) of what was shown and done.

Losing it is never fatal: a broken file is moved aside and a new one begun.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from coach.clock import Clock
from coach.errors import WriteFailed

VERSION = 2
_SCHEMAS = (
    "CREATE TABLE IF NOT EXISTS shown (what TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS done (routine TEXT NOT NULL, at TEXT NOT NULL) STRICT",
)
_TABLES = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('shown', 'done')"


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

    def was_shown(self, what: str) -> bool:
        """Say whether `what` (for example "screen:ball-psoas-release") was shown and accepted before."""
        if not self.path.is_file():
            return False
        try:
            with closing(self._open()) as connection:
                found = connection.execute("SELECT 1 FROM shown WHERE what = ?", (what,)).fetchone()
        except (sqlite3.Error, OSError):
            return False
        return found is not None

    def mark_shown(self, what: str) -> None:
        """Record that `what` was shown now. Raises WriteFailed when the record cannot be written."""
        self._write("INSERT OR REPLACE INTO shown VALUES (?, ?)", (what, self._now()))

    def times_done(self, routine: str) -> int:
        """Return how often the routine of this id was done; 0 when the record cannot be read."""
        return sum(done.routine == routine for done in self.done())

    def done(self) -> tuple[Done, ...]:
        """Return what was done, the latest first; nothing when the record cannot be read."""
        if not self.path.is_file():
            return ()
        try:
            with closing(self._open()) as connection:
                rows = connection.execute("SELECT routine, at FROM done ORDER BY at DESC, rowid DESC").fetchall()
        except (sqlite3.Error, OSError):
            return ()
        return tuple(Done(*row) for row in rows)

    def add_done(self, routine: str, at: str | None = None) -> None:
        """Record that a routine was done, now or `at` (ISO date and time). Raises WriteFailed."""
        self._write("INSERT INTO done VALUES (?, ?)", (routine, at or self._now()))

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")

    def _write(self, statement: str, row: tuple[str, ...]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._execute(statement, row)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                # Not a database any more: keep it for the curious, begin anew.
                self._set_aside()
                self._execute(statement, row)
        except (sqlite3.Error, OSError) as error:
            raise WriteFailed(self.path, str(error)) from error

    def _execute(self, statement: str, row: tuple[str, ...]) -> None:
        with closing(self._open()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(statement, row)
            connection.execute("COMMIT")

    def _set_aside(self) -> None:
        self.path.replace(self.path.with_suffix(".db.corrupt"))
        for ending in ("-wal", "-shm"):  # they belong to the broken file; beside a new one they would be wrong
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=5, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            if connection.execute(_TABLES).fetchone()[0] < len(_SCHEMAS):
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
