"""Routine documents: every form of a step, the limits, and what is said of the rest."""

from __future__ import annotations

import pytest

from coach.routine.model import (
    BlockStep,
    BreatheStep,
    LengthRange,
    MovementStep,
    ReflectStep,
    RestStep,
    TalkStep,
    Tempo,
    Without,
)
from coach.routine.routine_document import count_steps, read_routine, routine_document, walk
from tests.routine.documents import ROUTINE, changed, problems_of

HEAD = "schema: 1\nid: r\nname: R\nsteps:\n"


def test_every_form_of_a_step():
    routine = read_routine(ROUTINE, "d.yaml")
    assert routine.steps == (
        TalkStep("Walk slowly."),
        MovementStep("side-lunge", hold_ms=30_000),
        MovementStep("squat", reps=10, tempo=Tempo(3, 1, 1, 0), sets=2, rest_ms=30_000, optional=True),
        BlockStep(2, (MovementStep("side-lunge", say="Keep the {side} knee down."), RestStep(20_000))),
        BreatheStep(5, say="Slow it down."),
        ReflectStep("What feels different now?", 15_000),
    )
    assert count_steps(routine.steps) == 9


def test_defaults_and_the_other_keys():
    routine = read_routine(ROUTINE, "d.yaml")
    assert (routine.moment, routine.length, routine.intro, routine.outro) == ("any", None, None, None)
    assert (routine.language, routine.bed, routine.about) == ("en", "comfort", None)
    more = "moment: post-run\nlength: {default: 10m, least: 6m, most: 15m}\nintro: Hello.\noutro: Bye.\n"
    more += "language: pt-BR\nbed: none\nabout: For the evening.\n"
    routine = read_routine(ROUTINE + more, "d.yaml")
    assert routine.moment == "post-run"
    assert routine.length == LengthRange(600_000, 360_000, 900_000)
    assert (routine.intro, routine.outro, routine.language) == ("Hello.", "Bye.", "pt-BR")
    assert (routine.bed, routine.about) == ("none", "For the evening.")
    assert read_routine(ROUTINE + "length: 5m\n", "d").length == LengthRange(300_000, 300_000, 300_000)


def test_quiet_steps_may_say_where_the_body_goes():
    steps = "  - {talk: a, position: supine}\n  - {breathe: 3, position: prone}\n"
    steps += "  - {rest: 9s, position: kneeling}\n  - {reflect: b, for: 5s, position: standing}\n"
    read = read_routine(HEAD + steps, "d.yaml").steps
    assert [step.position for step in read] == ["supine", "prone", "kneeling", "standing"]
    assert problems_of(read_routine, HEAD + "  - {rest: 9s, position: upside-down}\n") == [
        "d.yaml:5:26: position must be standing, kneeling, hands-and-knees, prone or supine, found 'upside-down'"
    ]


