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
