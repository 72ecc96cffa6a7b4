"""Every document that is shipped reads, fits its neighbours and is found by its id."""

from __future__ import annotations

import pytest

from coach.documents import read_file
from coach.routine.library import DATA, Library
from coach.routine.movement_document import POSITIONS
from coach.voice.lexicon import read_lexicon

LIBRARY = Library()


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
