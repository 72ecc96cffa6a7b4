"""No document can crash the readers: mutants of valid ones give a value or a CoachError with places, never else."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.documents import parse
from coach.documents.files import decode
from coach.errors import CoachError, DocumentError
from coach.routine.library import DATA, Library
from coach.routine.movement_document import read_movement
from coach.routine.routine_document import read_routine
from coach.routine.wording_document import read_pacing, read_wording

SEEDS = {
    read_routine: ("routines/post-run-cooldown.yaml", "routines/strong-hips.yaml", "routines/five-minute-ball.yaml"),
    read_movement: ("movements/fencers-stretch.yaml", "movements/squat.yaml", "movements/ball-psoas-release.yaml"),
    read_wording: ("wording/en.yaml",),
    read_pacing: ("pacing.yaml",),
}
LIBRARY = Library()
TRAPS = (
    "12:30", "1:30", "no", "on", "010", "0x1f", "1e309", ".inf", ".nan", "3-1-1", "2024-01-02", "~", "null", "true",
    "&a ", "*a", "!!str ", "!", "<<: ", "? ", ": ", "- ", "---\n", "...\n", "%YAML 1.2\n", "|", ">-\n", '"', "'", "{",
    "}", "[", "]", ",", "#", "\t", "\n", "\r", "\x00", "\x1b", "\x85", "\u2028", "\ufeff", "\ud800", "\U0001f600", "é",
    "\\", "\\u0000", "\\ud800", "{side}", "{", "{{", "9" * 5000, "-1", "0s", "1h1m", "0.0001s", "x" * 1200, "[" * 30,
    "- " * 30, "{a: " * 30, "schema: 2\n", "talk: a\n", "  ", "@", "`", "=", "45", "45s",
)  # fmt: skip


def mutant(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        lines = text.split("\n")
        at, line = chance.randrange(len(text) + 1), chance.randrange(len(lines))
        match chance.randrange(9):
            case 0:
                text = text[:at] + text[at + chance.randrange(1, 12) :]
            case 1:
                text = text[:at] + chance.choice(TRAPS) + text[at:]
            case 2:
                text = text[:at] + chr(chance.randrange(0x10FFFF)) + text[at + 1 :]
            case 3:
                lines[line] = lines[line].partition(":")[0] + ": " + chance.choice(TRAPS)
                text = "\n".join(lines)
            case 4:
                del lines[line]
                text = "\n".join(lines)
            case 5:
                lines.insert(line, chance.choice(lines))
                text = "\n".join(lines)
            case 6:
                lines[line] = " " * chance.randrange(9) + lines[line].lstrip()
                text = "\n".join(lines)
            case 7:
                text = text[:at]
            case _:
                end = chance.randrange(at, min(len(text), at + 200) + 1)
                text = text[:end] + text[at:end] * chance.randrange(1, 4) + text[end:]
    return text


def outcome(read, text: str, library: Library) -> CoachError | None:
    """Read a mutant; return the error of this project that it gave. Any other error goes through."""
    try:
        if read is read_routine:
            library.routine_from_text(text, "m.yaml")
        else:
            read(text, "m.yaml")
    except CoachError as error:
        return error
    return None


def check(error: CoachError | None, text: str) -> str:
    """Return what came of a mutant; a poor error fails the test."""
    if error is None:
        return "read"
    assert isinstance(error, DocumentError), f"{type(error).__name__} for a text: {error}"
    assert error.problems
    last_line = text.count("\n") + text.count("\r") + 2
    for problem in error.problems:
        assert str(problem).isprintable(), problem
        assert 1 <= problem.line <= last_line
        assert problem.column >= 1
    return "refused"


def campaign(count: int, seed: int) -> tuple[dict[str, int], float]:
    chance, library = random.Random(seed), Library()
    pairs = [(read, (DATA / name).read_text(encoding="utf-8")) for read, names in SEEDS.items() for name in names]
    came, worst_s = {"read": 0, "refused": 0}, 0.0
    for _ in range(count):
        read, text = chance.choice(pairs)
        text = mutant(text, chance)
        begun_s = time.process_time()
        error = outcome(read, text, library)
        worst_s = max(worst_s, time.process_time() - begun_s)
        came[check(error, text)] += 1
    return came, worst_s


def test_mutants_are_read_or_refused():
    came, _ = campaign(2_000, 7)
    assert came["read"] > 100, "the mutants are too wild to reach the readers"
    assert came["refused"] > 500


@pytest.mark.soak
def test_a_hundred_thousand_mutants_are_read_or_refused():
    came, worst_s = campaign(100_000, 11)
    assert sum(came.values()) == 100_000
    assert worst_s < 0.5


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_tree_or_a_document_error(text):
    check(outcome(parse, text, LIBRARY), text)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_text_or_a_coach_error(raw):
    error = outcome(lambda raw, path: parse(decode(raw, path), path), raw, LIBRARY)
    assert error is None or (error.exit_code == 2 and str(error))


SLOW = {
    "brackets": "[" * 250_000,
    "braces": "{" * 250_000,
    "nested pairs": "[{" * 120_000,
    "dashes": "- " * 125_000,
    "questions": "? " * 125_000,
    "colons": ": " * 125_000,
    "quotes": '"' * 250_000,
    "open quote": '"' + "a\n" * 120_000,
    "plain lines": "a: b\n" + " c\n" * 80_000,
    "blank lines": "a: |\n" + "\n" * 250_000,
    "spaces": " " * 250_000,
    "hashes": "#" * 250_000,
    "keys": "schema: 1\n" + "".join(f"k{n}: v\n" for n in range(9_990)),
    "same key": "a: 1\n" * 9_000,
    "near keys": "schema: 1\n" + "".join(f"nam{n}: v\n" for n in range(9_990)),
    "steps": "schema: 1\nid: a\nname: a\nsteps:\n" + "- {tolk: a}\n" * 6_000,
    "anchors": "".join(f"k{n}: &a{n} v\n" for n in range(9_000)),
    "percent": "%" * 250_000,
    "digits": "schema: " + "9" * 250_000,
    "long text": "schema: 1\nid: " + "a " * 120_000,
    "placeholders": "schema: 1\nname: '" + "{side}" * 40_000 + "'\n",
    "open placeholders": "schema: 1\nname: '" + "{" * 250_000 + "'\n",
}


@pytest.mark.soak
@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("read", list(SEEDS))
def test_no_input_is_slow(name, read):
    begun_s = time.process_time()
    with pytest.raises(DocumentError):
        read(SLOW[name], "s.yaml")
    assert time.process_time() - begun_s < 2
