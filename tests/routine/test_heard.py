"""A movement as one listener hears it: things by the name of what is at hand, the set-up of the level."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from coach.audio.tones import TONE_LENGTHS_MS
from coach.routine.adapt import Needs
from coach.routine.delivery import STEADY, Delivery
from coach.routine.eyes_free_texts import spoken_texts
from coach.routine.heard import heard
from coach.routine.library import Library
from coach.routine.movement_document import read_movement
from coach.script.fit import fit
from coach.script.layout import layout
from coach.session import adapted, content_of
from tests.routine.documents import HELD, changed, problems_of
from tests.script.generated import SpeechLengths

LIBRARY = Library()
THINGS = re.compile(r"\b(ball|kettlebell|dumbbell|the weight(?! above)|block|mat|band|anchor)\b|[{}]", re.IGNORECASE)
KIT = "kit: [{name: yoga block, instead: a thick book, say: block, say_instead: book}]\n"


def lines_of(name: str, needs: Needs, delivery: Delivery = STEADY) -> list[str]:
    """Return all that is said in a routine, as `show --json` lists it."""
    routine, _ = adapted(LIBRARY.routine(name), needs, LIBRARY)
    content = content_of(routine, LIBRARY, replace(delivery, kit=needs.kit))
    lengths = SpeechLengths(3, word_ms=350)
    timeline = layout(
        fit(routine, content, lengths, TONE_LENGTHS_MS), lengths, TONE_LENGTHS_MS, voice="t", pretone_after_ms=5000
    )
    return [cue.text for cue in timeline.cues]


@pytest.mark.parametrize("level", ["gentle", "steady", "strong"])
@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_with_no_kit_no_line_names_a_thing_that_is_not_there(name, level):
    said = lines_of(name, Needs(kit=frozenset()), Delivery(level=level))
    assert [line for line in said if THINGS.search(line)] == []


@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_no_line_has_a_placeholder_left(name):
    assert [line for line in lines_of(name, Needs()) if "{" in line] == []


def test_what_is_there_is_called_by_its_name():
    said = " ".join(lines_of("five-minute-ball", Needs(kit=frozenset(["block"])))).lower()
    assert "the block" in said
    assert "the towel" in said
    assert "the hands" in said
    assert "cushion" not in said
    assert "ball" not in said


def test_a_thing_that_opens_a_sentence_has_a_capital():
    text = changed(HELD, "Keep the {side} heel heavy.", '"{block} near. {block} there, {block} here | {block} close."')
    movement = read_movement(text + KIT, "d.yaml")
    assert heard(movement, STEADY).form == "Block near. Block there, block here | Block close."
    assert heard(movement, Delivery(kit=frozenset())).form == "Book near. Book there, book here | Book close."
    assert heard(movement, STEADY).setup == movement.setup


@pytest.mark.parametrize("name", LIBRARY.movement_ids())
@pytest.mark.parametrize("level", ["gentle", "strong"])
def test_every_level_is_another_set_up_or_one_line_more(name, level):
    movement = LIBRARY.movement(name)
    version = movement.easier if level == "gentle" else movement.harder
    other = heard(movement, Delivery(level=level))
    assert len(other.setup) == len(movement.setup)
    if version.instead_of:
        assert other.setup != heard(movement, STEADY).setup
        assert other.short.setup != movement.short.setup
        assert other.caution == heard(movement, STEADY).caution
    else:
        assert other == heard(movement, STEADY)
    assert all("{" not in text or "{side}" in text or "{other}" in text for text in other.setup)


def test_many_movements_have_another_set_up():
    versions = [v for name in LIBRARY.movement_ids() for m in [LIBRARY.movement(name)] for v in (m.easier, m.harder)]
    assert sum(bool(version.instead_of) for version in versions) >= 12


def test_gentle_is_another_set_up_on_both_sides_and_says_it_once_each():
    said = lines_of("yoga-unwind", Needs(), Delivery(level="gentle"))
    assert "Rest the left heel on the right ankle, toes on the floor." in said
    assert "Stand on the left foot. Turn the right knee out, toes on the floor." in said
    assert not [line for line in said if "calf or inner thigh" in line]


def test_a_version_may_have_its_own_form():
    movement = heard(LIBRARY.movement("standing-ankle-grab"), Delivery(level="strong"))
    assert movement.form.startswith("Keep the spine long")
    assert movement.short.form is None
    spoken = {text.where for text in spoken_texts(LIBRARY.movement("standing-ankle-grab"), 50)}
    assert {("harder", "short"), ("harder", "form")} <= spoken


VERSION = "harder: {text: More., say: Step wide., instead_of: 1, short: 'Wide, {side} foot back.'}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HELD + VERSION.replace("1", "3"), "harder replaces sentence 3 of the set-up, and there are 2"),
        (HELD + "easier: {text: Less., say: Less., instead_of: 1}\n", "another set-up needs say and short"),
        (HELD + "easier: {text: Less., form: Less.}\n", "form belongs to a version with another set-up"),
        (HELD + KIT.replace("say: block, ", ""), "say_instead needs say and instead"),
        (HELD + KIT.replace(", say_instead: book", ""), "who has what stands in for it must hear its name"),
        (HELD + KIT.replace("say: block", "say: side"), "'side' cannot be a placeholder"),
        (HELD + KIT.replace("say: block", "say: Yoga block"), "'Yoga block' cannot be a placeholder"),
        (HELD.replace("Step in.", "Step off the {block}."), "{block} cannot be used in this text"),
        (HELD + "kit: [{name: a, say: thing}, {name: b, say: thing}]\n", "two things of the kit are called 'thing'"),
    ],
)
def test_what_is_wrong_is_told(text, problem):
    found = problems_of(read_movement, text)
    assert len(found) == 1
    assert problem in found[0]


def test_what_is_right_is_read():
    assert read_movement(HELD + VERSION + KIT, "d.yaml").harder.instead_of == 1
