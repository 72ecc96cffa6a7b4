"""Settings: where each comes from, what is refused, and that writing one changes nothing else."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach import config
from coach.errors import ConfigError, DocumentError, UnknownName, UnreadableFile


def _write(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / config.FILE_NAME).write_text(text, encoding="utf-8")


def test_without_a_file_all_are_defaults(tmp_path):
    found = config.load(tmp_path / "none", {})
    assert {found.value(name).source for name in config.SETTINGS} == {"default"}
    assert found.cache_limit_bytes() == 500_000_000


def test_the_file_wins_over_defaults_and_the_environment_over_both(tmp_path):
    _write(tmp_path, "schema: 1\nvoice: system\nbed: none\n")
    found = config.load(tmp_path, {"COACH_VOICE": "null", "OTHER_VOICE": "x"})
    assert found.value("voice") == config.Value("null", "$COACH_VOICE")
    assert found.value("bed") == config.Value("none", str(tmp_path / config.FILE_NAME))
    assert found["output"] == ""


def test_every_problem_of_the_file_has_its_place(tmp_path):
    _write(tmp_path, "schema: 1\nvoise: system\nbed: [a]\n")
    with pytest.raises(DocumentError) as caught:
        config.load(tmp_path, {})
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (2, 1)
    assert "did you mean 'voice'" in str(caught.value)
    assert ":3:" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"), [("bed", "loud"), ("cache_limit", "9"), ("cache_limit", "10.5"), ("cache_limit", "x")]
)
def test_a_wrong_value_is_refused_wherever_it_is_written(tmp_path, name, text):
    _write(tmp_path / "file", f"schema: 1\n{name}: {text}\n")
    with pytest.raises(ConfigError, match=r"config\.yaml:2:"):
        config.load(tmp_path / "file", {})
    with pytest.raises(ConfigError, match=f"COACH_{name.upper()}"):
        config.load(tmp_path, {f"COACH_{name.upper()}": text})
    with pytest.raises(ConfigError):
        config.save(tmp_path, name, text)


def test_unknown_names_offer_near_ones(tmp_path):
    with pytest.raises(UnknownName) as caught:
        config.save(tmp_path, "voise", "x")
    assert caught.value.close == ("voice",)
    with pytest.raises(UnknownName):
        config.load(tmp_path, {})["voise"]


def test_setting_one_leaves_comments_order_and_the_others(tmp_path):
    _write(tmp_path, "# mine\nschema: 1\nbed: none   # quiet\n\n# who\nvoice: system\n")
    assert config.save(tmp_path, "voice", "null") == '# mine\nschema: 1\nbed: none   # quiet\n\n# who\nvoice: "null"\n'
    assert config.save(tmp_path, "output", "x").endswith('voice: system\noutput: "x"\n')


@pytest.mark.parametrize("text", ["schema: 1\nvoise: x\n", "voice: x\n", "{", "schema: 1\n  bad"])
def test_a_file_that_is_wrong_is_not_written_into(tmp_path, text):
    _write(tmp_path, text)
    with pytest.raises(DocumentError):
        config.save(tmp_path, "bed", "none")


@pytest.mark.parametrize(
    "text", ["{schema: 1, voice: a}\n", "schema: 1\nvoice:\n  system\n", 'schema: 1\n"voice": a\n']
)
def test_a_line_written_in_another_way_is_never_half_changed(tmp_path, text):
    _write(tmp_path, text)
    with pytest.raises((ConfigError, DocumentError)):
        config.save(tmp_path, "voice", "null")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=40))
def test_what_is_saved_is_what_is_read_or_it_is_refused(tmp_path, text):
    try:
        written = config.save(tmp_path / "nothing", "output", text)
    except ConfigError:
        assert not text.isprintable()
        return
    _write(tmp_path / "home", written)
    assert config.load(tmp_path / "home", {})["output"] == text


@pytest.mark.parametrize(
    ("text", "name", "after"),
    [
        ("schema: 1\n# why\nbed: none\n", "bed", "schema: 1\n# why\n"),
        ("schema: 1\nme:\n  kit: mat\n  # knees\n  avoid: kneeling\n", "me.kit",
         "schema: 1\nme:\n  # knees\n  avoid: kneeling\n"),
        ("schema: 1\nme:\n  kit:\n    - mat\n    - band\nbed: none\n", "me.kit", "schema: 1\nbed: none\n"),
        ("schema: 1\nme:\n  kit:\n  - mat\n  - band\n  avoid: kneeling\n", "me.kit",
         "schema: 1\nme:\n  avoid: kneeling\n"),
        ("schema: 1\nme:\n  # only this\n  kit: mat\ntalk: low\n", "me.kit",
         "schema: 1\n  # only this\ntalk: low\n"),
        ("schema: 1\ntalk: low", "talk", "schema: 1\n"),
        ("schema: 1\ntalk: low\n", "bed", None),
    ],
)  # fmt: skip
def test_unset_deletes_its_lines_and_no_other(tmp_path, text, name, after):
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    assert config.unset(tmp_path, name) == after


def test_unset_touches_nothing_that_it_does_not_understand(tmp_path):
    (tmp_path / "config.yaml").write_text("schema: 1\nme: {kit: mat, avoid: kneeling}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be changed here"):
        config.unset(tmp_path, "me.kit")
    assert config.unset(tmp_path, "voice") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_settings_that_are_there_and_cannot_be_read_are_no_defaults(tmp_path):
    os.mkfifo(tmp_path / "config.yaml")
    with pytest.raises(UnreadableFile, match="is a pipe that nothing comes through"):
        config.load(tmp_path, {})
    (tmp_path / "config.yaml").unlink()
    (tmp_path / "config.yaml").symlink_to("config.yaml")
    with pytest.raises(UnreadableFile, match="cannot be read"):
        config.load(tmp_path, {})
