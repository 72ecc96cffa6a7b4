"""The wording of a language and the pacing table."""

from __future__ import annotations

import pytest

from coach.routine.library import DATA
from coach.routine.movement_document import POSITIONS
from coach.routine.wording_document import read_pacing, read_wording
from tests.routine.documents import problems_of

ROW = "{standing: 6s, kneeling: 9s, hands-and-knees: 12s, prone: 12s, supine: 12s}"
PACING = f"""\
schema: 1
moves:
{"".join(f"  {position}: {ROW}" + chr(10) for position in POSITIONS)}switch: {ROW}
kit: 4s
silence: 2.5s
pause: 350ms
breath: {{in: 4s, out: 6s}}
halfway_from: 20s
pretone_after: 5s
"""


def wording_text() -> str:
    return (DATA / "wording" / "en.yaml").read_text(encoding="utf-8")


def test_the_pacing_table():
    pacing = read_pacing(PACING, "p.yaml")
    assert len(pacing.moves_ms) == 25
    assert pacing.moves_ms["supine", "kneeling"] == 9_000
    assert pacing.switch_ms["prone"] == 12_000
    assert (pacing.kit_ms, pacing.silence_ms, pacing.pause_ms) == (4000, 2500, 350)
    assert (pacing.breath_in_ms, pacing.breath_out_ms) == (4000, 6000)
    assert (pacing.halfway_from_ms, pacing.pretone_after_ms) == (20_000, 5000)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kit: 4s", "kit: 4", "9:6: kit: a time needs its unit: write 4s for seconds or 4m for minutes"),
        ("  prone: " + ROW + "\n", "", "3:3: the key 'prone' is missing (moves needs it)"),
        ("switch: {standing: 6s, ", "switch: {", "8:9: the key 'standing' is missing (switch needs it)"),
        ("{in: 4s, out: 6s}", "10s", "12:9: breath must be keys with values, found '10s' (write key: value)"),
        ("silence: 2.5s", "silnce: 2.5s", "10:1: unknown key 'silnce' in a pacing table (did you mean 'silence'?)"),
    ],
)
def test_one_problem_of_the_pacing(old, new, message):
    assert PACING.count(old) >= 1
    assert problems_of(read_pacing, PACING.replace(old, new, 1)) == [f"d.yaml:{message}"]


def test_the_wording():
    wording = read_wording(wording_text(), "en.yaml")
    assert wording.language == "en"
    assert wording.counts[0] == "One"
    assert wording.sides == {"left": "left", "right": "right"}
    assert wording.titles["outro"] == "Close"


def test_problems_of_a_wording():
    text = wording_text().replace("halfway: Halfway.", "halfway: Halfway, {side}.")
    text = text.replace("sides: {left: left, right: right}", "sides: {left: left}\nnod: x")
    text = text.replace(" talk: Talk", " tlak: Talk")
    said = [line.split(": ", 1)[1] for line in problems_of(read_wording, text)]
    assert said == [
        "{side} cannot be used in this text (write the words themselves)",
        "the key 'right' is missing (sides needs it)",
        "unknown key 'nod' in a wording",
        "unknown key 'tlak' in titles (did you mean 'talk'?)",
    ]


@pytest.mark.parametrize("key", ["halfway", "breathe_in", "session_safety", "counts"])
def test_what_is_said_has_a_word(key):
    lines = wording_text().splitlines()
    number = next(i for i, line in enumerate(lines) if line.startswith(f"{key}:"))
    lines[number] = f'{key}: ["One", "?"]' if key == "counts" else f'{key}: "..."'
    after = next(i for i in range(number + 1, len(lines)) if not lines[i].startswith((" ", "-")))
    said = problems_of(read_wording, "\n".join(lines[: number + 1] + lines[after:]) + "\n")
    assert [line.split(": ", 1)[1] for line in said] == [
        f"there is nothing to say in '{'?' if key == 'counts' else '...'}' (write a word, or delete it)"
    ]
