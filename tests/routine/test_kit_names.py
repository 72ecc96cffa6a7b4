"""What people call things: `coach list --kit` and its kin understand the household's words."""

from __future__ import annotations

import pytest

from coach.documents import read_file
from coach.errors import DocumentError, UnknownName
from coach.routine.adapt import kit_words
from coach.routine.kit_names import at_hand, read_kit_names
from coach.routine.library import DATA, Library
from coach.routine.model import Kit

KITS = [kit for movement in Library().movements()[0] for kit in movement.kit]
NAMES = read_kit_names(read_file(DATA / "kit.yaml"), "kit.yaml")


def test_every_name_of_the_table_means_a_thing_that_a_shipped_movement_asks_for():
    known = {word for kit in KITS for word in kit_words(kit)}
    assert set().union(*NAMES.values()) <= known


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("weight", {"kettlebell", "dumbbell"}),
        ("weights", {"kettlebell", "dumbbell"}),
        ("dumbbells", {"dumbbell"}),
        ("yoga-mat", {"mat"}),
        ("yoga mat", {"mat"}),
        ("yoga-block", {"yoga", "block"}),
        ("bands", {"band"}),
        ("theraband", {"band"}),
        ("towel", set()),
        ("towels", set()),
    ],
)
def test_household_words_mean_the_things(said, meant):
    assert at_hand([said, "ball"], KITS, NAMES) == meant | {"ball"}


@pytest.mark.parametrize(("said", "near"), [("wieght", "weight"), ("bal", "ball"), ("yoga-matt", "yoga mat")])
def test_an_unknown_word_is_told_with_what_may_be_meant(said, near):
    with pytest.raises(UnknownName) as caught:
        at_hand([said], KITS, NAMES)
    assert near in caught.value.close


@pytest.mark.parametrize("said", ["s", "-", "trampoline", "mat-trampoline"])
def test_what_no_movement_uses_is_refused(said):
    with pytest.raises(UnknownName):
        at_hand([said], [Kit("mat")], NAMES)


def test_a_name_that_is_there_twice_is_a_problem():
    text = "schema: 1\nthings: [{means: [a], called: [x]}, {means: [b], called: [x]}]\n"
    with pytest.raises(DocumentError, match="'x' is here twice"):
        read_kit_names(text, "kit.yaml")
