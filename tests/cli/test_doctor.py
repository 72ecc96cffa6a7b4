"""`coach doctor`: what works on this computer and what does not."""

from __future__ import annotations


def test_doctor_is_content_with_a_good_computer(coach, monkeypatch):
    monkeypatch.setenv("COACH_VOICE", "null")
    result = coach("doctor")
    assert result.status == 0
    states = [line[:5].strip() for line in result.out.splitlines()[1:]]
    assert {state for state in states if state} == {"ok"}


def test_doctor_names_what_is_wrong_and_looks_at_the_rest(coach, monkeypatch):
    monkeypatch.setenv("COACH_VOICE", "nul")
    result = coach("doctor")
    assert result.status == 1
    assert "BAD" in result.out
    assert "did you mean null" in " ".join(result.out.split())
    assert "MP3 encoder" in result.out
    assert "routines:" in result.out


def test_doctor_notes_a_cache_that_cannot_be_used(coach, monkeypatch, work_folder):
    (work_folder / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COACH_VOICE", "null")
    monkeypatch.setenv("COACH_CACHE", str(work_folder / "file" / "cache"))
    result = coach("doctor")
    assert result.status == 0
    assert "note  cache" in result.out


def test_doctor_says_of_a_broken_routine_what_the_list_says(coach, monkeypatch):
    from coach import paths

    monkeypatch.setenv("COACH_VOICE", "null")
    folder = paths.home_dir() / "routines"
    folder.mkdir(parents=True)
    (folder / "my.yaml").write_text("schema: 1\nid: my\nname: B\nfoo: 1\nsteps: []\n", encoding="utf-8")
    result = coach("doctor")
    assert result.status == 0
    [line] = [line.removeprefix("note  ") for line in result.out.splitlines() if line.startswith("note")]
    assert line == "my.yaml: 2 problems, `coach check my` shows them"
    assert line in coach("list").err.splitlines()
