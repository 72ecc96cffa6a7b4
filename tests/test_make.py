"""Routines that are made: valid, right in length, within the rules of a good session; or refused with a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.audio.tones import TONE_LENGTHS_MS
from coach.errors import AskedError
from coach.make import NothingFits, Request, make
from coach.make.request import Speech
from coach.routine.adapt import Needs
from coach.routine.library import DATA, Library
from coach.routine.make_document import read_make
from coach.routine.model import BreatheStep, MovementStep
from coach.routine.write import routine_text
from coach.script.changes import changes
from coach.script.dose import dose_ms
from coach.script.fit import fit
from coach.script.outline import written
from coach.units import parse_minutes
from tests.making import LIBRARY, check, content_of, movements_of, request_of

MOMENTS = ("any", "pre-run", "post-run", "desk", "evening")


def made(moment="post-run", minutes=8.0, *, seed=0, **needs):
    request = Request(round(minutes * 60_000), moment, Needs(**needs), seed=seed)
    routine = make(LIBRARY, request)
    check(routine, request)
    return routine


def ids(routine):
    return [movement.id for movement in movements_of(routine)]


def dose_of(routine):
    content = content_of(routine, Request())
    return dose_ms(routine, content, written(routine, content))


def tried(seeds):
    """Make the requests with these numbers; return how many could be made and how many not."""
    refused = []
    for seed in seeds:
        request = request_of(seed)
        try:
            routine = make(LIBRARY, request)
        except NothingFits as error:
            refused.append((request, error))
        else:
            check(routine, request)
    for request, error in refused:
        assert error.exit_code == 2
        assert error.hint
        check_offer(request, error)
    return len(seeds) - len(refused), len(refused)


def check_offer(request, error):
    """What the hint says works does work."""
    if error.hint.startswith("--minutes"):
        offered_ms = parse_minutes(error.hint.split()[1])
        routine = make(LIBRARY, replace(request, length_ms=offered_ms))
        assert routine.length.default_ms == offered_ms


def test_requests_by_chance_are_made_right_or_refused_with_a_reason():
    could, could_not = tried(range(150))
    assert could > 100
    assert could_not > 0


@pytest.mark.soak
def test_two_thousand_requests_by_chance_are_made_right_or_refused_with_a_reason():
    could, could_not = tried(range(2000))
    assert could > 1500
    assert could_not > 20


@pytest.mark.parametrize("moment", MOMENTS)
def test_each_moment_has_a_usual_length_and_a_name(moment):
    routine = make(LIBRARY, Request(moment=moment))
    assert routine.moment == moment
    assert routine.id.startswith(f"made-{moment}-")
    assert routine.about
    assert routine.length.least_ms < routine.length.default_ms < routine.length.most_ms


def test_the_same_request_gives_the_same_text_and_a_seed_gives_others():
    texts = [routine_text(make(Library(), Request(600_000, "post-run", seed=seed))) for seed in (0, 0, 1, 2, 3)]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 2


def test_the_asked_length_is_done_as_it_is_written():
    for moment in MOMENTS:
        routine = make(LIBRARY, Request(moment=moment))
        content = content_of(routine, Request())
        fitted = fit(routine, content, Speech(100), TONE_LENGTHS_MS)
        assert [change for change in changes(routine, content, fitted.choices) if change.what != "breaths"] == []


@pytest.mark.parametrize("moment", ["any", "post-run", "evening"])
@pytest.mark.parametrize("seed", range(3))
def test_the_main_muscle_gets_a_minute_a_side_where_the_time_allows(moment, seed):
    assert dose_of(made(moment, 8, seed=seed))["iliopsoas"] >= 60_000


def test_there_are_few_movements_at_the_desk_and_around_a_run():
    assert len(set(ids(made("desk", 5)))) <= 3
    assert len(set(ids(made("post-run", 15)))) <= 4
    assert 2 <= len(set(ids(made("pre-run", 8)))) <= 5


def test_a_short_session_keeps_the_dose_and_leaves_out_variety():
    assert len(ids(made("post-run", 3))) < len(ids(made("post-run", 14)))


@pytest.mark.parametrize("seed", range(4))
def test_it_goes_from_the_feet_to_the_floor_once_and_ends_in_rest(seed):
    movements = movements_of(made("evening", 15, seed=seed))
    levels = [movement.position != "standing" for movement in movements]
    assert levels == sorted(levels)
    assert all(movement.kind != "rest" for movement in movements[:-1])
    assert any(movement.id == "half-kneeling-lunge" for movement in movements)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_held_before_a_run_and_small_comes_before_large(seed):
    movements = movements_of(made("pre-run", 7, seed=seed))
    assert all(movement.hold is None and movement.position == "standing" for movement in movements)
    kinds = [("dynamic", "strength").index(movement.kind) for movement in movements]
    assert kinds == sorted(kinds)


def test_the_main_movement_follows_knees_place_and_what_is_avoided():
    assert "half-kneeling-lunge" in ids(made("post-run", 8))
    assert "fencers-stretch" in ids(made("post-run", 8, avoid=frozenset({"kneeling"})))
    assert "fencers-stretch" in ids(made("post-run", 8, place="outdoors"))
    assert "standing-desk-lunge" in ids(made("post-run", 8, place="desk"))
    assert "fencers-stretch" in ids(made("desk", 3, avoid=frozenset({"standing-desk-lunge"})))


def test_everything_that_may_go_is_optional_and_the_main_movement_is_not():
    routine = made("post-run", 12)
    steps = [step for step in routine.steps if isinstance(step, MovementStep)]
    assert [step.movement for step in steps if not step.optional] == ["half-kneeling-lunge"]
    assert any(step.optional for step in steps)


@pytest.mark.parametrize("seed", range(3))
def test_pressure_only_with_the_ball_named_and_not_around_a_run(seed):
    pressure = {"ball-psoas-release", "weighted-psoas-release"}
    assert not pressure & set(ids(made("any", 10, seed=seed)))
    ball = frozenset({"ball"})
    assert pressure & set(ids(made("any", 10, seed=seed, kit=ball)))
    assert not pressure & set(ids(made("post-run", 10, seed=seed, kit=ball)))
    assert not pressure & set(ids(made("any", 10, seed=seed, kit=ball, avoid=frozenset({"pressure"}))))


def test_the_line_of_the_screen_takes_the_place_of_the_intro():
    assert made("any", 10, kit=frozenset({"ball"})).intro is None
    assert made("any", 10).intro


def test_kit_that_nobody_named_is_not_used_and_named_kit_is():
    kit = {k.name for m in movements_of(made("any", 12, seed=5)) for k in m.kit}
    assert kit <= {"mat", "wall"}
    assert "band-march" in ids(made("pre-run", 9, kit=frozenset({"band", "anchor"})))


def test_a_standing_session_says_nothing_about_lying():
    routine = made("evening", 8, place="outdoors")
    assert all(getattr(step, "position", None) in (None, "standing") for step in routine.steps)
    assert "Roll" not in routine_text(routine)


def test_breathing_opens_only_the_longer_sessions():
    assert not any(isinstance(step, BreatheStep) for step in made("post-run", 4).steps)
    assert any(isinstance(step, BreatheStep) for step in made("post-run", 9).steps)


def test_nothing_left_says_what_was_in_the_way():
    with pytest.raises(NothingFits) as caught:
        make(LIBRARY, Request(180_000, "desk", Needs(avoid=frozenset(LIBRARY.movement_ids()))))
    assert "standing-desk-lunge: you avoid it" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(("moment", "length_ms"), [("desk", 10_000), ("desk", 3_600_000), ("evening", 36_000_000)])
def test_a_length_that_cannot_be_offers_one_that_can(moment, length_ms):
    request = Request(length_ms, moment)
    with pytest.raises(NothingFits) as caught:
        make(LIBRARY, request)
    assert caught.value.hint.startswith("--minutes ")
    check_offer(request, caught.value)


def test_a_movement_of_ones_own_may_be_drawn(tmp_path):
    folder = tmp_path / "movements"
    folder.mkdir()
    text = (DATA / "movements" / "standing-ankle-grab.yaml").read_text(encoding="utf-8")
    (folder / "my-own.yaml").write_text(text.replace("id: standing-ankle-grab", "id: my-own"), encoding="utf-8")
    avoid = frozenset({"fencers-stretch", "standing-ankle-grab"})
    routine = make(Library(tmp_path), Request(240_000, "desk", Needs(place="outdoors", avoid=avoid)))
    assert [step.movement for step in routine.steps if isinstance(step, MovementStep)] == ["my-own"]


def test_the_table_names_movements_that_are_there():
    table = read_make((DATA / "make.yaml").read_text(encoding="utf-8"), "make.yaml")
    assert tuple(table.recipes) == MOMENTS
    for recipe in table.recipes.values():
        assert set(recipe.main) <= set(LIBRARY.movement_ids())


def test_a_table_with_mistakes_names_each_of_them():
    text = (DATA / "make.yaml").read_text(encoding="utf-8")
    wrong = text.replace("goal: counted", "goal: fast").replace("moment: desk", "moment: any")
    wrong = wrong.replace("step: {rest: 5s", "step: {movement: squat, hold: 5s", 1)
    with pytest.raises(AskedError) as caught:
        read_make(wrong, "make.yaml")
    told = str(caught.value)
    for part in (
        "goal must be held or counted",
        "'any' is here twice",
        "there is nothing for desk",
        "not written here",
    ):
        assert part in told
