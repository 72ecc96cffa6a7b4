"""The set-up of a movement: warnings where they can be followed, time to do what each sentence says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.routine.delivery import Delivery
from coach.routine.model import MovementStep, RestStep
from coach.script.arc import SETTLE_MS, _spread
from tests.script.test_compose import LIBRARY, as_heard, made_of, timeline_of
from tests.script.test_talk import told


def set_up(timeline, movement: str):
    """Return the cues before the first work of a movement, and when that begins."""
    start = next(s for s in timeline.segments if s.kind == "prepare" and s.movement == movement)
    return [c for c in timeline.cues if start.start_ms <= c.start_ms < start.end_ms], start.end_ms


@given(move_ms=st.integers(0, 60_000), acts=st.integers(0, 12))
def test_no_time_is_lost_or_made(move_ms, acts):
    (first_ms, each_ms), settle_ms = _spread(move_ms, acts)
    assert settle_ms + first_ms + each_ms * max(0, acts - 2) == move_ms
    assert min(first_ms, each_ms, settle_ms) >= 0


def test_a_change_of_place_gets_its_time_with_the_first_sentence():
    steps = (RestStep(20_000, position="standing"), MovementStep("supine-psoas-lengthener", sets=1))
    cues, begins_ms = set_up(timeline_of(made_of(*steps), as_written=True), "supine-psoas-lengthener")
    gaps = [b.start_ms - a.end_ms for a, b in pairwise(cues) if a.kind == b.kind == "setup"]
    assert gaps[0] >= 4000
    assert all(500 <= gap < gaps[0] for gap in gaps[1:])
    assert begins_ms - cues[-1].end_ms >= SETTLE_MS


def test_somebody_who_stays_in_place_hears_the_sentences_evenly():
    steps = (RestStep(20_000, position="standing"), MovementStep("fencers-stretch", sets=1))
    cues, _ = set_up(timeline_of(made_of(*steps), as_written=True), "fencers-stretch")
    gaps = [after.start_ms - before.end_ms for before, after in pairwise(c for c in cues if c.kind == "setup")]
    assert max(gaps) - min(gaps) <= 100


@pytest.mark.parametrize("name", LIBRARY.movement_ids())
def test_a_warning_is_said_where_it_can_be_followed(name):
    movement = as_heard(name)
    cues, _ = set_up(told(MovementStep(name, sets=1), delivery=Delivery()), name)
    for caution in movement.caution:
        place = next((i for i, cue in enumerate(cues) if cue.text == caution.say), None)
        if place is None:
            assert caution.when == "work"
            continue
        before = sum(cue.kind == "setup" for cue in cues[:place])
        assert before == (len(movement.setup) if caution.when == "work" else caution.after)


def test_a_movement_that_returns_begins_with_the_way_there():
    dog = LIBRARY.movement("downward-facing-dog")
    steps = [MovementStep("downward-facing-dog", sets=1), MovementStep("cobra", sets=1)] * 2
    timeline = timeline_of(made_of(*steps), as_written=True)
    start = [s for s in timeline.segments if s.kind == "prepare" and s.movement == dog.id][1]
    lines = [c.text for c in timeline.cues if start.start_ms <= c.start_ms < start.end_ms and c.kind == "setup"]
    assert lines[0] in dog.setup[0].split(" | ")
    assert len(lines) == 2


def test_who_knows_the_routine_is_still_told_the_way_to_the_floor():
    steps = (MovementStep("fencers-stretch", sets=1), MovementStep("glute-bridge", sets=1))
    timeline = told(*steps, delivery=Delivery(familiar=True))
    cues, _ = set_up(timeline, "glute-bridge")
    assert sum(cue.kind == "setup" for cue in cues) == len(LIBRARY.movement("glute-bridge").setup)
