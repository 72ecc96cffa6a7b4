"""Movement documents: what every key becomes, and what is said when keys do not fit together."""

from __future__ import annotations

import pytest

from coach.routine.model import Caution, HoldDose, Kit, Phases, RepsDose, Screen, SetsDose, ShortForms, Tempo, Version
from coach.routine.movement_document import read_movement
from tests.routine.documents import COUNTED, HELD, changed, problems_of


def test_a_held_movement():
    movement = read_movement(HELD, "d.yaml")
    assert (movement.id, movement.name, movement.kind) == ("side-lunge", "Side lunge", "static")
    assert movement.hold == HoldDose(30_000, 10_000, 60_000)
    assert movement.reps is None
    assert movement.sets == SetsDose(1, 1, 4)
    assert movement.setup == ("Step the {side} foot back.", "Bend the {other} knee.")
    assert (movement.kit, movement.exit, movement.caution, movement.short) == ((), (), (), ShortForms())


def test_a_counted_movement():
    movement = read_movement(COUNTED, "d.yaml")
    assert movement.reps == RepsDose(8, 5, 15, Tempo(3, 0, 1, 0), "eccentric")
    assert movement.sets == SetsDose(2, 1, 4)
    assert movement.phases == Phases("Down", "Up")


def test_every_other_key():
    more = """\
kit: [mat, {name: yoga block, instead: a firm cushion}]
short: {setup: "{side} leg back.", form: Heel heavy.}
fault: Turn the toes in.
exit: [Both feet flat., Lift the hips.]
easier: Shorter stride.
harder: {text: Reach up., say: "Reach the {side} arm up."}
instead: fencers-stretch
caution:
  - Ease off if it pinches.
  - {say: Eyes open., when: work}
note: Calf soreness, shorten the stride.
screen: {text: Who should not., say: Skip it today.}
"""
    movement = read_movement(HELD + more, "d.yaml")
    assert movement.kit == (Kit("mat"), Kit("yoga block", "a firm cushion"))
    assert movement.short == ShortForms(setup="{side} leg back.", form="Heel heavy.")
    assert movement.exit == ("Both feet flat.", "Lift the hips.")
    assert (movement.fault, movement.easier) == ("Turn the toes in.", Version("Shorter stride."))
    assert movement.harder == Version("Reach up.", "Reach the {side} arm up.")
    assert movement.instead == "fencers-stretch"
    assert movement.caution == (Caution("Ease off if it pinches."), Caution("Eyes open.", "work"))
    assert movement.note == "Calf soreness, shorten the stride."
    assert movement.screen == Screen("Who should not.", "Skip it today.")