def test_places_of_steps_inside_blocks():
    document = routine_document(ROUTINE, "d.yaml")
    places = [str(document.problem(where, "here")) for where, _ in walk(document.value.steps)]
    assert places == [
        f"d.yaml:{place}: here" for place in ("5:5", "6:5", "8:5", "14:5", "14:32", "14:91", "15:5", "17:5")
    ]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("- side-lunge", "5:5: a step is a key with a value, found 'side-lunge' "
         "(write - movement: its-id, or - talk: a sentence)"),
        ("- {hold: 30s}", "5:5: a step needs one of talk, breathe, movement, rest, reflect or block"),
        ("- {movment: squat}", "5:6: a step needs one of talk, breathe, movement, rest, reflect or block "
         "(did you mean 'movement'?)"),
        ("- {talk: Hello., rest: 10s}", "5:5: one step has both 'talk' and 'rest' "
         "(make two steps of it, each beginning with '- ')"),
        ("- {movement: squat, breathe: 5}", "5:5: one step has both 'movement' and 'breathe' "
         "(make two steps of it, each beginning with '- ')"),
        ("- {reflect: What changed?}", "5:5: the key 'for' is missing (a reflect step needs it)"),
        ("- {reflect: What changed?, for: 15}", "5:35: for: a time needs its unit: "
         "write 15s for seconds or 15m for minutes"),
        ("- {talk: Hello., hold: 30s}", "5:20: unknown key 'hold' in a talk step"),
        ("- {rest: 20}", "5:12: rest: a time needs its unit: write 20s for seconds or 20m for minutes"),
        ("- {rest: 0s}", "5:12: rest must be more than 0s, found 0s"),
        ("- {breathe: 60s}", "5:15: breathe must be a whole number, found '60s' (write a number from 1 to 100)"),
        ("- {breathe: 101}", "5:15: breathe must be from 1 to 100, found 101"),
        ("- {movement: squat, hold: 1h1s}", "5:29: hold must be at most 1h, found 1h1s"),
        ("- {movement: squat, reps: 101}", "5:29: reps must be from 1 to 100, found 101"),
        ("- {movement: squat, sets: 11}", "5:29: sets must be from 1 to 10, found 11"),
        ("- {movement: squat, tempo: 2024-01-02}", "5:30: tempo must be four numbers of seconds joined by dashes, "
         "found '2024-01-02' (write eccentric, pause, concentric, pause, as in 3-1-1-0)"),
        ("- {movement: squat, hold: 9s, reps: 5}", "5:39: a movement is held or counted: hold and reps are both here "
         "(delete one of them)"),
        ("- {movement: squat, optional: yes}", "5:33: optional must be true or false, found 'yes' (write true)"),
        ("- {movement: Squat}", "5:16: movement cannot be 'Squat' "
         "(use small letters, digits and dashes, at most 64, as in hip-hinge)"),
        ("- {movement: squat, say: 'Keep {name} low.'}", "5:28: {name} cannot be used in this text "
         "({side} or {other} can be used)"),
        ("- {talk: 'Lift the {side} leg.'}", "5:12: {side} cannot be used in this text (write the words themselves)"),
        ("- {block: [{rest: 5s}]}", "5:13: block must be keys with values, found a list "
         "(write repeat and steps under it)"),
        ("- {block: {repeat: 51, steps: [{rest: 5s}]}}", "5:22: repeat must be from 1 to 50, found 51"),
        ("- {block: {repeat: 2, steps: []}}", "5:32: steps must have at least 1 in its list, found 0"),
        ("- {block: {repeat: 2, steps: [{rest: 5}]}}", "5:40: rest: a time needs its unit: "
         "write 5s for seconds or 5m for minutes"),
        ("- {block: {steps: [{rest: 5s}]}}", "5:13: the key 'repeat' is missing (a block needs it)"),
        ("- block:", "5:11: block has no value (write one, or delete the key)"),
    ],
)  # fmt: skip
def test_one_problem_of_a_step(step, message):
    assert problems_of(read_routine, f"{HEAD}  {step}\n") == [f"d.yaml:{message}"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("moment: desk", "moment: lunch", "4:9: moment must be any, pre-run, post-run, desk or evening, found 'lunch'"),
        ("length: 5m", "length: 5", "5:9: length: a time needs its unit: write 5s for seconds or 5m for minutes"),
        ("length: 5m", "length: 5h", "5:9: length must be at most 4h, found 5h"),
        ("length: 5m", "length: {default: 5m, least: 6m}", "5:9: length: least, default and most are not in order "
         "(least must not exceed default, nor default most)"),
        ("bed: none", "bed: rain", "6:6: bed must be comfort or none, found 'rain'"),
        ("language: en", "language: ../en", "7:11: '../en' is not a language tag (write en, de or pt-BR)"),
        ("id: r", "id: R", "2:5: id cannot be 'R' (use small letters, digits and dashes, at most 64, as in hip-hinge)"),
        ("name: R\n", "", "1:1: the key 'name' is missing (a routine needs it)"),
        ("steps: [{rest: 5s}]", "steps: []", "8:8: steps must have at least 1 in its list, found 0"),
        ("steps: [{rest: 5s}]", "stpes: [{rest: 5s}]", "8:1: unknown key 'stpes' in a routine (did you mean 'steps'?)"),
        ("schema: 1", "schema: 3", "1:9: schema 3 is newer than this version of coach can read (update coach)"),
    ],
)  # fmt: skip
def test_one_problem_of_a_routine(old, new, message):
    text = "schema: 1\nid: r\nname: R\nmoment: desk\nlength: 5m\nbed: none\nlanguage: en\nsteps: [{rest: 5s}]\n"
    read_routine(text, "d.yaml")
    assert problems_of(read_routine, changed(text, old, new)) == [f"d.yaml:{message}"]


