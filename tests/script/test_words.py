"""Several wordings of a line are said in turn, the same for the same request."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from coach.routine.delivery import Delivery
from coach.routine.model import MovementStep
from coach.script.words import Words
from tests.script.test_talk import said, told

LINE = "One way. | Another way. | A third."


@given(key=st.text(max_size=20), times=st.integers(2, 12))
def test_no_wording_twice_in_a_row_and_all_in_turn(key: str, times: int) -> None:
    words = Words(key)
    spoken = [words.pick(LINE) for _ in range(times)]
    assert all(before != after for before, after in pairwise(spoken))
    assert len(set(spoken)) == min(times, 3)
    again = Words(key)
    assert [again.pick(LINE) for _ in range(times)] == spoken


def test_lines_take_turns_of_their_own():
    words = Words("a")
    first = words.pick(LINE)
    assert words.pick("Only one.") == "Only one."
    words.pick("A. | B.")
    assert words.pick(LINE) != first


def test_the_first_wording_depends_on_the_key():
    assert {Words(f"routine|{seed}").pick(LINE) for seed in range(20)} == {"One way.", "Another way.", "A third."}


def test_seeds_give_other_words_and_the_same_seed_the_same():
    step = MovementStep("fencers-stretch", sets=3)
    sessions = [told(step, delivery=Delivery(seed=seed)) for seed in (0, 0, 1, 2, 3)]
    assert sessions[0] == sessions[1]
    assert len({tuple(said(session, "setup") + said(session, "form")) for session in sessions}) > 1
