"""The record of what was shown: kept across processes, never fatal when it is lost."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing

import pytest

from coach.errors import WriteFailed
from coach.history import VERSION, History
from tests.fakes import FixedClock


def test_what_was_shown_is_remembered_by_another_one(tmp_path):
    History(tmp_path).mark_shown("screen:a")
    assert History(tmp_path).was_shown("screen:a")
    assert not History(tmp_path).was_shown("screen:b")


def test_looking_makes_nothing(tmp_path):
    assert not History(tmp_path / "none").was_shown("x")
    assert list(tmp_path.iterdir()) == []


def test_marking_again_is_no_error_and_keeps_the_time(tmp_path):
    history = History(tmp_path, FixedClock())
    history.mark_shown("x")
    history.mark_shown("x")
    with closing(sqlite3.connect(history.path)) as connection:
        assert connection.execute("SELECT * FROM shown").fetchall() == [("x", "2026-03-01T12:30:00+00:00")]
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


@pytest.mark.parametrize("content", [b"", b"not a database, and long enough to be looked at" * 40, os.urandom(5000)])
def test_a_broken_record_is_set_aside_and_a_new_one_begun(tmp_path, content):
    history = History(tmp_path)
    history.path.write_bytes(content)
    (tmp_path / "history.db-wal").write_bytes(b"left by the broken one")
    assert not history.was_shown("x")
    history.mark_shown("x")
    assert history.was_shown("x")
    if content:
        assert (tmp_path / "history.db.corrupt").read_bytes() == content


def test_a_record_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    history = History(tmp_path / "file" / "deeper")
    assert not history.was_shown("x")
    with pytest.raises(WriteFailed, match=r"history\.db"):
        history.mark_shown("x")


def test_many_may_begin_and_write_it_at_once(tmp_path):
    failures = []

    def mark(index):
        try:
            History(tmp_path).mark_shown(f"screen:{index}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=mark, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(History(tmp_path).was_shown(f"screen:{index}") for index in range(8))


def test_a_table_that_is_missing_is_made(tmp_path):
    history = History(tmp_path)
    history.mark_shown("screen:ball")
    with closing(sqlite3.connect(history.path)) as connection:
        connection.execute("DROP TABLE done")
        connection.commit()
    history.add_done("desk-break")
    assert history.times_done("desk-break") == 1
    assert history.was_shown("screen:ball")
