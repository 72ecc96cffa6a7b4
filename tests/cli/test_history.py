"""`coach history`: what was done is noted, listed, and shortens the set-ups."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from coach import paths
from coach.history import History


def _day(days_ago):
    return str(datetime.now().astimezone().date() - timedelta(days=days_ago))


def test_nothing_done_is_no_error_and_makes_nothing(coach):
    result = coach("history")
    assert (result.status, result.out) == (0, "")
    assert "coach history add" in result.err
    assert coach("history", "--json").out == "[]\n"
    assert not paths.record_dir().exists()


def test_what_is_added_is_listed_the_latest_first(coach):
    assert coach("history", "add", "desk-break", "--on", "2026-03-01").out == "2026-03-01  desk-break\n"
    added = coach("history", "add", "yoga-unwind")
    assert (added.out, added.err) == (f"{_day(0)}  yoga-unwind\n", "Done 1 time.\n")
    assert coach("history", "add", "desk-break", "--on", _day(1)).err == "Done 2 times.\n"
    lines = coach("history").out.splitlines()
    assert lines == [f"{_day(0)}  yoga-unwind", f"{_day(1)}  desk-break", "2026-03-01  desk-break"]
    rows = json.loads(coach("history", "--json").out)
    assert [(row["day"], row["routine"]) for row in rows] == [tuple(line.split("  ")) for line in lines]
    assert all(datetime.fromisoformat(row["at"]).tzinfo for row in rows)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_a_day_is_the_day_that_was_said_wherever_one_is(coach, monkeypatch, zone):
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert coach("history", "add", "desk-break", "--on", "2026-03-29").status == 0
        assert coach("history").out == "2026-03-29  desk-break\n"
        today = coach("history", "add", "micro-break").out.split()[0]
        assert coach("history").out.splitlines()[0] == f"{today}  micro-break"
        assert today == _day(0)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_file_is_noted_by_its_id(coach, work_folder):
    coach("new", "my-lunch")
    assert coach("history", "add", "my-lunch.yaml").out.endswith("  my-lunch\n")


@pytest.mark.parametrize(
    "arguments",
    [["no-such"], ["-"], ["tree-pose"], ["desk-break", "--on", "yesterday"], ["desk-break", "--on", "1999-12-31"],
     ["desk-break", "--on", "2026-02-30"], ["desk-break", "--on", "TOMORROW"]],
)  # fmt: skip
def test_what_cannot_have_been_is_not_noted(coach, arguments):
    result = coach("history", "add", *[_day(-1) if word == "TOMORROW" else word for word in arguments])
    assert result.status == 2
    assert result.err
    assert not paths.record_dir().exists()


@pytest.mark.parametrize("command", ["show", "export"])
def test_who_has_done_it_three_times_hears_the_short_set_ups_and_is_told(coach, command):
    def run(*more):
        extra = ["-f"] if command == "export" else []
        return coach(command, "desk-break", "--voice", "null", "--talk", "full", *extra, *more)

    for _ in range(2):
        coach("history", "add", "desk-break")
    assert "short set-ups" not in run().err
    coach("history", "add", "desk-break")
    assert "You have done it 3 times: short set-ups; --setups full has them whole." in run().err
    assert "short set-ups" not in run("--setups", "full").err
    assert "short set-ups" not in run("--setups", "short").err
    assert "short set-ups" not in coach("show", "micro-break", "--voice", "null").err


def test_a_record_written_elsewhere_without_a_zone_is_listed(coach):
    History(paths.record_dir()).add_done("desk-break", "2026-05-04T08:00:00")
    assert coach("history").out == "2026-05-04  desk-break\n"


@pytest.fixture
def broken_record():
    """A record that is none."""
    folder = paths.record_dir()
    folder.mkdir(parents=True)
    (folder / "history.db").write_bytes(b"no database at all, but long enough to be looked at" * 40)
    return folder


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_broken_record_is_said_and_left_alone(coach, broken_record, more):
    result = coach("history", *more)
    assert (result.status, result.out) == (1, "")
    first, hint = result.err.splitlines()
    assert first == f"coach: {broken_record / 'history.db'} cannot be read: it is damaged (file is not a database)"
    assert "backup" in hint
    assert [path.name for path in broken_record.iterdir()] == ["history.db"]


def test_whoever_notes_something_is_told_where_a_broken_record_is_kept(coach, broken_record):
    result = coach("history", "add", "desk-break")
    assert (result.status, result.out) == (0, f"{_day(0)}  desk-break\n")
    told, times = result.err.splitlines()
    assert f"history.db was damaged: it is kept as {broken_record / 'history.db.corrupt'}, a new one is begun" in told
    assert times == "Done 1 time."
    assert coach("history", "add", "desk-break").err == "Done 2 times.\n"


@pytest.mark.parametrize("command", ["show", "export"])
def test_a_session_goes_on_with_a_broken_record_and_says_so_once(coach, broken_record, command):
    result = coach(command, "five-minute-ball", "--voice", "null")
    assert result.status == 0
    assert result.err.count("what you did before is not known") == 1
    assert "`coach history` says what to do" in result.err
    assert [path.name for path in broken_record.iterdir()] == ["history.db"]
