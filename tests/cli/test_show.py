"""`coach show`: a timeline that can be read at every width, and is true."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest

from coach.cli.drawing import draw
from coach.routine.library import Library
from coach.script.timeline import Dropped
from coach.session import Session

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


def test_what_is_left_out_is_told_but_not_what_nobody_misses(capsys):
    session = Session.of(Library().routine("desk-break"), "null")
    lost = (
        Dropped("001.halfway.0", "Half done.", "left out", 0),
        Dropped("001.pace.4", "Up.", "left out", 0),
        Dropped("002.feel.0", "The hip opens.", "left out", 0),
        Dropped("002.form.0", "Stand tall.", "shortened", 0),
    )
    with contextlib.closing(session):
        draw(session, replace(session.outlook(), dropped=lost), cues=True)
        told = capsys.readouterr().out
        draw(session, replace(session.outlook(), dropped=lost[:2]), cues=True)
    assert (
        "Left out for want of room:\n  The hip opens.\nSaid in a shorter form for want of room: 1 sentence.\n" in told
    )
    assert "want of room" not in capsys.readouterr().out


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
    told = ["work_ms", "swaps", "changes"]
    assert list(plan) == ["id", "voice", "estimated", "length_ms", "chapters", "segments", "cues", "dropped", *told]
    assert {(work["left"], work["right"]) for work in plan["work_ms"]}
    assert all(work["left"] == work["right"] for work in plan["work_ms"])
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


# --- a movement ---------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [36, 45, 80, 160])
@pytest.mark.parametrize("movement", Library().movement_ids())
def test_a_movement_is_shown_whole_at_every_width(coach, monkeypatch, movement, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    result = coach("show", movement)
    assert (result.status, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= columns
    found, out = Library().movement(movement), " ".join(result.out.split())
    assert "{" not in out
    assert " | " not in out
    for part in (
        found.name,
        *found.muscles,
        found.note,
        found.source,
        found.side_means,
        *(kit.name for kit in found.kit),
    ):
        assert part is None or " ".join(part.split()) in out
    for label in ("Set-up", "Form", "Feel", "Release", "Mistake", "Easier", "Harder", "Dose", "Kit"):
        assert f"{label}" in out
    assert f" {len(found.setup)}. " in out
    assert (found.instead or "") in out


def test_who_should_not_do_a_movement_comes_first(coach):
    out = coach("show", "ball-psoas-release").out
    assert out.index("pregnant") < out.index("Ball psoas release (")
    assert out.index("Careful") < out.index("Set-up")


def test_a_movement_counts_in_the_order_it_is_done(coach):
    assert "2-0-1-1 (pull 1 s, pause 1 s, back 2 s)" in coach("show", "band-march").out


def test_a_movement_as_json_is_as_it_is_written(coach):
    shown = json.loads(coach("show", "tree-pose", "--json").out)
    assert (shown["id"], shown["hold"]["default_ms"], shown["own"]) == ("tree-pose", 30_000, False)
    assert any("{side}" in text and " | " in text for text in shown["setup"])


def test_a_movement_of_a_file_is_shown_and_its_mistakes_are_named(coach, work_folder):
    coach("new", "--movement", "my-calf", "-o", ".")
    assert "My calf (my-calf)" in coach("show", "my-calf.yaml").out
    assert json.loads(coach("show", "my-calf.yaml", "--json").out)["own"]
    text = (work_folder / "my-calf.yaml").read_text(encoding="utf-8")
    (work_folder / "my-calf.yaml").write_text(text.replace("kind: static", "kind: statik"), encoding="utf-8")
    result = coach("show", "my-calf.yaml")
    assert result.status == 2
    assert "did you mean 'static'?" in result.err


@pytest.mark.parametrize("option", [["--minutes", "3"], ["--cues"], ["--png", "a.png"], ["--level", "gentle"]])
def test_what_belongs_to_a_routine_is_refused_with_a_movement(coach, work_folder, option):
    assert coach("show", "tree-pose", *option).status == 2
    assert list(work_folder.iterdir()) == []


@pytest.mark.parametrize(("name", "meant"), [("tree-pos", "tree-pose"), ("desk-brake", "desk-break")])
def test_a_name_that_is_neither_is_answered_with_both(coach, name, meant):
    result = coach("show", name)
    assert result.status == 2
    assert f"did you mean {meant}" in result.err


def test_of_a_routine_and_a_movement_with_one_name_the_routine_is_shown(coach):
    from coach import paths

    assert coach("new", "--movement", "my-both").status == 0
    folder = paths.home_dir() / "routines"
    folder.mkdir()
    assert coach("new", "my-both", "-o", folder).status == 0
    result = coach("show", "my-both", "--voice", "null")
    assert result.out.startswith("My both, 5:00")
    assert "also a movement called 'my-both'" in result.err


def test_a_picture_in_the_way_names_the_option_for_another(coach, work_folder):
    (work_folder / "x.png").touch()
    err = coach("show", "desk-break", "--png", "x.png").err
    assert "another file with --png" in err
    assert " -o" not in err


def test_part_of_an_id_finds_it(coach):
    assert "five-minute-ball" in coach("show", "ball").err
    assert "did you mean desk-break?" in coach("export", "desk").err


def test_what_four_of_ten_means_is_in_show(coach):
    assert "0 is nothing, 10 the most you could bear" in " ".join(coach("show", "desk-break").out.split())
