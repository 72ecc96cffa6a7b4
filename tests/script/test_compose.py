"""What the coach says and when, on the shipped routines: the arc, the sides, safety, counts, breath."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from coach.audio.tones import TONE_LENGTHS_MS
from coach.errors import ImpossibleLength
from coach.routine.delivery import STEADY
from coach.routine.heard import heard
from coach.routine.library import Library
from coach.routine.model import BreatheStep, LengthRange, Movement, MovementStep, RestStep, Routine
from coach.script.fit import fit
from coach.script.layout import layout
from coach.script.talk import AMOUNTS
from coach.script.timeline import Timeline
from coach.session import content_of
from tests.script.generated import SpeechLengths

LIBRARY = Library()


def as_heard(name: str) -> Movement:
    """Return the movement with the names of its kit in its texts, as a steady listener hears it."""
    return heard(LIBRARY.movement(name), STEADY)


def timeline_of(routine: str | Routine, asked_ms: int | None = None, *, as_written: bool = False) -> Timeline:
    found = LIBRARY.routine(routine) if isinstance(routine, str) else routine
    if as_written:
        found = replace(found, length=None)
    content = content_of(found, LIBRARY)
    lengths = SpeechLengths(7, word_ms=400)
    args = (found, content, lengths, TONE_LENGTHS_MS)
    fitted = fit(*args, asked_ms)
    return layout(fitted, lengths, TONE_LENGTHS_MS, voice="test", pretone_after_ms=content.pacing.pretone_after_ms)


def made_of(*steps, **fields) -> Routine:
    return Routine(id="small", name="Small", steps=steps, **fields)


def kinds(timeline: Timeline, movement: str, side: str) -> list[str]:
    found: list[str] = []
    for cue in timeline.cues:
        if cue.movement == movement and cue.side == side and (not found or found[-1] != cue.kind):
            found.append(cue.kind)
    return found


def test_the_arc_of_one_movement():
    timeline = timeline_of("post-run-cooldown", as_written=True)
    arc = ["announce", "setup", "form", "halfway", "feel", "count", "release"]
    assert kinds(timeline, "fencers-stretch", "left") == arc
    assert kinds(timeline, "fencers-stretch", "right") == ["switch", "setup", "form", "halfway", "count", "release"]


@pytest.mark.parametrize("routine", LIBRARY.routine_ids())
@pytest.mark.parametrize("part", ["least", "default", "most"])
def test_sides_are_equal_at_every_length(routine, part):
    length = LIBRARY.routine(routine).length
    timeline = timeline_of(routine, getattr(length, f"{part}_ms"))
    assert timeline.work_ms("left") == timeline.work_ms("right") > 0


def test_the_side_is_named_and_mirrored():
    timeline = timeline_of(made_of(MovementStep("fencers-stretch", sets=1)), as_written=True)
    for cue in timeline.cues:
        assert "{" not in cue.text
        if cue.kind == "announce":
            assert cue.side in cue.text


def test_the_opening_names_the_screen_once_and_the_safety_line():
    timeline = timeline_of("five-minute-ball")
    said = [cue.text for cue in timeline.cues]
    screens = {as_heard(m).screen.say for m in ("ball-psoas-release", "weighted-psoas-release")}
    assert len(screens) == 1
    assert said.count(screens.pop()) == 1
    assert LIBRARY.wording().session_safety in said[:3]


@pytest.mark.parametrize("minutes", [4, 5, 8])
def test_safety_lines_and_exits_are_said_at_every_length(minutes):
    timeline = timeline_of("five-minute-ball", minutes * 60_000)
    said = " ".join(cue.text for cue in timeline.cues).lower()
    for movement in {s.movement for s in timeline.segments if s.kind == "work"}:
        found = as_heard(movement)
        for line in [c.say for c in found.caution] + list(found.exit):
            assert line.lower() in said


def test_optional_steps_go_before_the_holds_become_tiny():
    timeline = timeline_of("five-minute-ball", 240_000)
    worked = {s.movement: s.end_ms - s.start_ms for s in timeline.segments if s.kind == "work"}
    assert "weighted-psoas-release" not in worked
    assert min(worked.values()) >= 18_000


def test_an_exit_is_spoken_once_after_the_last_side():
    timeline = timeline_of("five-minute-ball")
    exits = [cue for cue in timeline.cues if cue.kind == "exit"]
    assert [cue.text for cue in exits] == list(as_heard("block-supported-lengthener").exit)
    assert {cue.side for cue in exits} == {"right"}


@pytest.mark.parametrize(("hold_ms", "said"), [(19_000, 0), (20_000, 2)])
def test_halfway_is_said_only_in_a_hold_long_enough_to_have_one(hold_ms, said):
    timeline = timeline_of(made_of(MovementStep("fencers-stretch", hold_ms=hold_ms, sets=1)), as_written=True)
    assert sum(cue.kind == "halfway" for cue in timeline.cues) == said


def test_halfway_is_heard_on_the_half():
    timeline = timeline_of("post-run-cooldown", as_written=True)
    for cue in timeline.cues:
        if cue.kind == "halfway":
            work = next(s for s in timeline.segments if s.start_ms <= cue.start_ms < s.end_ms)
            assert cue.onset_ms == (work.start_ms + work.end_ms) // 2


def test_repetitions_are_paced_ticked_and_counted_down():
    timeline = timeline_of(made_of(MovementStep("squat", reps=8, sets=1)), as_written=True)
    work = next(s for s in timeline.segments if s.kind == "work")
    rep_ms = LIBRARY.movement("squat").reps.tempo.rep_ms
    ticks = [clip.start_ms - work.start_ms for clip in timeline.clips if clip.sound == "tick"]
    assert ticks == [n * rep_ms for n in range(8)]
    counted = [cue for cue in timeline.cues if cue.kind == "count"]
    assert [work.end_ms - cue.onset_ms for cue in counted] == [3 * rep_ms, 2 * rep_ms, rep_ms]
    paced = [cue.text for cue in timeline.cues if cue.kind == "pace"]
    assert paced == ["Down.", "Up.", "Down.", "Up."]


def test_what_starts_with_the_effort_is_paced_from_the_effort():
    timeline = timeline_of(made_of(MovementStep("band-march", reps=8, sets=1)), as_written=True)
    work = next(s for s in timeline.segments if s.kind == "work")
    paced = [(cue.text, cue.onset_ms - work.start_ms) for cue in timeline.cues if cue.kind == "pace"]
    # "2-0-1-1" that starts concentric: pull for one and hold for one, then two seconds back.
    assert [text for text, _ in paced[:2]] == ["Pull.", "Back."]
    assert paced[1][1] == 2000


def test_alternating_steps_call_the_sides():
    timeline = timeline_of(made_of(MovementStep("knee-hug-march")), as_written=True)
    assert [cue.text for cue in timeline.cues if cue.kind == "pace"] == ["Left.", "Right.", "Left.", "Right."]
    assert {s.side for s in timeline.segments if s.kind == "work"} == {"both"}


def test_breaths_are_in_for_four_out_for_six():
    timeline = timeline_of(made_of(BreatheStep(5)), as_written=True)
    at = [cue.onset_ms for cue in timeline.cues if cue.kind == "pace"]
    assert [after - before for before, after in itertools.pairwise(at)] == [4000, 6000, 4000]
    breathe = next(s for s in timeline.segments if s.kind == "breathe")
    assert breathe.end_ms >= at[0] + 50_000


def test_a_long_rest_says_what_comes_next_ten_seconds_before():
    steps = (MovementStep("squat", sets=1), RestStep(40_000), MovementStep("hip-hinge", sets=1))
    timeline = timeline_of(made_of(*steps), as_written=True)
    rest = next(s for s in timeline.segments if s.kind == "rest")
    ahead = [cue for cue in timeline.cues if rest.start_ms <= cue.start_ms < rest.end_ms and "Hip hinge" in cue.text]
    assert [rest.end_ms - cue.onset_ms for cue in ahead] == [10_000]


def test_words_fall_from_first_contact_to_second_side():
    """The share of work that is words, counts apart, stays under the shares of its contact."""
    for routine in LIBRARY.routine_ids():
        timeline = timeline_of(routine)
        seen: set[str] = set()
        first_side: dict[str, str] = {}
        for work in (s for s in timeline.segments if s.kind == "work"):
            fresh = work.movement not in seen and work.set == 1
            if fresh and work.side in ("left", "both"):
                contact = "first"
                first_side[work.movement] = work.side
            else:
                contact = "second-side" if work.set == 1 else "repeat"
            if work.side != "left":
                seen.add(work.movement)
            words = [
                c
                for c in timeline.cues
                if work.start_ms <= c.start_ms < work.end_ms and c.kind not in ("count", "pace")
            ]
            spoken_ms = sum(c.end_ms - c.start_ms for c in words if c.kind != "safety")
            most = AMOUNTS["normal"][contact].permille
            assert spoken_ms * 1000 <= (work.end_ms - work.start_ms) * most, (routine, work)


def test_silence_between_cues_of_a_hold():
    for routine in ("post-run-cooldown", "desk-break"):
        timeline = timeline_of(routine)
        for work in (s for s in timeline.segments if s.kind == "work"):
            inside = [c for c in timeline.cues if work.start_ms <= c.start_ms < work.end_ms]
            for before, after in itertools.pairwise(inside):
                if not before.kind == after.kind == "count":
                    assert after.start_ms - before.end_ms >= 2500


def test_a_sleeping_headphone_is_woken_before_a_cue():
    timeline = timeline_of("post-run-cooldown")
    quiet_from = 0
    for clip in timeline.clips:
        if clip.track == "speech":
            assert clip.start_ms - quiet_from <= 5000
        quiet_from = max(quiet_from, clip.end_ms)


def test_a_block_repeats_and_the_second_time_is_short():
    from coach.routine.model import BlockStep

    once = timeline_of(made_of(MovementStep("fencers-stretch", sets=1)), as_written=True)
    twice = timeline_of(made_of(BlockStep(2, (MovementStep("fencers-stretch", sets=1),))), as_written=True)
    assert sum(s.kind == "work" for s in twice.segments) == 4
    assert twice.length_ms < 2 * once.length_ms
    assert twice.work_ms("left") == 2 * once.work_ms("left")


def test_a_change_of_position_gets_the_time_of_the_table():
    content = content_of(LIBRARY.routine("post-run-cooldown"), LIBRARY)
    timeline = timeline_of("post-run-cooldown", as_written=True)
    before = "standing"
    for segment in timeline.segments:
        if segment.kind != "prepare":
            continue
        position = content.movements[segment.movement].position
        spoken = [c for c in timeline.cues if segment.start_ms <= c.start_ms < segment.end_ms]
        silent_ms = segment.end_ms - segment.start_ms - sum(cue.end_ms - cue.start_ms for cue in spoken)
        assert silent_ms >= content.pacing.moves_ms[before, position]
        before = position


def test_an_impossible_length_inside_the_bounds_offers_the_nearest():
    routine = made_of(MovementStep("squat", sets=1), outro="Done.")
    with pytest.raises(ImpossibleLength) as caught:
        timeline_of(replace(routine, steps=(MovementStep("squat", sets=1),)), 20_000)
    assert "at the least" in str(caught.value)


def test_the_hint_of_an_impossible_length_works():
    with pytest.raises(ImpossibleLength) as caught:
        timeline_of("desk-break", 30_000)
    offered_ms = max(caught.value.least_ms, min(caught.value.most_ms, 30_000))
    assert timeline_of("desk-break", offered_ms).length_ms == offered_ms // 24 * 24


def test_what_may_be_felt_under_pressure_is_said_on_both_sides():
    timeline = timeline_of("five-minute-ball")
    lines = {c.say for c in as_heard("ball-psoas-release").caution if c.when == "work"}
    sides = {c.side for c in timeline.cues if c.text in lines and c.movement == "ball-psoas-release"}
    assert sides == {"left", "right"}


def test_a_warning_comes_before_the_step_it_is_about():
    timeline = timeline_of(made_of(MovementStep("band-march", sets=1)), as_written=True)
    order = [c.kind for c in timeline.cues if c.movement == "band-march" and c.side == "left"]
    assert order.index("safety") < order.index("setup")


def test_a_steps_own_line_is_said_on_both_sides_and_whenever_the_step_comes():
    step = MovementStep("fencers-stretch", sets=1, say="Grow tall on the {side} leg.")
    timeline = timeline_of(made_of(step, step), as_written=True)
    said = [c.text for c in timeline.cues if c.text.startswith("Grow tall")]
    assert said == ["Grow tall on the left leg.", "Grow tall on the right leg."] * 2


def test_a_talk_in_the_middle_begins_no_chapter():
    from coach.routine.model import TalkStep

    timeline = timeline_of(made_of(MovementStep("squat", sets=1), TalkStep("Shake the legs out.")), as_written=True)
    assert [chapter.title for chapter in timeline.chapters] == ["Welcome", "Squat"]


def test_a_rest_between_sets_says_which_set_comes_ten_seconds_before():
    timeline = timeline_of(made_of(MovementStep("squat", sets=2, rest_ms=30_000)), as_written=True)
    rest = next(s for s in timeline.segments if s.kind == "rest")
    ahead = [
        c for c in timeline.cues if rest.start_ms <= c.start_ms < rest.end_ms and c.kind == "announce" and "2" in c.text
    ]
    assert [rest.end_ms - c.onset_ms for c in ahead] == [10_000]


def test_a_short_session_shortens_rests_before_it_makes_holds_tiny():
    timeline = timeline_of("post-run-cooldown", 360_000)
    rests = [s.end_ms - s.start_ms for s in timeline.segments if s.kind == "rest"]
    assert all(rest < 30_000 for rest in rests)


def test_a_long_session_lengthens_holds_before_it_adds_sets():
    timeline = timeline_of("post-run-cooldown", 900_000)
    assert {s.set for s in timeline.segments if s.kind == "work"} == {1}


def test_a_length_that_its_steps_cannot_fill_is_told_so():
    routine = made_of(RestStep(20_000), length=LengthRange(180_000, 60_000, 600_000))
    with pytest.raises(ImpossibleLength) as caught:
        timeline_of(routine)
    assert "its steps last 0:4" in str(caught.value)
    assert caught.value.hint == "give it a shorter length, or more steps"


@pytest.mark.parametrize("rest_ms", [1, 24, 100, 500, 999])
def test_the_shortest_rest_is_an_elastic_place(rest_ms):
    assert timeline_of(made_of(RestStep(rest_ms))).length_ms % 24 == 0


def test_one_repetition_is_not_counted_out_loud():
    squat = LIBRARY.movement("squat")
    routine = made_of(MovementStep("squat", reps=1, sets=1))
    content = content_of(routine, LIBRARY)
    once = replace(squat, reps=replace(squat.reps, default=1, least=1))
    lengths = SpeechLengths(7)
    fitted = fit(routine, replace(content, movements={"squat": once}), lengths, TONE_LENGTHS_MS)
    timeline = layout(fitted, lengths, TONE_LENGTHS_MS, voice="test", pretone_after_ms=5000)
    assert [cue.text for cue in timeline.cues if cue.kind == "announce"] == [squat.announce]
