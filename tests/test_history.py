"""The record of what was shown: kept across processes, never fatal when it is lost."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing

import pytest

from coach.errors import RecordUnreadable, WriteFailed
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


def test_an_empty_file_is_a_record_that_is_not_begun(tmp_path):
    history = History(tmp_path)
    history.path.write_bytes(b"")
    assert not history.was_shown("x")
    history.mark_shown("x")
    assert history.was_shown("x")
    assert history.put_aside is None


def _cut(raw):
    return raw[: len(raw) // 2]


def _page_lost(raw):
    return raw[:4096] + bytes(range(256)) * ((len(raw) - 4096) // 256)


BROKEN = {
    "text": lambda _: b"not a database, and long enough to be looked at" * 40,
    "noise": lambda _: os.urandom(5000),
    "zeros": lambda raw: bytes(len(raw)),
    "cut": _cut,
    "pages": _page_lost,
}


@pytest.fixture(params=BROKEN)
def broken(tmp_path, request):
    """A record of three sessions whose file was damaged."""
    history = History(tmp_path)
    for _ in range(3):
        history.add_done("desk-break")
    history.path.write_bytes(BROKEN[request.param](history.path.read_bytes()))
    return history


def test_a_broken_record_does_not_read_as_an_empty_one(broken):
    content = broken.path.read_bytes()
    with pytest.raises(RecordUnreadable, match=r"history\.db cannot be read: it is damaged") as caught:
        broken.done()
    assert "backup" in caught.value.hint
    with pytest.raises(RecordUnreadable):
        broken.times_done("desk-break")
    assert [path.name for path in broken.path.parent.glob("*.corrupt*")] == []
    assert broken.path.read_bytes() == content


def test_writing_puts_a_broken_record_aside_whole_and_over_nothing(broken):
    folder, content = broken.path.parent, broken.path.read_bytes()
    (folder / "history.db.corrupt").write_bytes(b"of last year")
    (folder / "history.db.corrupt.1-wal").write_bytes(b"of last month")
    broken.add_done("yoga-unwind")
    assert broken.put_aside == folder / "history.db.corrupt.2"
    kept = {path.name: path.read_bytes() for path in folder.glob("history.db.corrupt*")}
    assert kept.pop("history.db.corrupt") == b"of last year"
    assert kept.pop("history.db.corrupt.1-wal") == b"of last month"
    assert kept.pop("history.db.corrupt.2") == content
    assert kept == {}
    assert [done.routine for done in broken.done()] == ["yoga-unwind"]
    assert History(folder).put_aside is None


def test_what_belongs_to_a_record_goes_with_it(tmp_path):
    names = ("history.db", "history.db-wal", "history.db-shm")
    for name in names:
        (tmp_path / name).write_text(name, encoding="utf-8")
    History(tmp_path)._set_aside()
    kept = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert kept == {name.replace(".db", ".db.corrupt"): name for name in names}


def test_a_new_record_of_another_process_is_not_put_aside(broken, monkeypatch):
    execute = broken._execute
    calls = []

    def late(statement, row):
        calls.append(row)
        if len(calls) == 1:
            History(broken.path.parent).add_done("desk-break")
            raise sqlite3.DatabaseError("file is not a database")
        execute(statement, row)

    monkeypatch.setattr(broken, "_execute", late)
    broken.add_done("yoga-unwind")
    assert broken.put_aside is None
    assert {done.routine for done in broken.done()} == {"desk-break", "yoga-unwind"}


def test_a_record_that_is_in_use_is_said_and_not_put_aside(tmp_path, monkeypatch):
    history = History(tmp_path)
    history.add_done("desk-break")
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **named: real(*a, **{**named, "timeout": 0}))
    with closing(real(history.path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(RecordUnreadable, match="another program is using it"):
            history.done()
        with pytest.raises(WriteFailed, match="another program is using it"):
            history.add_done("desk-break")
        other.execute("ROLLBACK")
    assert len(history.done()) == 1


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
