"""`coach list`: every routine in one line."""

from __future__ import annotations

import json

from coach import paths
from coach.routine.library import DATA, Library

ROUTINES = Library().routine_ids()


def test_list_has_one_line_for_each_routine_on_a_pipe(coach, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    result = coach("list")
    assert [line.split()[0] for line in result.out.splitlines()] == list(ROUTINES)
    assert result.status == 0
    line = next(line for line in result.out.splitlines() if line.startswith("post-run-cooldown"))
    for part in ("10 min (6-15)", "after a run", "on the floor", "mat"):
        assert part in line


def test_list_json(coach):
    rows = json.loads(coach("list", "--json").out)
    assert [row["id"] for row in rows] == list(ROUTINES)
    desk = next(row for row in rows if row["id"] == "desk-break")
    assert (desk["length_ms"], desk["floor"], desk["kit"], desk["own"]) == (180_000, False, [], False)


def test_one_broken_routine_of_the_user_hides_no_other(coach):
    folder = paths.home_dir() / "routines"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("schema: 1\nid: broken\nname: B\nsteps: []\n", encoding="utf-8")
    text = (DATA / "routines" / "desk-break.yaml").read_text(encoding="utf-8").replace("id: desk-break", "id: mine")
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    result = coach("list")
    assert result.status == 2
    assert "broken.yaml:4:" in result.err
    assert [line.split()[0] for line in result.out.splitlines()] == sorted([*ROUTINES, "mine"])
    assert "mine (own)" in result.out