def test_steps_are_counted_with_blocks_repeated():
    inner = "{block: {repeat: 10, steps: [{talk: a}, {talk: b}]}}"
    read_routine(f"{HEAD}  - {{block: {{repeat: 25, steps: [{inner}]}}}}\n", "d.yaml")
    assert problems_of(read_routine, f"{HEAD}  - {{block: {{repeat: 25, steps: [{inner}, {{talk: c}}]}}}}\n") == [
        "d.yaml:5:3: the routine has 525 steps with its blocks repeated, at most 500 are allowed "
        "(repeat less, or make two routines of it)"
    ]
    assert problems_of(read_routine, HEAD + "  - talk: a\n" * 501) == [
        "d.yaml:5:3: steps must have at most 500 in its list, found 501"
    ]


def test_a_routine_lasts_at_most_four_hours():
    read_routine(HEAD + "  - rest: 1h\n" * 4, "d.yaml")
    assert problems_of(read_routine, HEAD + "  - rest: 1h\n" * 4 + "  - breathe: 1\n") == [
        "d.yaml:5:3: the steps last more than 4 hours (make two routines of it)"
    ]


def test_all_problems_come_at_once_in_the_order_of_the_file():
    text = HEAD + "  - movement: Up\n    hold: 30\n  - nap: 5m\n  - talk: 5\noutor: Bye.\nbed: soft\n"
    assert problems_of(read_routine, text) == [
        "d.yaml:5:15: movement cannot be 'Up' (use small letters, digits and dashes, at most 64, as in hip-hinge)",
        "d.yaml:6:11: hold: a time needs its unit: write 30s for seconds or 30m for minutes",
        "d.yaml:7:5: a step needs one of talk, breathe, movement, rest, reflect or block",
        'd.yaml:8:11: talk must be a text, found the number 5 (put it in quotes: "5")',
        "d.yaml:9:1: unknown key 'outor' in a routine (did you mean 'outro'?)",
        "d.yaml:10:6: bed must be comfort or none, found 'soft'",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + '  - talk: "...!!!"\n', "5:11: there is nothing to say in '...!!!'"),
        (HEAD + "  - talk: \N{THUMBS UP SIGN}\n", "5:11: there is nothing to say in '\N{THUMBS UP SIGN}'"),
        (HEAD + '  - talk: "Hello. | ?! | Good day."\n', "5:11: there is nothing to say in '?!'"),
        (HEAD + '  - {breathe: 3, say: "-"}\n', "5:23: there is nothing to say in '-'"),
        (HEAD + '  - {reflect: "?", for: 9s}\n', "5:15: there is nothing to say in '?'"),
        (HEAD + '  - {movement: m, say: "..."}\n', "5:24: there is nothing to say in '...'"),
        (HEAD + '  - talk: Hi.\nintro: "!"\n', "6:8: there is nothing to say in '!'"),
        (HEAD + '  - talk: Hi.\noutro: "Bye. | !"\n', "6:8: there is nothing to say in '!'"),
    ],
)
def test_what_is_said_has_a_word_in_every_wording(text, message):
    assert problems_of(read_routine, text) == [f"d.yaml:{message} (write a word, or delete it)"]


@pytest.mark.parametrize("text", ["5?", "\u9ad8\u304f", "\u00e9", "Hi. | 3, 2, 1."])
def test_a_letter_of_any_language_or_a_digit_is_a_word(text):
    assert read_routine(f'{HEAD}  - talk: "{text}"\n', "d.yaml").steps == (TalkStep(text),)


def test_an_empty_text_is_one_problem():
    assert len(problems_of(read_routine, HEAD + '  - talk: ""\n')) == 1
    assert len(problems_of(read_routine, HEAD + "  - talk: ~\n")) == 1
    assert len(problems_of(read_routine, HEAD + '  - talk: "Hi. | "\n')) == 1


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("without: [{movements: [lunge], intro: Stand.}]", "without names 'lunge', which no step does"),
        ("without: [{movements: [squat]}]", "nothing is said otherwise"),
        ("without: [{movements: [squat], intro: 'Stand {side}.'}]", "{side} cannot be used in this text"),
    ],
)
def test_what_is_said_without_a_movement_is_read_or_refused(lines, problem):
    right = ROUTINE + "without: [{movements: [squat, side-lunge], intro: Stand., outro: Well done. | Done.}]\n"
    assert read_routine(right, "d.yaml").without == (Without(("squat", "side-lunge"), "Stand.", "Well done. | Done."),)
    found = problems_of(read_routine, ROUTINE + lines + "\n")
    assert len(found) == 1
    assert problem in found[0]
