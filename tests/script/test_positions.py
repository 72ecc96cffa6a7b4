"""Where the body is: the time quiet steps give it to get there, and what is said on the way."""

from __future__ import annotations

from dataclasses import replace

from coach.routine.model import BreatheStep, MovementStep, ReflectStep, RestStep, TalkStep, Tempo
from tests.script.test_compose import LIBRARY, made_of, timeline_of

MOVES = LIBRARY.pacing().moves_ms
FRAME_MS = 24
"""A session is a whole number of frames long: what is missing to one is spread over its segments."""


def lengths_of(*steps) -> list[int]:
    """Return the milliseconds of each segment, without the opening."""
    return [s.end_ms - s.start_ms for s in timeline_of(made_of(*steps), as_written=True).segments[1:]]


def test_a_quiet_step_gives_the_time_to_get_to_its_position():
    first = ReflectStep("Notice.", 5000, position="supine")
    for step in (
        TalkStep("Quiet now."),
        RestStep(20_000),
        ReflectStep("What now?", 6000),
        BreatheStep(3),
    ):
        stays, rolls = lengths_of(first, step), lengths_of(first, replace(step, position="prone"))
        assert abs(rolls[1] - stays[1] - MOVES["supine", "prone"]) <= FRAME_MS
        assert abs(rolls[0] - stays[0]) <= FRAME_MS


def test_the_next_movement_starts_from_where_the_quiet_step_was():
    bridge = MovementStep("glute-bridge", sets=1)
    lying, standing = (lengths_of(RestStep(20_000, position=place), bridge)[1] for place in ("supine", "standing"))
    # Whoever lies is on the mat; whoever stands gets down and needs it.
    down_ms = MOVES["standing", "supine"] + LIBRARY.pacing().kit_ms
    assert abs(standing - lying - down_ms + MOVES["supine", "supine"]) <= FRAME_MS


def test_the_intro_puts_the_listener_where_the_first_step_begins():
    lying = ReflectStep("Notice.", 5000, position="supine")
    assert lengths_of(lying)[0] == lengths_of(replace(lying, position=None))[0]


def test_the_breath_is_paced_after_the_move():
    steps = (RestStep(20_000, position="standing"), BreatheStep(3, position="supine"))
    timeline = timeline_of(made_of(*steps), as_written=True)
    paced = [cue for cue in timeline.cues if cue.kind == "pace"]
    opened = [cue for cue in timeline.cues if cue.end_ms <= paced[0].start_ms][-1]
    assert paced[0].onset_ms - opened.end_ms >= MOVES["standing", "supine"]


def test_what_comes_next_is_said_in_a_long_breathing_step_only():
    def said(breaths: int) -> list[str]:
        steps = (BreatheStep(breaths), MovementStep("fencers-stretch", sets=1))
        timeline = timeline_of(made_of(*steps), as_written=True)
        breathing = timeline.segments[1]
        assert breathing.kind == "breathe"
        inside = [cue for cue in timeline.cues if breathing.start_ms <= cue.start_ms < breathing.end_ms]
        assert all(breathing.end_ms - c.onset_ms == 10_000 for c in inside if c.kind == "announce")
        return [cue.text for cue in inside if cue.kind == "announce"]

    assert said(6) == ["Next: Fencer's stretch."]
    assert said(3) == []


def test_how_many_is_said_while_getting_into_position_and_takes_no_time():
    def squats(reps: int):
        timeline = timeline_of(made_of(MovementStep("squat", sets=2, reps=reps)), as_written=True)
        said = [cue for cue in timeline.cues if cue.kind == "announce" and str(reps) in cue.text]
        starts = [s for s in timeline.segments if s.kind == "prepare"]
        assert [s.start_ms < cue.start_ms < cue.end_ms < s.end_ms for s, cue in zip(starts, said, strict=True)] == [
            True,
            True,
        ]
        return [s.end_ms - s.start_ms for s in starts]

    for few, many in zip(squats(8), squats(12), strict=True):
        assert abs(few - many) <= FRAME_MS


def test_a_phase_of_no_seconds_has_no_word():
    def words(tempo: Tempo) -> list[str]:
        step = MovementStep("squat", sets=1, reps=6, tempo=tempo)
        timeline = timeline_of(made_of(step), as_written=True)
        return [cue.text for cue in timeline.cues if cue.kind == "pace"]

    assert words(Tempo(3, 0, 1, 0)) == ["Down.", "Up.", "Down.", "Up."]
    assert words(Tempo(3, 0, 0, 0)) == ["Down.", "Down."]
    assert words(Tempo(0, 0, 0, 2)) == ["Up.", "Up."]