def test_short_ways_to_write_a_dose():
    held = changed(HELD, "{default: 30s, least: 10s, most: 60s}", "30s")
    assert read_movement(held, "d").hold == HoldDose(30_000, 30_000, 30_000)
    held = changed(HELD, "{default: 30s, least: 10s, most: 60s}", "{default: 30s, most: 1:00}")
    assert read_movement(held, "d").hold == HoldDose(30_000, 30_000, 60_000)
    counted = changed(COUNTED, "sets: {default: 2, least: 1, most: 4}", "sets: 3")
    assert read_movement(counted, "d").sets == SetsDose(3, 3, 3)
    counted = changed(COUNTED, "tempo: 3-0-1-0", "tempo: 3-0-1-0, starts: concentric")
    reps = read_movement(counted, "d").reps
    assert reps is not None
    assert reps.starts == "concentric"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("hold: {default: 30s, least: 10s, most: 60s}\n", "", "1:1: a movement needs a goal "
         "(write hold: 30s, or reps with a tempo)"),
        ("hold: {default: 30s, ", "hold: {default: 30, ", "11:17: hold default: a time needs its unit: "
         "write 30s for seconds or 30m for minutes"),
        ("default: 30s", "default: 5s", "11:7: hold: least, default and most are not in order "
         "(least must not exceed default, nor default most)"),
        ("most: 60s", "most: 20s", "11:7: hold: least, default and most are not in order "
         "(least must not exceed default, nor default most)"),
        ("most: 60s", "most: 2h", "11:40: hold most must be at most 1h, found 2h"),
        ("{default: 30s, least: 10s", "{least: 10s", "11:7: the key 'default' is missing (hold needs it)"),
        ("sides: each\n", "sides: eahc\n", "9:8: sides must be each, both or alternate, found 'eahc' "
         "(did you mean 'each'?)"),
        ("side_means: back leg\n", "", "9:8: sides: each needs side_means (write side_means: back leg)"),
        ("sides: each\nside_means: back leg", "sides: alternate", "9:8: sides: alternate needs reps "
         "(write sides: each for a hold)"),
        ("place: none", "place: outside", "8:8: place must be none, wall, desk or mat, found 'outside'"),
        ("position: standing", "position: supin", "7:11: position must be standing, kneeling, hands-and-knees, "
         "prone or supine, found 'supin' (did you mean 'supine'?)"),
        ("kind: static", "kind: stretch", "5:7: kind must be static, dynamic, strength, pressure, balance or rest, "
         "found 'stretch' (did you mean 'strength'?)"),
        ("muscles: [iliopsoas]", "muscles: iliopsoas", "6:10: muscles must be a list, found 'iliopsoas' "
         "(begin each item with '- ' on its own line)"),
        ("id: side-lunge", "id: Side lunge", "2:5: id cannot be 'Side lunge' "
         "(use small letters, digits and dashes, at most 64, as in hip-hinge)"),
        ("name: Side lunge", "name: Side {side} lunge", "3:7: {side} cannot be used in this text "
         "(write the words themselves)"),
        ("Keep the {side} heel", "Keep the {sied} heel", "16:7: {sied} cannot be used in this text "
         "({side} or {other} can be used)"),
        ("Keep the {side} heel", "Keep the {side heel", "16:7: a single { in a text "
         "(delete it, or write a placeholder such as {side})"),
        ("form: Keep the {side} heel heavy.\n", "", "1:1: the key 'form' is missing (a movement needs it)"),
        ("form: Keep", "from: Keep", "16:1: unknown key 'from' in a movement (did you mean 'form'?)"),
        ("form: Keep the {side} heel heavy.", "form: {side} heel heavy.", "16:14: this line does not fit "
         "the ones above (check the indentation, quotes and commas)"),
    ],
)  # fmt: skip
def test_one_problem_of_a_held_movement(old, new, message):
    assert problems_of(read_movement, changed(HELD, old, new)) == [f"d.yaml:{message}"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tempo: 3-0-1-0", "tempo: 3-0-1", "10:47: tempo must be four numbers of seconds joined by dashes, "
         "found '3-0-1' (write eccentric, pause, concentric, pause, as in 3-1-1-0)"),
        ("tempo: 3-0-1-0", "tempo: 3010", "10:47: tempo must be four numbers of seconds joined by dashes, "
         "found the number 3010 (write eccentric, pause, concentric, pause, as in 3-1-1-0)"),
        ("tempo: 3-0-1-0", "tempo: 0-0-0-0", "10:47: tempo: one repetition must last from 1 to 60 seconds, "
         "found 0-0-0-0"),
        (", tempo: 3-0-1-0", "", "10:7: the key 'tempo' is missing (reps needs it)"),
        ("{default: 8, least: 5, most: 15, tempo: 3-0-1-0}", "8", "10:7: reps need a tempo "
         "(write reps: {default: 8, least: 5, most: 12, tempo: 3-0-1-0})"),
        ("most: 15", "most: 101", "10:36: reps most must be from 1 to 100, found 101"),
        ("default: 8", "default: 0", "10:17: reps default must be from 1 to 100, found 0"),
        ("most: 4", "most: 11", "11:36: sets most must be from 1 to 10, found 11"),
        ("phases: {eccentric: Down, concentric: Up}\n", "", "10:7: reps need the words that pace them "
         "(write phases: {eccentric: Down, concentric: Up})"),
        ("form: Spine long.", "form: Spine {side}.", "15:7: {side} cannot be used in this text "
         "(write the words themselves)"),
        ("sides: both", "sides: both\nside_means: front leg", "10:13: side_means has no meaning when both sides work "
         "at once (delete it)"),
        ("sides: both\nreps: {default: 8, least: 5, most: 15", 
         "sides: alternate\nreps: {default: 8, least: 5, most: 14",
         "10:7: reps: least is 5, and sides that alternate need an even number (write 6)"),
        ("sets: {", "hold: 30s\nsets: {", "10:7: a movement has hold or reps, not both (delete one of them)"),
        ("release: Stand and rest.", "release: Stand.\nscreen: {text: Who.}", "18:9: the key 'say' is missing "
         "(screen needs it)"),
        ("release: Stand and rest.", "release: Stand.\ncaution: [{say: Eyes open., when: before}]", "18:35: when must "
         "be setup or work, found 'before'"),
        ("release: Stand and rest.", "release: Stand.\nkit: mat", "18:6: kit must be a list, found 'mat' "
         "(begin each item with '- ' on its own line)"),
        ("release: Stand and rest.", "release: Stand.\ninstead: squat", "18:10: instead names the movement itself "
         "(name another movement)"),
        ("release: Stand and rest.", "release: Stand. | ...", "17:10: there is nothing to say in '...' "
         "(write a word, or delete it)"),
        ("release: Stand and rest.", "release: Stand.\nfault: '?'", "18:8: there is nothing to say in '?' "
         "(write a word, or delete it)"),
        ("release: Stand and rest.", "release: Stand.\nscreen: {text: Who., say: '!'}", "18:27: there is nothing to "
         "say in '!' (write a word, or delete it)"),
        ("concentric: Up", "concentric: '-'", "12:39: there is nothing to say in '-' (write a word, or delete it)"),
        ("[Stand tall.]", "[Stand tall., '...']", "14:22: there is nothing to say in '...' "
         "(write a word, or delete it)"),
        ("name: Squat", "name: '...'", "3:7: there is nothing to say in '...' (write a word, or delete it)"),
        ("release: Stand and rest.", "release: Stand.\nshort: {from: x}", "18:9: unknown key 'from' in short "
         "(did you mean 'form'?)"),
    ],
)  # fmt: skip
def test_one_problem_of_a_counted_movement(old, new, message):
    assert problems_of(read_movement, changed(COUNTED, old, new)) == [f"d.yaml:{message}"]


def test_all_problems_come_at_once_in_the_order_of_the_file():
    text = changed(HELD, "kind: static", "kind: still")
    text = changed(text, "sides: each", "sied: each")
    text = changed(text, "least: 10s", "least: 10")
    text = changed(text, "release: Step in.", "release: 7\nphases: {eccentric: a, concentric: b}")
    assert problems_of(read_movement, text) == [
        "d.yaml:5:7: kind must be static, dynamic, strength, pressure, balance or rest, found 'still'",
        "d.yaml:9:1: unknown key 'sied' in a movement (did you mean 'sides'?)",
        "d.yaml:11:29: hold least: a time needs its unit: write 10s for seconds or 10m for minutes",
        'd.yaml:18:10: release must be a text, found the number 7 (put it in quotes: "7")',
        "d.yaml:19:9: phases pace repetitions, and this movement is held (delete phases)",
    ]


@pytest.mark.parametrize(
    "more", ["caution: [Soft flesh only. | Never the navel.]\n", "screen: {text: Who., say: Skip it. | Leave it.}\n"]
)
def test_a_safety_line_has_one_wording(more):
    (problem,) = problems_of(read_movement, HELD + more)
    assert problem.endswith("this text has one wording, and all of it is said (write it without the bar)")
