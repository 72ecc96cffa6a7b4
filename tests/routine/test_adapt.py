"""A routine fitted to a person and a place: what is replaced, what is left out, and that it still is a session."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.routine.adapt import AVOIDABLE, PLACES, Needs, Swap, adapt, possible, unfit
from coach.routine.library import Library
from coach.routine.model import BlockStep, BreatheStep, MovementStep, ReflectStep, RestStep, Routine, TalkStep, Without

LIBRARY = Library()
find = LIBRARY.movement


def made_of(*steps) -> Routine:
    return Routine(id="small", name="Small", steps=steps)


def movements_of(routine: Routine) -> list[str]:
    return [step.movement for step in routine.steps if isinstance(step, MovementStep)]


def test_nothing_asked_changes_nothing():
    routine = LIBRARY.routine("post-run-cooldown")
    assert adapt(routine, Needs(), find) == (routine, ())
    assert adapt(routine, Needs(place="floor"), find)[1] == ()


def test_the_floor_is_replaced_and_the_muscle_keeps_its_sets():
    routine = made_of(MovementStep("fencers-stretch", sets=1), MovementStep("supine-psoas-lengthener", sets=2))
    adapted, swaps = adapt(routine, Needs(avoid=frozenset(["floor"])), find)
    assert adapted.steps == (MovementStep("fencers-stretch", sets=3),)
    assert swaps == (Swap("supine-psoas-lengthener", "fencers-stretch", "it is done on the floor"),)


def test_a_movement_may_be_avoided_by_name():
    routine = made_of(MovementStep("half-kneeling-lunge", hold_ms=45_000))
    adapted, swaps = adapt(routine, Needs(avoid=frozenset(["half-kneeling-lunge"])), find)
    assert adapted.steps == (MovementStep("wall-lunge", hold_ms=45_000),)
    assert swaps[0].reason == "you avoid it"


ON_ONE_LEG = ("tree-pose", "leg-swing", "standing-ankle-grab", "knee-hug-march", "band-march", "walking-lunge")


@pytest.mark.parametrize("name", ON_ONE_LEG)
def test_who_avoids_balance_is_not_asked_to_stand_on_one_leg(name):
    needs = Needs(avoid=frozenset(["balance"]))
    assert unfit(find(name), needs) == "it needs balance"
    instead = possible(find(name), needs, find)
    assert instead
    assert instead.id not in ON_ONE_LEG


@pytest.mark.parametrize("name", LIBRARY.movement_ids())
def test_every_movement_is_possible_somehow_or_left_out_and_told(name):
    """Every movement, in every place, with everything that can be avoided: nobody gets what they cannot do."""
    words = [*AVOIDABLE, *LIBRARY.movement_ids()]
    kits = (None, frozenset(), frozenset(["mat"]))
    for place, avoided, kit in product((None, *PLACES), (None, *words), kits):
        needs = Needs(place, kit, frozenset([avoided] if avoided else []))
        adapted, swaps = adapt(made_of(MovementStep(name)), needs, find)
        done = movements_of(adapted)
        if unfit(find(name), needs) is None:
            assert (done, swaps) == ([name], ())
            continue
        assert [(swap.movement, swap.instead) for swap in swaps] == [(name, done[0] if done else None)]
        assert swaps[0].reason
        assert all(unfit(find(movement), needs) is None for movement in done)
        # Only what has nothing like it on the feet is given up.
        chain = followed(name)
        assert done or all(unfit(find(other), needs) for other in chain)


def followed(name: str) -> list[str]:
    chain: list[str] = []
    while (following := find(chain[-1] if chain else name).instead) is not None:
        assert following not in (name, *chain), "stand-ins go round in a circle"
        chain.append(following)
    return chain


def test_a_movement_may_ask_what_its_kind_does_not_show():
    asking = replace(find("squat"), asks=("kneeling", "pressure"))
    for word in ("kneeling", "pressure"):
        assert unfit(asking, Needs(avoid=frozenset([word])))
        assert unfit(find("squat"), Needs(avoid=frozenset([word]))) is None


def test_two_that_become_one_are_as_long_together_as_they_were():
    routine = made_of(
        MovementStep("fencers-stretch", hold_ms=30_000, sets=1),
        MovementStep("supine-psoas-lengthener", hold_ms=45_000, sets=1),
    )
    adapted, _ = adapt(routine, Needs(avoid=frozenset(["floor"])), find)
    assert adapted.steps == (MovementStep("fencers-stretch", hold_ms=38_000, sets=2),)


def test_a_leg_keeps_its_repetitions_where_sides_no_longer_alternate():
    avoiding = Needs(avoid=frozenset(["walking-lunge"]))
    adapted, _ = adapt(made_of(MovementStep("walking-lunge", reps=12, sets=1)), avoiding, find)
    assert adapted.steps == (MovementStep("lunge", reps=6, sets=1),)


def test_more_of_the_same_for_another_muscle_is_left_out():
    adapted, swaps = adapt(LIBRARY.routine("strong-hips"), Needs(avoid=frozenset(["balance"])), find)
    assert Swap("band-march", None, "it needs balance") in swaps
    assert [step.sets for step in adapted.steps if isinstance(step, MovementStep)] == [3, 2, 2, 1]


def test_outdoors_nobody_lies_down():
    lying = (
        MovementStep("fencers-stretch"),
        TalkStep("Roll to one side.", position="supine"),
        RestStep(20_000, say="Lie still.", position="supine"),
        BreatheStep(4, say="Knees bent.", position="supine"),
        ReflectStep("What is different?", 5000, position="supine"),
        TalkStep("Well done."),
    )
    adapted, _ = adapt(made_of(*lying), Needs(place="outdoors"), find)
    assert adapted.steps == (
        MovementStep("fencers-stretch"),
        RestStep(20_000),
        BreatheStep(4),
        ReflectStep("What is different?", 5000),
        TalkStep("Well done."),
    )


def test_a_household_thing_is_always_at_hand():
    ball = find("ball-psoas-release")
    assert all(kit.substitute for kit in ball.kit)
    assert unfit(ball, Needs(kit=frozenset())) is None


def test_a_stand_in_on_the_feet_comes_before_the_floor():
    routine = made_of(
        MovementStep("standing-ankle-grab"), MovementStep("glute-bridge"), MovementStep("half-kneeling-lunge")
    )
    adapted, _ = adapt(routine, Needs(avoid=frozenset(["kneeling"])), find)
    assert movements_of(adapted) == ["standing-ankle-grab", "wall-lunge", "glute-bridge"]


def test_a_block_that_is_left_empty_goes():
    routine = made_of(BlockStep(2, (MovementStep("squat"),)), TalkStep("Done."))
    movement = find("squat")
    gone = Needs(avoid=frozenset([movement.id, *([movement.instead] if movement.instead else [])]))
    adapted, swaps = adapt(routine, gone, find)
    assert len(swaps) == 1
    if swaps[0].instead is None:
        assert adapted.steps == (TalkStep("Done."),)


def test_chains_of_stand_ins_end():
    for name in LIBRARY.movement_ids():
        everything = Needs(avoid=frozenset(LIBRARY.movement_ids()))
        assert possible(find(name), everything, find) is None
        assert possible(find(name), Needs(), find) == find(name)


needs = st.builds(
    Needs,
    place=st.sampled_from((None, "desk", "floor", "outdoors")),
    kit=st.none() | st.frozensets(st.sampled_from(("band", "ball", "mat", "block", "anchor", "weight"))),
    avoid=st.frozensets(st.sampled_from((*AVOIDABLE, "fencers-stretch", "squat", "glute-bridge"))),
)


@given(wanted=needs, name=st.sampled_from(LIBRARY.routine_ids()))
def test_what_is_left_can_be_done_and_what_is_gone_is_told(wanted: Needs, name: str) -> None:
    routine = LIBRARY.routine(name)
    adapted, swaps = adapt(routine, wanted, find)
    after = movements_of(adapted)
    assert all(unfit(find(movement), wanted) is None for movement in after)
    told = {swap.movement for swap in swaps}
    assert set(movements_of(routine)) - set(after) <= told
    assert {swap.instead for swap in swaps} - {None} <= set(after)
    # From the feet to the floor once, as it was written.
    standing = [find(movement).position == "standing" for movement in after]
    assert sum(before != then for before, then in pairwise(standing)) <= 1


def test_who_stands_is_not_welcomed_lying_down():
    adapted, _ = adapt(LIBRARY.routine("bedtime-supine"), Needs(place="desk"), find)
    assert adapted.intro is None
    kept, _ = adapt(LIBRARY.routine("post-run-cooldown"), Needs(avoid=frozenset(["floor"])), find)
    assert kept.intro == LIBRARY.routine("post-run-cooldown").intro


@pytest.mark.parametrize("name", ["post-run-cooldown", "desk-break"])
def test_the_cooldown_stays_on_the_feet_outdoors(name):
    adapted, _ = adapt(LIBRARY.routine(name), Needs(place="outdoors"), find)
    assert "fencers-stretch" in movements_of(adapted)


@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_the_first_words_name_nothing_that_was_replaced(name):
    """Whoever has no band, no wall or no floor is not welcomed with it."""
    routine = LIBRARY.routine(name)
    assert adapt(routine, Needs(), find)[0].intro == routine.intro
    for word, movement in (("band", "band-march"), ("wall", "leg-swing"), ("wall", "tree-pose"), ("lie", "cobra")):
        wanted = {movement, *(["standing-ankle-grab"] if word == "wall" else [])}
        avoid = {"floor"} if word == "lie" else wanted
        adapted, swaps = adapt(routine, Needs(avoid=frozenset(avoid)), find)
        if wanted & {swap.movement for swap in swaps}:
            assert f" {word}" not in f" {adapted.intro}".lower()


def test_the_first_that_is_missing_says_the_other_words():
    routine = replace(
        made_of(MovementStep("squat"), MovementStep("lunge")),
        intro="Both.",
        outro="Done.",
        without=(Without(("lunge",), intro="No lunge."), Without(("squat", "lunge"), intro="Neither.", outro="End.")),
    )
    adapted, _ = adapt(routine, Needs(avoid=frozenset(["lunge"])), find)
    assert (adapted.intro, adapted.outro) == ("No lunge.", "End.")
    adapted, _ = adapt(routine, Needs(avoid=frozenset(["squat"])), find)
    assert (adapted.intro, adapted.outro) == ("Neither.", "End.")


def test_who_does_not_kneel_rests_otherwise_too():
    kneeling = made_of(RestStep(20_000, say="Kneel and breathe.", position="kneeling"), MovementStep("fencers-stretch"))
    adapted, _ = adapt(kneeling, Needs(avoid=frozenset(["kneeling"])), find)
    assert adapted.steps[0] == RestStep(20_000)


def test_floor_work_in_a_block_counts_as_the_floor():
    block = BlockStep(3, (MovementStep("supine-twist"),))
    adapted, _ = adapt(made_of(block, MovementStep("half-kneeling-lunge")), Needs(avoid=frozenset(["kneeling"])), find)
    assert adapted.steps == (MovementStep("wall-lunge"), block)
