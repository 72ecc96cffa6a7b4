"""`coach say`: a sentence or a movement in a file of its own."""

from __future__ import annotations

import wave

import pytest

from coach.audio.mp3 import STANDARD, check_frames
from coach.audio.tags import read_timeline
from coach.cli.movement_page import filled
from coach.routine.library import Library

LIBRARY = Library()


def _said(path):
    return [cue.text for cue in read_timeline(path).cues]


@pytest.mark.parametrize("movement", ["tree-pose", "glute-bridge", "knee-hug-march", "ball-psoas-release"])
def test_a_movement_is_spoken_from_set_up_to_release(coach, work_folder, movement):
    result = coach("say", "--movement", movement, "--voice", "null")
    assert result.status == 0
    assert result.out.startswith(f"{movement}.mp3  ")
    plan = read_timeline(work_folder / f"{movement}.mp3")
    kinds = [segment.kind for segment in plan.segments]
    assert {"prepare", "work", "release"} <= set(kinds)
    assert plan.work_ms("left") == plan.work_ms("right")
    dose = LIBRARY.movement(movement).hold
    if dose and movement == "tree-pose":
        assert plan.work_ms("left") // dose.default_ms == 1
    assert coach("verify", f"{movement}.mp3").status == 0


@pytest.mark.parametrize(("side", "other"), [("left", "right"), ("right", "left")])
def test_one_side_by_itself_is_named_and_the_other_is_not_done(coach, work_folder, side, other):
    coach("say", "--movement", "half-kneeling-lunge", "--voice", "null")
    both = read_timeline(work_folder / "half-kneeling-lunge.mp3")
    result = coach("say", "--movement", "half-kneeling-lunge", "--side", side, "--voice", "null")
    assert result.out.startswith(f"half-kneeling-lunge-{side}.mp3  ")
    plan = read_timeline(work_folder / f"half-kneeling-lunge-{side}.mp3")
    assert plan.title == f"Half-kneeling lunge, {side}"
    assert plan.length_ms < 0.75 * both.length_ms
    assert sum(segment.kind == "work" for segment in plan.segments) == 1
    announced = next(cue.text for cue in plan.cues if cue.kind == "announce")
    assert side in announced
    assert other not in announced
    assert not any("{" in text or " | " in text for text in _said(work_folder / f"half-kneeling-lunge-{side}.mp3"))


def test_the_level_adds_its_sentence(coach, work_folder):
    gentle = filled(LIBRARY.movement("tree-pose"), "left", LIBRARY.wording()).easier.say
    for level in ("steady", "gentle"):
        asked = ["--level", level, "--side", "left", "--voice", "null", "-o", f"{level}.mp3"]
        assert coach("say", "--movement", "tree-pose", *asked).status == 0
    assert gentle in _said(work_folder / "gentle.mp3")
    assert gentle not in _said(work_folder / "steady.mp3")


def test_a_movement_of_a_file_is_spoken(coach, work_folder):
    coach("new", "--movement", "my-calf", "-o", ".")
    assert coach("say", "--movement", "my-calf.yaml", "--voice", "null").out.startswith("my-calf.mp3")


def test_a_sentence_becomes_a_wav_or_an_mp3(coach, work_folder):
    assert coach("say", "Stand tall.", "--voice", "null").out.startswith("null-tone.wav  0.")
    with wave.open(str(work_folder / "null-tone.wav")) as file:
        seconds = file.getnframes() / 24_000
    assert coach("say", "Stand tall.", "--voice", "null", "-o", "a.mp3").status == 0
    frames = check_frames((work_folder / "a.mp3").read_bytes(), STANDARD)
    assert 0 <= frames * 0.024 - seconds < 0.2
    assert coach("voices", "say", "Stand tall.", "--voice", "null", "-o", "b.mp3").status == 0
    assert (work_folder / "b.mp3").read_bytes() == (work_folder / "a.mp3").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [[], ["Hello.", "--movement", "tree-pose"], ["Hello.", "--side", "left"], ["Hello.", "--level", "gentle"], ["..."],
     ["--movement", "tree-pos"], ["--movement", "desk-break"], ["--movement", "glute-bridge", "--side", "left"],
     ["--movement", "tree-pose", "-o", "a.wav"], ["Hello.", "-o", "a.ogg"], ["Hello.", "-o", "nowhere/a.wav"]],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_and_nothing_written(coach, work_folder, arguments):
    result = coach("say", *arguments, "--voice", "null")
    assert result.status == 2
    assert result.err
    assert list(work_folder.iterdir()) == []


def test_nothing_is_overwritten_unless_asked(coach, work_folder):
    (work_folder / "tree-pose.mp3").write_bytes(b"old")
    assert coach("say", "--movement", "tree-pose", "--voice", "null").status == 2
    assert (work_folder / "tree-pose.mp3").read_bytes() == b"old"
    assert coach("say", "--movement", "tree-pose", "--voice", "null", "-f").status == 0


@pytest.mark.parametrize("name", LIBRARY.movement_ids())
def test_a_movement_filled_for_a_side_names_no_placeholder(name):
    for side in ("left", "right"):
        shown = filled(LIBRARY.movement(name), side, LIBRARY.wording())
        spoken = [shown.announce, *shown.setup, shown.form, shown.feel, shown.release, *shown.exit]
        spoken += [shown.fault, shown.easier.text, shown.harder.text, *(one.say for one in shown.caution)]
        assert not any("{" in text for text in spoken)
        assert [one.after for one in shown.caution] == [one.after for one in LIBRARY.movement(name).caution]
