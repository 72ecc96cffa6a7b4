"""Every document that is shipped reads, fits its neighbours and is found by its id."""

from __future__ import annotations

import pytest

from coach.audio.tones import TONE_LENGTHS_MS
from coach.documents import read_file
from coach.routine.library import DATA, Library
from coach.routine.model import WORDINGS, MovementStep, RestStep, position_of
from coach.routine.movement_document import POSITIONS
from coach.script.dose import PLATEAU_MS, dose_ms
from coach.script.fit import fit
from coach.script.wording import Estimates
from coach.session import content_of
from coach.units import on_grid
from coach.voice.lexicon import read_lexicon
from tests.script.generated import SpeechLengths

LIBRARY = Library()

MOVEMENTS = (
    "ball-psoas-release",
    "band-march",
    "block-supported-lengthener",
    "cobra",
    "constructive-rest",
    "downward-facing-dog",
    "fencers-stretch",
    "glute-bridge",
    "half-kneeling-lunge",
    "hip-hinge",
    "knee-hug-march",
    "leg-swing",
    "lunge",
    "squat",
    "standing-ankle-grab",
    "standing-desk-lunge",
    "supine-psoas-lengthener",
    "supine-twist",
    "tree-pose",
    "walking-lunge",
    "wall-lunge",
    "weighted-psoas-release",
)
# Seconds: default, least, most.
ROUTINES = {
    "bedtime-supine": (480, 300, 900),
    "desk-break": (180, 120, 300),
    "five-minute-ball": (300, 240, 480),
    "micro-break": (90, 75, 120),
    "post-run-cooldown": (600, 360, 900),
    "pre-run-primer": (360, 240, 600),
    "strong-hips": (960, 600, 1500),
    "yoga-unwind": (720, 480, 1080),
}
# Nothing on the feet stands in for a rest or a twist on the back.
WITHOUT_INSTEAD = {"fencers-stretch", "hip-hinge", "constructive-rest", "supine-twist"}


def followed(name: str) -> list[str]:
    """Return the movements that stand in for `name`, one for the other, to the last."""
    chain: list[str] = []
    found = LIBRARY.movement(name).instead
    while found and found not in chain:
        chain.append(found)
        found = LIBRARY.movement(found).instead
    return chain


def test_the_library_holds_these_movements_and_routines():
    assert tuple(sorted(LIBRARY.movement_ids())) == MOVEMENTS
    lengths = {name: LIBRARY.routine(name).length for name in LIBRARY.routine_ids()}
    assert {
        name: tuple(ms // 1000 for ms in (length.default_ms, length.least_ms, length.most_ms))
        for name, length in lengths.items()
    } == ROUTINES


def test_nothing_else_is_in_the_data_folders():
    for folder in ("movements", "routines", "wording", "lexicon"):
        names = [path.name for path in (DATA / folder).iterdir()]
        assert names
        assert [name for name in names if not name.endswith(".yaml")] == []


@pytest.mark.parametrize("name", LIBRARY.movement_ids())
def test_a_movement_reads(name):
    movement = LIBRARY.movement(name)
    assert movement.id == name
    if movement.instead:
        assert movement.instead in LIBRARY.movement_ids()


@pytest.mark.parametrize("name", MOVEMENTS)
def test_who_cannot_do_a_movement_is_led_to_one_on_the_feet(name):
    chain = followed(name)
    assert name not in chain
    assert bool(chain) == (name not in WITHOUT_INSTEAD)
    if LIBRARY.movement(name).position != "standing" and chain:
        assert "standing" in [LIBRARY.movement(other).position for other in chain[:3]]
    if LIBRARY.movement(name).kind in ("pressure", "balance"):
        assert LIBRARY.movement(chain[0]).kind not in ("pressure", "balance")


@pytest.mark.parametrize("name", MOVEMENTS)
def test_a_movement_says_all_that_it_must_in_more_than_one_way(name):
    movement = LIBRARY.movement(name)
    assert movement.fault
    for version in (movement.easier, movement.harder):
        assert version
        assert version.say
    assert "Not reviewed by a clinician." in movement.source
    for line in (movement.form, movement.feel):
        assert WORDINGS in line


def test_the_quiet_routine_has_no_tones_and_ends_in_silence():
    routine = LIBRARY.routine("bedtime-supine")
    assert (routine.tones, routine.outro) == ("none", None)
    assert {position_of(step, {m: LIBRARY.movement(m) for m in MOVEMENTS}) for step in routine.steps[:-1]} == {"supine"}
    last = routine.steps[-1]
    assert isinstance(last, RestStep)
    assert last.length_ms >= 8000
    assert all(len(wording.split()) <= 4 for wording in last.say.split(WORDINGS))


def test_nothing_is_held_before_a_run():
    steps = LIBRARY.routine("pre-run-primer").steps
    moved = [LIBRARY.movement(step.movement) for step in steps if isinstance(step, MovementStep)]
    assert moved
    assert all(movement.reps and movement.position == "standing" for movement in moved)


@pytest.mark.parametrize("name", ROUTINES)
def test_every_length_of_a_routine_is_possible_and_no_muscle_gets_too_much(name):
    routine = LIBRARY.routine(name)
    content = content_of(routine, LIBRARY)
    length = routine.length
    minutes = range(-(-length.least_ms // 60_000) * 60_000, length.most_ms + 1, 60_000)
    odd = range(length.least_ms, length.most_ms + 1, 37_000)
    for lengths in (Estimates(), SpeechLengths(1, word_ms=430)):
        for asked_ms in {*minutes, *odd, length.default_ms, length.most_ms}:
            fitted = fit(routine, content, lengths, TONE_LENGTHS_MS, asked_ms)
            assert sum(fitted.lengths_ms) == on_grid(asked_ms)
            dose = dose_ms(routine, content, fitted.choices)
            assert max(dose.values(), default=0) <= PLATEAU_MS, (name, asked_ms)


@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_a_routine_reads_and_fits_its_movements(name):
    document = LIBRARY.routine_document(name)
    assert LIBRARY.problems(document) == ()
    assert document.value.id == name
    assert LIBRARY.routine(name) == document.value


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_a_wording_reads(language):
    wording = LIBRARY.wording(language)
    assert wording.language == language
    assert len(wording.counts) >= 3
    path = DATA / "lexicon" / f"{language}.yaml"
    assert read_lexicon(read_file(path), str(path)).words


def test_the_pacing_table_is_whole():
    pacing = LIBRARY.pacing()
    assert set(pacing.moves_ms) == {(before, after) for before in POSITIONS for after in POSITIONS}
    assert set(pacing.switch_ms) == set(POSITIONS)
