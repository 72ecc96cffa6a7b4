"""`coach config`: the settings, and where each comes from."""

from __future__ import annotations

import json


def test_config_says_what_holds_while_a_setting_is_empty(coach):
    out = coach("config").out
    assert "voice = (not set: piper:joe, the best installed)  [default]" in out
    assert "output = (not set: the folder you are in)  [default]" in out
    assert "empty" not in out
    assert coach("config", "get", "voice").out == "\n"


def test_config_without_any_voice_still_answers(coach, monkeypatch):
    from coach.errors import EngineMissing
    from coach.voice import catalog

    def none_installed():
        raise EngineMissing("piper", "is not there")

    monkeypatch.setattr(catalog, "_best", none_installed)
    assert "voice = (not set: no voice is installed)" in coach("config").out


def test_config_sets_gets_and_says_where_from(coach, work_folder):
    assert coach("config", "get", "bed").out == "\n"
    assert coach("config", "set", "bed", "none").status == 0
    assert coach("config", "get", "bed").out == "none\n"
    path = coach("config", "path").out.strip()
    assert f"bed = none  [{path}]" in coach("config").out
    assert json.loads(coach("config", "--json").out)["bed"] == {"value": "none", "source": path}


def test_an_output_folder_is_kept_as_a_whole_path(coach, work_folder):
    (work_folder / "music").mkdir()
    assert coach("config", "set", "output", "music").status == 0
    assert coach("config", "get", "output").out.strip() == str(work_folder / "music")
    assert coach("export", "desk-break", "--voice", "null").status == 0
    assert (work_folder / "music" / "desk-break-3min.mp3").is_file()


def test_get_says_aside_what_holds_for_a_setting_that_is_not_set(coach):
    result = coach("config", "get", "bed")
    assert (result.out, result.err) == ("\n", "bed is not set: as the routine says.\n")
    coach("config", "set", "bed", "none")
    assert coach("config", "get", "bed").err == ""


def test_unset_takes_the_setting_away_and_keeps_the_rest(coach, monkeypatch):
    from pathlib import Path

    coach("config", "set", "bed", "none")
    coach("config", "set", "talk", "low")
    file = Path(coach("config", "path").out.strip())
    file.write_text("# mine\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert coach("config", "unset", "bed").status == 0
    assert coach("config", "get", "bed").out == "\n"
    assert coach("config", "get", "talk").out == "low\n"
    assert file.read_text(encoding="utf-8").startswith("# mine\n")
    again = coach("config", "unset", "bed")
    assert (again.status, again.err) == (0, "bed is not in the settings file.\n")
    monkeypatch.setenv("COACH_TALK", "full")
    assert "COACH_TALK still sets it" in coach("config", "unset", "talk").err
    wrong = coach("config", "unset", "tlk")
    assert wrong.status == 2
    assert "did you mean talk?" in wrong.err


def test_what_is_to_be_avoided_is_known_or_refused(coach):
    for name, text in (("me.avoid", "knees"), ("me.kit", "banana")):
        assert coach("config", "set", name, text).status == 2
    assert coach("config", "set", "me.avoid", "kneeling").status == 0
    assert "Half-kneeling lunge" in coach("show", "post-run-cooldown", "--voice", "null").err
    assert "Half-kneeling lunge" not in coach("show", "post-run-cooldown", "--voice", "null", "--avoid", "none").err


def test_a_setting_that_went_wrong_says_where_it_is_written(coach, monkeypatch):
    monkeypatch.setenv("COACH_ME_AVOID", "knees")
    result = coach("show", "desk-break", "--voice", "null")
    assert result.status == 2
    assert "COACH_ME_AVOID" in result.err
