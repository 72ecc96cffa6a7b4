"""The dose per muscle and side, and what it does to long sessions; what a length changed."""

from __future__ import annotations

from coach.audio.tones import TONE_LENGTHS_MS
from coach.errors import ImpossibleLength
from coach.routine.evidence import rules
from coach.routine.model import BlockStep, BreatheStep, MovementStep, RestStep
from coach.script.changes import Change, changes
from coach.script.dose import PLATEAU_MS, PRE_RUN_MS, dose_ms
from coach.script.fit import fit
from coach.script.outline import written
from coach.session import content_of
from tests.script.generated import SpeechLengths
from tests.script.test_compose import LIBRARY, made_of


def fitted(asked_s: int | None, *steps):
    routine = made_of(*steps)
    content = content_of(routine, LIBRARY)
    made = fit(routine, content, SpeechLengths(7, word_ms=400), TONE_LENGTHS_MS, asked_s and asked_s * 1000)
    return routine, content, made.choices


def test_the_dose_counts_the_main_muscle_of_all_movements_for_one_side():
    routine, content, choices = fitted(
        None,
        BlockStep(2, (MovementStep("fencers-stretch", hold_ms=20_000, sets=1),)),
        MovementStep("half-kneeling-lunge", hold_ms=30_000, sets=2),
        MovementStep("standing-ankle-grab", hold_ms=25_000, sets=1),
        MovementStep("glute-bridge", sets=2),
    )
    assert dose_ms(routine, content, choices) == {"iliopsoas": 100_000, "rectus femoris": 25_000}


def test_a_long_session_stops_stretching_where_it_gains_no_more():
    steps = (MovementStep("fencers-stretch", sets=4), MovementStep("half-kneeling-lunge", sets=3), RestStep(60_000))
    routine, content, choices = fitted(None, *steps)
    most = longest(routine, content)
    longest_choices = fit(routine, content, SpeechLengths(7, word_ms=400), TONE_LENGTHS_MS, most).choices
    assert dose_ms(routine, content, longest_choices)["iliopsoas"] <= PLATEAU_MS
    assert dose_ms(routine, content, choices)["iliopsoas"] == 210_000


def longest(routine, content) -> int:
    try:
        fit(routine, content, SpeechLengths(7, word_ms=400), TONE_LENGTHS_MS, 3_600_000)
    except ImpossibleLength as error:
        return error.most_ms
    raise AssertionError


def test_a_document_that_asks_for_more_gets_it():
    steps = (MovementStep("fencers-stretch", hold_ms=60_000, sets=4), MovementStep("half-kneeling-lunge", sets=2))
    routine, content, choices = fitted(None, *steps)
    assert dose_ms(routine, content, choices)["iliopsoas"] == 300_000


def test_nothing_changes_when_nothing_is_asked():
    routine, content, choices = fitted(None, MovementStep("fencers-stretch"), BreatheStep(4))
    assert choices == written(routine, content)
    assert changes(routine, content, choices) == ()


def test_what_a_length_changed_is_told():
    steps = (
        BreatheStep(6),
        MovementStep("half-kneeling-lunge", sets=2),
        MovementStep("fencers-stretch", sets=1, optional=True),
    )
    _, _, whole = fitted(None, *steps)
    routine, content, choices = fitted(150, *steps)
    told = {(change.what, change.name) for change in changes(routine, content, choices)}
    assert ("left out", "Fencer's stretch") in told
    assert whole != choices
    for change in changes(routine, content, choices):
        assert change.written != change.chosen
    held = [c for c in changes(routine, content, choices) if c.movement == "half-kneeling-lunge"]
    assert all(c.what in ("hold_ms", "sets") for c in held)
    assert Change("left out", "Fencer's stretch", 1, 0, "fencers-stretch") in changes(routine, content, choices)


def test_the_bounds_are_those_of_the_evidence():
    table = rules()
    assert table["plateau"].most == PLATEAU_MS
    assert table["hold-before-run"].most == PRE_RUN_MS


def test_before_a_run_a_longer_session_holds_no_longer():
    routine = made_of(MovementStep("fencers-stretch", hold_ms=30_000, sets=1), BreatheStep(6), moment="pre-run")
    content = content_of(routine, LIBRARY)
    lengths = SpeechLengths(7, word_ms=400)
    for asked_ms in range(120_000, longest(routine, content) + 1, 10_000):
        choices = fit(routine, content, lengths, TONE_LENGTHS_MS, asked_ms).choices
        assert dose_ms(routine, content, choices)["iliopsoas"] <= PRE_RUN_MS
