"""`coach list`: every routine in one line."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path

import pytest

from coach import paths
from coach.routine.library import DATA, Library

LIBRARY = Library()
ROUTINES = LIBRARY.routine_ids()


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
    assert "broken.yaml: 1 problem, `coach check broken` shows it\n" in result.err
    assert ":4:" not in result.err
    assert coach("check", "broken").status == 2
    assert [line.split()[0] for line in result.out.splitlines()] == sorted([*ROUTINES, "mine"])
    assert "mine (own)" in result.out


# --- filters ------------------------------------------------------------------------------------


def _ids(result):
    return [line.split()[0] for line in result.out.splitlines()]


def test_a_moment_shows_what_is_made_for_it_first_and_then_what_suits_any(coach):
    ids = _ids(coach("list", "--moment", "desk"))
    moments = [LIBRARY.routine(name).moment for name in ids]
    assert moments == sorted(moments, key=lambda moment: moment != "desk")
    assert set(moments) == {"desk", "any"}
    assert {name for name in ROUTINES if LIBRARY.routine(name).moment in ("desk", "any")} == set(ids)


@pytest.mark.parametrize("minutes", ["1:30", "5", "7:30", "16"])
def test_what_is_listed_for_a_length_can_have_it_and_the_others_cannot(coach, minutes):
    ids = _ids(coach("list", "--minutes", minutes))
    able = [name for name in ROUTINES if coach("show", name, "--minutes", minutes, "--voice", "null").status == 0]
    assert ids == able
    assert ids


NEEDS = [
    ["--place", "desk"],
    ["--place", "outdoors", "--kit", "none", "--avoid", "kneeling,balance"],
    ["--avoid", "kneeling"],
    ["--avoid", "pressure", "--kit", "mat"],
    ["--avoid", "standing-desk-lunge,fencers-stretch"],
]


@pytest.mark.parametrize("needs", NEEDS, ids=" ".join)
def test_what_is_listed_can_be_done_and_what_is_replaced_is_counted(coach, needs):
    result = coach("list", *needs, "--json")
    rows = {row["id"]: row for row in json.loads(result.out)}
    for name in ROUTINES:
        shown = coach("show", name, *needs, "--voice", "null", "--json")
        assert (shown.status == 0) == (name in rows)
        if name in rows:
            swaps = json.loads(shown.out)["swaps"]
            told = (rows[name]["replaced"], rows[name]["left_out"])
            assert told == (sum(bool(s["instead"]) for s in swaps), sum(not s["instead"] for s in swaps))
    listed = {line.split()[0]: line for line in coach("list", *needs).out.splitlines()}
    assert all((f"{row['replaced']} replaced" in listed[name]) == bool(row["replaced"]) for name, row in rows.items())
    standing = "--place" in needs
    assert not standing or not any(row["floor"] for row in rows.values())


def test_a_bad_knee_in_the_settings_is_said_once(coach):
    coach("config", "set", "me.avoid", "kneeling")
    assert coach("list").out == coach("list", "--avoid", "kneeling").out
    assert "1 replaced" in coach("list").out


def test_somebody_without_a_thing_reads_what_stands_in_for_it(coach):
    line = next(line for line in coach("list").out.splitlines() if line.startswith("strong-hips"))
    without = next(line for line in coach("list", "--kit", "none").out.splitlines() if line.startswith("strong-hips"))
    assert "resistance band" in line
    assert "resistance band" not in without
    assert "1 replaced" in without


def test_nothing_found_is_said_and_is_no_error(coach):
    result = coach("list", "--minutes", "90")
    assert (result.status, result.out) == (0, "")
    assert "There is nothing that can be done so" in result.err
    assert coach("list", "--minutes", "90", "--json").out == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [["--minutes", "90"], ["--minutes", "26"], ["--moment", "post-run", "--minutes", "26"],
     ["--moment", "desk", "--minutes", "0:30"], ["--kit", "none", "--minutes", "26"]],
)  # fmt: skip
def test_make_is_named_only_when_it_can(coach, arguments):
    result = coach("list", *arguments)
    assert result.out == ""
    made = coach("make", *arguments)
    assert ("; `coach make` puts a routine together" in result.err) == (made.status == 0)
    if made.status:
        near = re.search(r"lasts (\d+:\d\d)\.\n", result.err)[1]
        assert coach("make", *arguments[:-1], near).status == 0


def test_where_there_is_no_movement_none_is_promised(coach):
    everything = ",".join(LIBRARY.movement_ids())
    assert coach("list", "--movements", "--avoid", everything).err == "There is no movement that can be done so.\n"
    assert coach("list", "--avoid", everything).err == "There is nothing that can be done so.\n"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [(["--avoid", "knelling"], "kneeling"), (["--kit", "bal"], "ball"), (["--moment", "lunch"], "desk"),
     (["--movements", "--moment", "desk"], "moment"), (["--movements", "--minutes", "5"], "length")],
)  # fmt: skip
def test_what_cannot_be_filtered_by_is_refused(coach, arguments, hint):
    result = coach("list", *arguments)
    assert (result.status, result.out) == (2, "")
    assert hint in result.err


def test_movements_are_listed_with_what_they_need(coach):
    result = coach("list", "--movements")
    assert _ids(result) == list(LIBRARY.movement_ids())
    line = next(line for line in result.out.splitlines() if line.startswith("tree-pose"))
    for part in ("balance", "standing", "each", "30 s (10-60)", "wall", "for glutes, adductors"):
        assert part in line


def test_movements_that_cannot_be_done_are_not_listed(coach):
    rows = json.loads(coach("list", "--movements", "--place", "desk", "--json").out)
    assert rows
    assert {row["position"] for row in rows} == {"standing"}
    assert "tree-pose" not in _ids(coach("list", "--movements", "--avoid", "balance"))


def test_a_routine_without_a_length_says_about_how_long_it_is(coach):
    folder = paths.home_dir() / "routines"
    folder.mkdir(parents=True)
    text = "schema: 1\nid: mine\nname: M\nsteps: [{movement: tree-pose, hold: 60s}]\n"
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    line = next(line for line in coach("list").out.splitlines() if line.startswith("mine"))
    assert "about 3 min" in line or "about 2:30" in line


@pytest.mark.parametrize("columns", [40, 45, 80, 120])
@pytest.mark.parametrize("more", [[], ["--movements"], ["--avoid", "kneeling"]])
def test_a_list_never_leaves_the_terminal(coach, monkeypatch, columns, more):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("coach.cli.list_command.on_terminal", lambda: True)
    lines = coach("list", *more).out.splitlines()
    assert max(map(len, lines)) <= columns
    starts = [line for line in lines if not line.startswith(" ")]
    assert [line.split()[0] for line in starts] == list(LIBRARY.movement_ids() if "--movements" in more else ROUTINES)


@pytest.fixture
def closed_folder(monkeypatch):
    """The user's routines/ in a folder that may not be read, whoever runs the tests."""
    folder = paths.home_dir() / "routines"
    folder.mkdir(parents=True)
    (paths.home_dir() / "movements").mkdir()
    (folder / "desk-break.yaml").write_text("mine", encoding="utf-8")

    def refusing(real):
        def call(path, *rest, **named):
            if isinstance(path, (str, os.PathLike)) and folder in (Path(path), *Path(path).parents):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return real(path, *rest, **named)

        return call

    for name in ("listdir", "stat", "open"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))
    return folder


