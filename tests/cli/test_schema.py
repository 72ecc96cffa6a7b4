"""`coach schema`: what an editor needs, printed or written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from coach import paths
from tests.routine.schema_check import as_editor_reads, wrong


@pytest.mark.parametrize("kind", ["routine", "movement", "config", "wording"])
def test_each_kind_is_printed_as_json(coach, kind):
    result = coach("schema", kind)
    assert (result.status, result.err) == (0, "")
    assert json.loads(result.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_routine_is_meant_when_nothing_is_said(coach):
    assert coach("schema").out == coach("schema", "routine").out


def test_a_movement_of_the_user_can_be_named(coach):
    assert coach("new", "--movement", "my-calf").status == 0
    schema = json.loads(coach("schema").out)
    routine = "schema: 1\nid: a\nname: A\nsteps: [{movement: my-calf}]\n"
    assert wrong(as_editor_reads(routine), schema, schema) == []
    assert wrong(as_editor_reads(routine.replace("my-calf", "my-calves")), schema, schema)


def test_a_file_is_written_once_and_its_line_names_it(coach, tmp_path, monkeypatch):
    folder = tmp_path / "with a space and ü"
    folder.mkdir()
    monkeypatch.chdir(folder)
    result = coach("schema", "movement", "-o", "m.json")
    assert (result.status, result.out) == (0, "m.json\n")
    (uri,) = re.findall(r"(?m)^# yaml-language-server: \$schema=(\S+)$", result.err)
    assert Path(unquote(urlsplit(uri).path)) == folder / "m.json"
    assert json.loads((folder / "m.json").read_text(encoding="utf-8"))["title"] == "A movement of coach"
    assert coach("schema", "-o", "m.json").status == 2
    assert coach("schema", "-o", "m.json", "-f").status == 0


def test_what_is_no_json_file_and_no_kind_is_refused(coach, work_folder):
    assert coach("schema", "-o", "routine.yaml").status == 2
    assert coach("schema", "routines").status == 2
    assert list(work_folder.iterdir()) == []


def test_settings_that_are_written_are_valid(coach):
    assert coach("config", "set", "me.avoid", "kneeling").status == 0
    schema = json.loads(coach("schema", "config").out)
    text = (paths.home_dir() / "config.yaml").read_text(encoding="utf-8")
    assert wrong(as_editor_reads(text), schema, schema) == []
