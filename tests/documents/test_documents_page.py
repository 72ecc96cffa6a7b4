"""docs/documents.md: its examples read, and it names every key there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from coach.routine.library import Library
from coach.routine.model import Movement, MovementStep, Routine, ShortForms, Wording
from coach.routine.movement_document import read_movement
from coach.routine.routine_document import STEP_WORDS
from coach.routine.wording_document import TITLES, read_pacing, read_wording
from coach.voice.lexicon import read_lexicon

PAGE = (Path(__file__).parents[2] / "docs" / "documents.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```yaml\n# ([a-z ]+)\n(.*?)```", PAGE, re.DOTALL))


def test_the_routine_reads_and_fits_the_shipped_movements():
    routine = Library().routine_from_text(EXAMPLES["routine"])
    assert all(getattr(routine, field.name) is not None for field in fields(Routine))


def test_the_movements_read():
    held = read_movement(EXAMPLES["movement"], "page")
    absent = {field.name for field in fields(Movement) if getattr(held, field.name) is None}
    assert absent == {"reps", "phases"}
    without = re.sub(r"(?m)^(sides|side_means|hold):.*\n", "", EXAMPLES["movement"])
    counted = read_movement(re.sub(r"\{(side|other)\}", "left", without) + EXAMPLES["movement part"], "page")
    assert counted.reps
    assert counted.phases


@pytest.mark.parametrize(
    ("example", "read"), [("wording", read_wording), ("lexicon", read_lexicon), ("pacing", read_pacing)]
)
def test_the_other_examples_read(example, read):
    assert read(EXAMPLES[example], "page")


def test_every_key_is_named():
    keys = {
        field.name.removesuffix("_ms") for kind in (Routine, Movement, ShortForms, Wording) for field in fields(kind)
    }
    keys |= {field.name.removesuffix("_ms") for field in fields(MovementStep)}
    keys |= {*STEP_WORDS, "for", "schema", "optional", "starts", "when", "instead"}
    assert {key for key in keys if not re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", PAGE)} == set()
    assert all(title in PAGE for title in TITLES)
