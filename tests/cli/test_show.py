"""`coach show`: a timeline that can be read at every width, and is true."""

from __future__ import annotations

import json

import pytest

from coach.routine.library import Library

ROUTINES = Library().routine_ids()


@pytest.mark.parametrize("columns", [36, 50, 80, 100, 160])
@pytest.mark.parametrize("routine", ROUTINES)
def test_show_never_leaves_the_terminal(coach, monkeypatch, routine, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = coach("show", routine, "--voice", "null", "--cues")
    assert result.status == 0
    assert max(map(len, result.out.splitlines())) <= columns


def _rows(out):
    lines = out.splitlines()
    start = next(i for i, line in enumerate(lines) if line.split()[:2] == ["start", "what"])
    return lines[start + 1 : lines.index("", start)]


def _ms(clock):
    minutes, seconds = clock.split(":")
    return (int(minutes) * 60 + int(seconds)) * 1000


def test_the_rows_of_show_are_the_chapters_and_add_up(coach):
    plan = json.loads(coach("show", "post-run-cooldown", "--voice", "null", "--json").out)
    rows = _rows(coach("show", "post-run-cooldown", "--voice", "null").out)
    assert len(rows) == len(plan["chapters"])
    ends = [_ms(row.split()[0]) for row in rows[1:]] + [600_000]
    for row, chapter, end_ms in zip(rows, plan["chapters"], ends, strict=True):
        assert chapter["title"] in row
        start, takes = row.split()[0], row.split(chapter["title"])[1].split()[0]
        assert _ms(start) + _ms(takes) == end_ms


def test_a_bar_lies_where_its_chapter_does(coach):
    rows = _rows(coach("show", "strong-hips", "--voice", "null").out)
    begins = [min(row.find(mark) for mark in "█░≈·" if mark in row) for row in rows]
    assert begins == sorted(begins)
    assert begins[-1] - begins[0] > 15


def test_a_narrow_title_keeps_its_side(coach, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    rows = _rows(coach("show", "five-minute-ball", "--voice", "null").out)
    assert sum(", left " in row for row in rows) == sum(", right " in row for row in rows) == 3
    assert any("…" in row for row in rows)


def test_who_should_not_comes_first_and_the_red_flags_last(coach):
    out = coach("show", "five-minute-ball", "--voice", "null").out
    paragraphs = out.strip().split("\n\n")
    assert "pregnant" in " ".join(paragraphs[0].split())
    assert "see a clinician" in " ".join(paragraphs[-1].split())
    assert out.index("pregnant") < out.index("Five-minute ball routine")


def test_cues_show_every_sentence_with_its_time(coach):
    plan = json.loads(coach("show", "five-minute-ball", "--voice", "null", "--json").out)
    out = " ".join(coach("show", "five-minute-ball", "--voice", "null", "--cues").out.split())
    assert all(cue["text"] in out for cue in plan["cues"] if cue["kind"] not in ("count", "pace"))
    assert "Three, Two, One" in out


def test_an_estimate_is_called_one_and_an_exact_plan_is_not(coach):
    assert "estimates" in coach("show", "desk-break", "--voice", "null").err
    assert coach("export", "desk-break", "--voice", "null").status == 0
    assert coach("show", "desk-break", "--voice", "null").err == ""


def test_show_json_has_the_promised_fields(coach):
    plan = json.loads(coach("show", "desk-break", "--minutes", "4", "--voice", "null", "--json").out)
    assert list(plan) == ["id", "voice", "estimated", "length_ms", "chapters", "segments", "cues", "dropped"]
    assert (plan["id"], plan["voice"], plan["length_ms"]) == ("desk-break", "null:tone", 240_000)
    assert {"kind", "title", "movement", "side", "set", "start_ms", "end_ms"} <= set(plan["segments"][0])
    assert {"id", "kind", "text", "start_ms", "end_ms", "movement", "side"} <= set(plan["cues"][0])


def test_show_png_writes_a_picture_and_overwrites_none(coach, work_folder):
    picture = work_folder / "plan.png"
    assert coach("show", "desk-break", "--voice", "null", "--png", "plan.png").out == "plan.png\n"
    before = picture.read_bytes()
    assert before.startswith(b"\x89PNG")
    again = coach("show", "desk-break", "--voice", "null", "--png", "plan.png")
    assert (again.status, picture.read_bytes()) == (2, before)
    assert coach("show", "desk-break", "--voice", "null", "--png", "plan.png", "-f").status == 0


def test_a_routine_of_hours_is_shown(coach, work_folder):
    step = "  - movement: standing-ankle-grab\n    hold: 45s\n    sets: 3\n    rest: 60s\n"
    (work_folder / "long.yaml").write_text(f"schema: 1\nid: long\nname: Long\nsteps:\n{step * 12}", encoding="utf-8")
    result = coach("show", "long.yaml", "--voice", "null", "--cues")
    assert result.status == 0
    assert "1:30:" in result.out
    assert max(map(len, result.out.splitlines())) <= 80
