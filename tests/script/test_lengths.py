"""Every shipped routine at every length of its range: exact to the frame, sides equal, doses inside their bounds."""

from __future__ import annotations

import random

import pytest

from coach.audio.tones import TONE_LENGTHS_MS
from coach.errors import ImpossibleLength
from coach.routine.library import Library
from coach.routine.model import MovementStep
from coach.script.dose import PLATEAU_MS, dose_ms
from coach.script.fit import fit
from coach.script.layout import layout
from coach.script.outline import leaves
from coach.session import content_of
from coach.units import GRID_MS
from tests.script.generated import SpeechLengths

LIBRARY = Library()


def check(name: str, asked_ms: int, lengths: SpeechLengths) -> None:
    routine = LIBRARY.routine(name)
    content = content_of(routine, LIBRARY)
    fitted = fit(routine, content, lengths, TONE_LENGTHS_MS, asked_ms)
    timeline = layout(fitted, lengths, TONE_LENGTHS_MS, voice="test", pretone_after_ms=5000)
    assert timeline.length_ms == round(asked_ms / GRID_MS) * GRID_MS
    assert timeline.work_ms("left") == timeline.work_ms("right")
    assert all(ms <= PLATEAU_MS for ms in dose_ms(routine, content, fitted.choices).values())
    for leaf in leaves(routine):
        choice = fitted.choices[leaf.path]
        if not isinstance(leaf.step, MovementStep):
            continue
        movement = content.movements[leaf.step.movement]
        if not choice.included:
            assert leaf.optional
            continue
        if movement.hold:
            assert movement.hold.least_ms <= choice.amount <= movement.hold.most_ms
            assert choice.amount % 1000 == 0
        elif movement.reps:
            assert movement.reps.least <= choice.amount <= movement.reps.most
        assert movement.sets.least <= choice.sets <= movement.sets.most


@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_every_minute_of_the_range(name):
    length = LIBRARY.routine(name).length
    lengths = SpeechLengths(7, word_ms=410)
    for asked_ms in {*range(-(-length.least_ms // 60_000) * 60_000, length.most_ms + 1, 60_000), length.default_ms}:
        check(name, asked_ms, lengths)


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.soak)])
def test_any_second_of_any_range(count):
    pick = random.Random(count)
    lengths = SpeechLengths(11, word_ms=390)
    for _ in range(count):
        name = pick.choice(LIBRARY.routine_ids())
        length = LIBRARY.routine(name).length
        check(name, pick.randint(length.least_ms // 1000, length.most_ms // 1000) * 1000, lengths)


@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_outside_of_its_range_the_least_and_the_most_are_named(name):
    routine = LIBRARY.routine(name)
    content = content_of(routine, LIBRARY)
    for asked_ms in (routine.length.least_ms - 1000, routine.length.most_ms + 1000):
        with pytest.raises(ImpossibleLength) as caught:
            fit(routine, content, SpeechLengths(7, word_ms=410), TONE_LENGTHS_MS, asked_ms)
        assert routine.length.least_ms <= caught.value.least_ms <= caught.value.most_ms <= routine.length.most_ms