def test_a_folder_that_may_not_be_read_is_told_and_hides_no_shipped_routine(coach, closed_folder):
    result = coach("list")
    assert result.status == 2
    assert [line.split()[0] for line in result.out.splitlines()] == list(ROUTINES)
    assert "(own)" not in result.out
    told = f"{closed_folder}: this folder cannot be read (permission denied)"
    assert result.err.splitlines().count(told) == 1
    as_json = coach("list", "--json")
    assert (as_json.status, len(json.loads(as_json.out))) == (2, len(ROUTINES))
    # Whether a routine of one's own stands in for the shipped one cannot be known.
    for arguments in (("show", "desk-break"), ("export", "no-such-routine"), ("check", "desk-break")):
        result = coach(*arguments)
        assert (result.status, result.out, result.err) == (2, "", f"coach: {told}\n")
    assert list(closed_folder.parent.rglob("*.mp3")) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_among_the_users_routines_is_told_and_not_waited_for(coach):
    folder = paths.home_dir() / "routines"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "piped.yaml")
    result = coach("list")
    assert (result.status, len(result.out.splitlines())) == (2, len(ROUTINES))
    assert f"{folder / 'piped.yaml'}: is a pipe that nothing comes through" in result.err
    assert coach("show", "piped").err == f"coach: {folder / 'piped.yaml'}: is a pipe that nothing comes through\n"


def test_a_broken_movement_is_one_line_however_many_routines_suffer(coach):
    home = paths.home_dir()
    for folder in ("routines", "movements"):
        (home / folder).mkdir(parents=True)
    (home / "movements/mine.yaml").write_text("schema: 1\nid: mine\nname: M\nfoo: 1\n", encoding="utf-8")
    for name in ("one", "two"):
        text = f"schema: 1\nid: {name}\nname: {name}\nsteps: [{{movement: mine}}]\n"
        (home / f"routines/{name}.yaml").write_text(text, encoding="utf-8")
    for arguments in (("list",), ("list", "--movements"), ("list", "--json")):
        result = coach(*arguments)
        said = [line for line in result.err.splitlines() if "problem" in line]
        assert (result.status, len(said)) == (2, 1)
        assert said[0].startswith("mine.yaml: ")
        assert said[0].endswith(" problems, `coach check mine` shows them")
