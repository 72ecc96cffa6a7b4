"""A routine that is written and read again is the same routine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.routine.library import Library
from coach.routine.model import (
    BlockStep,
    BreatheStep,
    LengthRange,
    MovementStep,
    ReflectStep,
    RestStep,
    Routine,
    TalkStep,
    Tempo,
)
from coach.routine.routine_document import collect_routine, read_routine
from coach.routine.write import routine_text

LIBRARY = Library()
POSITIONS = ("standing", "kneeling", "hands-and-knees", "prone", "supine")
AWKWARD = (
    ": ", " #", "'", '"', "\\", "- ", "true", "no", "12", "1:30", "&a", "*b", "!c", "%", "@", "`", "[x]",
    "é", "日本", "🙂", "null", "~", "---", "?", ">-", "|x", "a: b",
)  # fmt: skip

# What no document may hold is left out, and what means something else in a text: placeholders, other wordings.
REFUSED = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
characters = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="{}|" + REFUSED)
lines = st.one_of(
    st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=12).map(" ".join),
    st.text(characters, min_size=1, max_size=40),
    st.lists(st.sampled_from(("tail", "down", "the:", "#hip", "-")), min_size=30, max_size=90).map(" ".join),
)
names = lines.map(lambda text: " ".join(text.split())[:100].strip() or "a")
texts = names.map(lambda text: text.replace("|", " ").strip() or "a").map(lambda text: " ".join(text.split()))
# Every wording has something to say.
spoken = texts.map(lambda text: text if any(letter.isalnum() for letter in text) else f"{text} hold")
worded = st.lists(spoken, min_size=1, max_size=3).map(" | ".join)
ms = st.integers(1, 3_600_000)
ids = st.sampled_from(("null", "true", "12")) | st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,6})?", fullmatch=True)
places = st.none() | st.sampled_from(POSITIONS)
tempos = st.builds(Tempo, *(st.integers(0, 9) for _ in range(2)), st.integers(1, 9), st.integers(0, 9))
held = st.builds(
    MovementStep, ids, hold_ms=st.none() | ms, sets=st.none() | st.integers(1, 10), rest_ms=st.none() | ms,
    say=st.none() | worded, optional=st.booleans(),
)  # fmt: skip
counted = st.builds(
    MovementStep,
    ids,
    reps=st.integers(1, 100),
    tempo=st.none() | tempos,
    say=st.none() | worded,
    optional=st.booleans(),
)
leaves = st.one_of(
    st.builds(TalkStep, worded, st.booleans(), places),
    st.builds(BreatheStep, st.integers(1, 100), st.none() | worded, st.booleans(), places),
    st.builds(RestStep, ms, st.none() | worded, st.booleans(), places),
    st.builds(ReflectStep, worded, ms, st.booleans(), places),
    held,
    counted,
)
blocks = st.builds(BlockStep, st.integers(1, 3), st.lists(leaves, min_size=1, max_size=3).map(tuple), st.booleans())
outer = st.builds(BlockStep, st.integers(1, 3), st.lists(blocks, min_size=1, max_size=2).map(tuple), st.booleans())
lengths = st.tuples(ms, ms, ms).map(sorted).map(lambda d: LengthRange(d[1], d[0], d[2]))


routines = st.builds(
    Routine,
    id=ids,
    name=names,
    steps=st.lists(st.one_of(leaves, leaves, blocks, outer), min_size=1, max_size=6).map(tuple),
    moment=st.sampled_from(("any", "pre-run", "post-run", "desk", "evening")),
    length=st.none() | lengths,
    intro=st.none() | worded,
    outro=st.none() | worded,
    language=st.sampled_from(("en", "de", "pt-BR")),
    bed=st.sampled_from(("comfort", "none")),
    tones=st.sampled_from(("soft", "none")),
    about=st.none() | names,
)


@given(routines, st.lists(st.text(characters, max_size=20), max_size=3))
def test_what_is_written_is_read_back_the_same(routine, comments):
    text = routine_text(routine, comments, {0: "a note: here"})
    document, problems = collect_routine(text, "d.yaml")
    # Texts by chance may be too many or the steps too long; the reader still has to see the same values.
    assert [problem.what for problem in problems if "4 hours" not in problem.what] == []
    assert document.value == routine


@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_every_shipped_routine_survives(name):
    routine = LIBRARY.routine(name)
    assert read_routine(routine_text(routine), "d.yaml") == routine


def test_a_text_is_only_in_quotes_where_it_must_be():
    steps = (TalkStep("Stand tall, and breathe."), TalkStep("Now: breathe."), TalkStep("true"))
    text = routine_text(Routine("my-own", "My own", steps))
    assert "  - talk: Stand tall, and breathe.\n" in text
    assert '  - talk: "Now: breathe."\n' in text
    assert '  - talk: "true"\n' in text


def test_a_long_text_is_folded_and_no_line_is_long():
    routine = Routine("my-own", "My own", (TalkStep(" ".join(["Feel both feet on the ground."] * 30)),))
    text = routine_text(routine)
    assert max(map(len, text.splitlines())) <= 120
    assert read_routine(text, "d.yaml") == routine
