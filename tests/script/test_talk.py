"""The talk dial and the fade: how much is said at each level, on first contact, repeats and second sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.audio.tones import TONE_LENGTHS_MS
from coach.routine.delivery import Delivery
from coach.routine.model import MovementStep
from coach.script.fit import fit
from coach.script.layout import layout
from coach.script.talk import AMOUNTS
from coach.script.timeline import Timeline
from coach.session import content_of
from tests.script.generated import SpeechLengths
from tests.script.test_compose import LIBRARY, as_heard, made_of

MOST = {"first": 450, "repeat": 250, "second-side": 200}
"""Thousandths of the work that a listener bears as words; the dial only turns down from there."""

STEPS = (MovementStep("fencers-stretch", sets=2), MovementStep("ball-psoas-release", sets=1))


def told(*steps: MovementStep, delivery: Delivery = Delivery()) -> Timeline:  # noqa: B008 - frozen
    routine = made_of(*(steps or STEPS), intro="Hello.")
    content = replace(content_of(routine, LIBRARY), delivery=delivery)
    lengths = SpeechLengths(7, word_ms=400)
    fitted = fit(routine, content, lengths, TONE_LENGTHS_MS)
    return layout(fitted, lengths, TONE_LENGTHS_MS, voice="test", pretone_after_ms=5000)


def said(timeline: Timeline, kind: str) -> list[str]:
    return [cue.text for cue in timeline.cues if cue.kind == kind]


def test_no_level_says_more_than_a_listener_bears():
    for contacts in AMOUNTS.values():
        assert all(contacts[contact].permille <= MOST[contact] for contact in MOST)
        assert contacts["first"].permille > contacts["repeat"].permille >= contacts["second-side"].permille


def test_a_lower_level_says_less_inside_the_work():
    words = {
        level: sum(c.end_ms - c.start_ms for c in told(delivery=Delivery(level)).cues if c.kind in ("form", "feel"))
        for level in ("full", "normal", "low")
    }
    assert words["full"] > words["normal"] > words["low"] > 0


@pytest.mark.parametrize("level", ["full", "normal", "low"])
@pytest.mark.parametrize("familiar", [False, True])
def test_set_up_release_and_safety_of_a_first_contact_are_never_left_out(level, familiar):
    timeline = told(delivery=Delivery(level, familiar=familiar))
    spoken = " ".join(cue.text for cue in timeline.cues).lower()
    assert LIBRARY.wording().session_safety.lower() in spoken
    for name in ("fencers-stretch", "ball-psoas-release"):
        movement = as_heard(name)
        for caution in movement.caution:
            assert caution.say.lower() in spoken
        setups = [c for c in timeline.cues if c.kind == "setup" and c.movement == name and c.side == "left"]
        assert len(setups) >= (1 if familiar and movement.kind != "pressure" else len(movement.setup))
        assert [c for c in timeline.cues if c.kind == "release" and c.movement == name]


def test_who_knows_the_routine_hears_the_short_set_up_but_not_under_pressure():
    first, familiar = told(), told(delivery=Delivery(familiar=True))

    def setups(timeline: Timeline, movement: str) -> int:
        work = next(s for s in timeline.segments if s.kind == "work" and s.movement == movement)
        return sum(c.kind == "setup" and c.movement == movement and c.start_ms < work.start_ms for c in timeline.cues)

    assert setups(first, "fencers-stretch") == len(LIBRARY.movement("fencers-stretch").setup)
    assert setups(familiar, "fencers-stretch") == 1
    assert setups(familiar, "ball-psoas-release") == setups(first, "ball-psoas-release")


def test_the_skip_line_is_said_to_everybody():
    skip = as_heard("ball-psoas-release").screen.say
    assert skip in said(told(), "safety")
    assert skip in said(told(delivery=Delivery("low", familiar=True)), "safety")


def test_the_side_to_start_with():
    def sides(start: str) -> list[str]:
        work = [s for s in told(delivery=Delivery(start=start)).segments if s.kind == "work"]
        return [s.side for s in work if s.set == 1]

    assert sides("left") == ["left", "right"] * 2
    assert sides("right") == ["right", "left"] * 2


def test_a_level_adds_its_version_to_the_set_up_of_both_sides():
    easier, harder = LIBRARY.movement("fencers-stretch").easier.say, LIBRARY.movement("fencers-stretch").harder.say

    def holds(level: str, line: str) -> int:
        spoken = said(told(MovementStep("fencers-stretch", sets=2), delivery=Delivery(level=level)), "setup")
        sides = (("left", "right"), ("right", "left"))
        wanted = {line.replace("{side}", side).replace("{other}", other).lower() for side, other in sides}
        return sum(text.lower() in wanted for text in spoken)

    assert [holds(level, easier) for level in ("gentle", "steady", "strong")] == [1, 0, 0]
    assert [holds(level, harder) for level in ("gentle", "steady", "strong")] == [0, 0, 2]
