"""`coach new`: a file that works as it is and explains itself."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from coach import paths
from coach.routine.library import DATA, Library
from coach.routine.model import Movement, Routine
from tests.routine.schema_check import as_editor_reads, wrong


def _schema_of(text):
    uri = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", text.splitlines()[0])[1]
    return json.loads(Path(unquote(urlsplit(uri).path)).read_text(encoding="utf-8"))


def test_a_new_routine_is_checked_shown_and_exported_as_it_is(coach, work_folder):
    result = coach("new", "my-lunch")
    assert (result.status, result.out) == (0, "my-lunch.yaml\n")
    for command in re.findall(r"`coach ([^`]+)`", result.err):
        assert coach(*command.split(), *([] if command.startswith("check") else ["--voice", "null"])).status == 0
    assert coach("check", "my-lunch.yaml").err == ""
    assert [path.name for path in work_folder.glob("*.mp3")] == ["my-lunch-5min.mp3"]
    routine = Library().routine(work_folder / "my-lunch.yaml")
    assert (routine.id, routine.name) == ("my-lunch", "My lunch")


@pytest.mark.parametrize("minutes", [3, 4, 5, 6, 7])
def test_a_new_routine_reaches_every_length_it_promises(coach, minutes):
    coach("new", "my-lunch")
    assert coach("show", "my-lunch.yaml", "--minutes", minutes, "--voice", "null").status == 0


def test_a_new_movement_is_where_routines_find_it(coach, work_folder):
    result = coach("new", "--movement", "side-reach")
    target = paths.home_dir() / "movements" / "side-reach.yaml"
    assert (result.status, result.out.strip()) == (0, str(target))
    assert coach("check", "side-reach").err == ""
    (work_folder / "r.yaml").write_text(
        "schema: 1\nid: r\nname: R\nsteps:\n  - movement: side-reach\n", encoding="utf-8"
    )
    assert "Side reach, right" in coach("show", "r.yaml", "--voice", "null").out
    told = re.findall(r"`coach ([^`]+)`", result.err)
    assert [command.split()[0] for command in told] == ["check", "show", "say"]
    for command in told:
        assert coach(*command.split(), *(["--voice", "null"] if "say" in command else [])).status == 0
    assert "`- movement: side-reach`" in result.err


def test_a_new_movement_elsewhere_says_where_routines_would_find_it(coach, work_folder):
    (work_folder / "my moves").mkdir()
    result = coach("new", "--movement", "side-reach", "-o", "my moves")
    target = Path("my moves") / "side-reach.yaml"
    assert (result.status, result.out) == (0, f"{target}\n")
    home = paths.home_dir() / "movements"
    assert f"once it is at {home / 'side-reach.yaml'}; then the step `- movement: side-reach` uses it" in result.err
    assert not home.exists()
    told = re.findall(r"`coach ([^`]+)`", result.err)
    assert [shlex.split(command)[0] for command in told] == ["check", "show", "say"]
    for command in told:
        assert coach(*shlex.split(command), *(["--voice", "null"] if "say" in command else [])).status == 0
    # And so it is.
    home.mkdir()
    target.rename(home / "side-reach.yaml")
    assert coach("check", "side-reach").status == 0


def test_a_new_movement_overwrites_nothing_unless_asked(coach):
    target = Path(coach("new", "--movement", "side-reach").out.strip())
    target.write_text("mine", encoding="utf-8")
    result = coach("new", "--movement", "side-reach")
    assert (result.status, result.out) == (2, "")
    assert f"{target} is already there" in result.err
    assert target.read_text(encoding="utf-8") == "mine"
    assert coach("new", "--movement", "side-reach", "-f").status == 0
    assert coach("check", "side-reach").status == 0


def test_what_is_no_id_of_a_movement_is_refused_with_a_command_for_a_movement(coach):
    assert "`coach new --movement side-reach` works" in coach("new", "--movement", "Side Reach").err


@pytest.mark.parametrize(("kind", "model"), [("routine", Routine), ("movement", Movement)])
def test_every_key_is_explained_above_it(kind, model):
    lines = (DATA / "templates" / f"{kind}.yaml").read_text(encoding="utf-8").splitlines()
    for field in fields(model):
        key = field.name.removesuffix("_ms")
        at = [number for number, line in enumerate(lines) if re.match(rf"(# )?{key}:", line)]
        assert at, key
        assert any(lines[number - 1].startswith("#") for number in at), key


@pytest.mark.parametrize("kind", ["routine", "movement"])
def test_its_first_line_leads_editors_to_a_schema_it_fits(coach, kind):
    target = Path("my-own.yaml")
    assert coach("new", "my-own", "-o", "my-own.yaml", *(["--movement"] if kind == "movement" else [])).status == 0
    text = target.read_text(encoding="utf-8")
    schema = _schema_of(text)
    assert schema["title"] == f"A {kind} of coach"
    assert wrong(as_editor_reads(text), schema, schema) == []


def test_without_a_place_for_the_schema_the_file_is_written_all_the_same(coach, work_folder, monkeypatch):
    (work_folder / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COACH_HOME", str(work_folder / "file"))
    result = coach("new", "my-lunch")
    assert result.status == 0
    assert "without completion" in result.err
    assert (work_folder / "my-lunch.yaml").read_text(encoding="utf-8").startswith("# A routine of yours.")


def test_nothing_is_overwritten_unless_asked(coach, work_folder):
    (work_folder / "mine.yaml").write_text("old", encoding="utf-8")
    assert coach("new", "mine").status == 2
    assert (work_folder / "mine.yaml").read_text(encoding="utf-8") == "old"
    assert coach("new", "mine", "-f").status == 0
    (work_folder / "sub").mkdir()
    assert coach("new", "mine", "-o", "sub").out == f"{Path('sub') / 'mine.yaml'}\n"
    assert coach("new", "mine", "-o", "mine.txt").status == 2
    assert coach("new", "mine", "-o", "nowhere/mine.yaml").status == 2


@pytest.mark.parametrize("name", ["5", "null", "true", "7-up", "x"])
def test_any_id_makes_a_file_that_reads(coach, name):
    assert coach("new", name).status == 0
    assert coach("check", f"{name}.yaml").status == 0


def test_what_is_no_id_is_refused_with_one_that_is(coach, work_folder):
    result = coach("new", "My Lunch!")
    assert result.status == 2
    assert "`coach new my-lunch` works" in result.err
    assert coach("new", "-o", "a.yaml", "--", "-").status == 2
    assert list(work_folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [["desk-break"], ["--movement", "tree-pose"]])
def test_nothing_new_stands_in_for_one_of_ours_unseen(coach, arguments, work_folder):
    result = coach("new", *arguments)
    assert result.status == 2
    assert "comes with" in result.err
    assert not (paths.home_dir() / "movements").exists()
    assert list(work_folder.iterdir()) == []
