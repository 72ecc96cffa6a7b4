"""The evidence guard: each rule with a routine that breaks it and one that keeps it, and what is written instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.routine.evidence import CHECKS, guard, rules
from coach.routine.evidence_document import read_rules
from coach.routine.library import Library
from coach.routine.mend import Review, applied, mend
from coach.routine.movement_document import read_movement
from coach.routine.routine_document import routine_document
from tests.routine.documents import COUNTED, HELD, changed, problems_of

RULES = rules()
DOSE = [rule.id for rule in RULES.values() if rule.check == "dose"]
HEAD = "schema: 1\nid: r\nname: R\n"


def _movement(text, name, **keys):
    text = changed(text, re.search(r"id: .*", text)[0], f"id: {name}")
    for key, value in keys.items():
        text = re.sub(rf"(?m)^{key}: .*\n", "", text) + f"{key}: {value}\n"
    return read_movement(text, f"{name}.yaml")


MOVEMENTS = {
    movement.id: movement
    for movement in (
        _movement(HELD, "lunge", muscles="[iliopsoas, rectus femoris]", sets="{default: 2, least: 1, most: 4}"),
        _movement(HELD, "hang", muscles="[Iliopsoas]", sets="1"),
        _movement(HELD, "thigh", muscles="[rectus femoris]", sets="1"),
        _movement(HELD, "calf", muscles="[calves]", sets="{default: 1, least: 1, most: 3}"),
        _movement(HELD, "long", muscles="[adductors]", hold="{default: 90s, least: 20s, most: 5m}", sets="1"),
        _movement(HELD, "ball", kind="pressure", hold="{default: 30s, least: 15s, most: 2m}", sets="1"),
        _movement(HELD, "rest-pose", kind="rest", hold="{default: 1m, least: 30s, most: 3m}"),
        _movement(COUNTED, "squat"),
        *(_movement(COUNTED, f"move-{number}", kind="dynamic") for number in range(5)),
    )
}

# Rule: what breaks it (with the line it is told on), and what keeps it. `#` is the line's end in both.
MOVES = "".join(f"  - movement: move-{number}\n" for number in range(5))
EXAMPLES = {
    "hold-length": (
        "steps:\n  - movement: long #\n  - movement: calf\n    hold: 60s\n",
        "steps:\n  - {movement: long, hold: 1m}\n  - movement: calf\n    hold: 10s\n",
    ),
    "hold-before-run": (
        "moment: pre-run\nsteps:\n  - movement: lunge\n    hold: 2m #\n",
        "moment: pre-run\nsteps:\n  - movement: lunge\n    hold: 15s\n  - movement: calf\n    hold: 30s\n",
    ),
    "pressure-length": (
        "steps:\n  - movement: ball\n    hold: 61s #\n",
        "steps:\n  - movement: ball\n    hold: 60s\n",
    ),
    "pressure-moment": (
        "moment: pre-run\nsteps:\n  - movement: ball #\n",
        "moment: evening\nsteps:\n  - movement: ball\n",
    ),
    "plateau": (
        "steps:\n  - block: {repeat: 3, steps: [{movement: lunge, hold: 30s}]} #\n  - movement: lunge\n    hold: 31s\n",
        "steps:\n  - block: {repeat: 3, steps: [{movement: lunge, hold: 30s}]}\n  - movement: lunge\n    hold: 30s\n",
    ),
    "volume": (
        "length: 5m\nsteps:\n  - movement: calf\n    hold: 59s #\n",
        "length: 5m\nsteps:\n  - movement: calf\n    hold: 30s\n  - movement: calf\n",
    ),
    "few-exercises": (
        "steps:\n" + MOVES.replace("move-4", "move-4 #"),
        "about: Five, because it is a warm-up.\nsteps:\n" + MOVES,
    ),
    "few-exercises-desk": (
        "moment: desk\nsteps:\n" + MOVES.replace("move-3", "move-3 #").replace("  - movement: move-4\n", ""),
        "moment: desk\nsteps:\n  - movement: rest-pose\n" + "".join(MOVES.splitlines(keepends=True)[:3]),
    ),
    "strength-rest": (
        "steps:\n  - movement: squat\n    rest: 29s #\n",
        "steps:\n  - movement: squat\n    rest: 30s\n  - movement: squat\n  - {movement: squat, sets: 1, rest: 5s}\n",
    ),
}


def found(text):
    return guard(routine_document(HEAD + text, "r.yaml"), MOVEMENTS, RULES)


def reviewed(text):
    return Review((), guard(routine_document(text, "r.yaml"), MOVEMENTS, RULES))


def mended(text):
    after = mend(HEAD + text, reviewed)
    return after.text.removeprefix(HEAD), [finding.rule for finding in after.review.findings]


# --- every rule ---------------------------------------------------------------------------------


def test_every_rule_that_is_counted_has_its_check_and_its_examples():
    assert set(DOSE) == set(CHECKS) == set(EXAMPLES)
    assert {rule.id for rule in RULES.values() if rule.check == "form"} == {"one-floor-change"}


@pytest.mark.parametrize("name", DOSE)
def test_what_breaks_a_rule_is_told_with_its_line_source_and_weight(name):
    bad, good = EXAMPLES[name]
    (finding,) = found(bad)
    assert finding.rule == name
    marked = next(number for number, line in enumerate((HEAD + bad).split("\n"), 1) if line.endswith("#"))
    assert finding.problem.line == marked
    rule = RULES[name]
    assert (finding.source, finding.weight, finding.opinion) == (rule.source, rule.weight, rule.opinion)
    assert finding.problem.cure
    assert found(good) == ()


def test_a_second_floor_change_is_refused_when_the_routine_is_read():
    floor = _movement(COUNTED, "bridge", position="supine")
    library = Library()
    library.movement = {**MOVEMENTS, "bridge": floor}.__getitem__
    steps = "steps:\n  - movement: squat\n  - movement: bridge\n"
    assert library.problems(routine_document(HEAD + steps, "r.yaml")) == ()
    (problem,) = library.problems(routine_document(HEAD + steps + "  - movement: squat\n", "r.yaml"))
    assert "second change" in problem.what


@pytest.mark.parametrize("name", Library().routine_ids())
def test_a_shipped_routine_keeps_every_rule(name):
    library = Library()
    document = library.routine_document(name)
    assert [str(f.problem) for f in guard(document, library.known_movements(document.value), RULES)] == []


def test_the_sources_say_who():
    for rule in RULES.values():
        says_who = re.search(r"10\.\d{4}/|PMC\d|clinical practice", rule.source)
        assert says_who or rule.opinion, rule.id
        assert not rule.opinion or rule.source.startswith("our own"), rule.id
        assert rule.says.endswith(".")
    assert "figure from its consensus text" in RULES["hold-before-run"].source
    # What Konrad found for both sides together is more than the guard lets through.
    assert 2 * RULES["hold-before-run"].most <= RULES["hip-flexors-before-run"].most


# --- what is counted ----------------------------------------------------------------------------


def test_a_muscle_is_counted_over_all_its_movements_sets_and_blocks():
    steps = "steps:\n  - block: {repeat: 2, steps: [{movement: lunge, hold: 35s}]}\n  - {movement: hang, hold: 60s}\n"
    # What a movement loads beside its main muscle has no dose of it.
    assert found(steps + "  - {movement: thigh, hold: 60s}\n  - {movement: ball, hold: 40s}\n") == ()
    tell = found(steps + "  - {movement: hang, hold: 60s}\n")
    assert {finding.rule for finding in tell} == {"plateau"}
    assert "4m20s a side in all for the iliopsoas" in tell[0].problem.what


def test_before_a_run_only_stretches_that_are_held_count():
    assert found("moment: pre-run\nsteps:\n  - movement: squat\n  - movement: move-0\n  - movement: calf\n") == ()
    tell = found("moment: pre-run\nsteps:\n  - movement: calf\n  - movement: calf\n")
    assert [finding.rule for finding in tell] == ["hold-before-run"] * 2
    assert found("moment: post-run\nsteps:\n  - movement: calf\n  - movement: calf\n") == ()
    pressure = found("moment: pre-run\nsteps:\n  - movement: ball\n  - {movement: lunge, hold: 15s}\n")
    assert [finding.rule for finding in pressure] == ["pressure-moment"]


def test_a_short_session_is_not_asked_for_volume():
    assert found("length: {default: 4m59s, least: 1m, most: 9m}\nsteps:\n  - {movement: calf, hold: 20s}\n") == ()
    assert found("steps:\n  - {movement: calf, hold: 20s}\n") == ()
    (finding,) = found("steps:\n  - {movement: calf, hold: 20s}\n  - rest: 5m\n")
    assert finding.rule == "volume"
    assert finding.weight == "advice"


def test_the_muscle_a_session_stretches_most_is_the_one_that_is_asked_for():
    assert found("length: 5m\nsteps:\n  - movement: lunge\n  - {movement: calf, hold: 20s}\n") == ()


def test_what_is_in_a_session_as_a_whole_is_not_said_of_one_with_an_unknown_movement():
    text = "length: 5m\nsteps:\n  - {movement: calf, hold: 20s}\n  - movement: mystery\n"
    assert found(text) == ()
    assert [finding.rule for finding in found(text + "  - movement: long\n")] == ["hold-length"]


@pytest.mark.parametrize(
    ("block", "count"),
    [
        ("[{movement: squat, sets: 1}, {rest: 29s}]", 1),
        ("[{movement: squat, sets: 1}, {rest: 30s}]", 0),
        ("[{movement: squat, sets: 1}, {breathe: 3}]", 0),
        ("[{movement: squat, sets: 1}, {reflect: And now?, for: 20s}, {rest: 5s}]", 1),
        ("[{movement: squat, sets: 1}, {movement: move-0}]", 0),
        ("[{movement: move-0, sets: 1}]", 0),
    ],
)
def test_a_block_of_one_strength_movement_is_its_sets(block, count):
    tell = found(f"steps:\n  - block: {{repeat: 2, steps: {block}}}\n")
    assert [finding.rule for finding in tell] == ["strength-rest"] * count


def test_a_rule_that_is_not_in_the_table_is_not_checked():
    text = HEAD + EXAMPLES["hold-length"][0]
    assert guard(routine_document(text, "r.yaml"), MOVEMENTS, {}) == ()


# --- what is written instead --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The hold that is written, its comment and its place in the file.
        ("  - movement: calf\n    hold: 120s  # long\n", "  - movement: calf\n    hold: 30s  # long\n"),
        ("  - {movement: calf, hold: 2m, say: Go on.}\n", "  - {movement: calf, hold: 30s, say: Go on.}\n"),
        ('  - movement: calf\n    hold: "120s"\n', '  - movement: calf\n    hold: "30s"\n'),
        # What the movement's default gives is written out, below the movement.
        ("  -   movement: lunge # mine\n", "  -   movement: lunge # mine\n      sets: 1\n"),
        ("  - movement: lunge", "  - movement: lunge\n    sets: 1"),
        ("  - movement: 'lunge'\n", "  - movement: 'lunge'\n    sets: 1\n"),
        ("  - movement: lunge  \t\n\n", "  - movement: lunge  \t\n    sets: 1\n\n"),
        ("  - {movement: lunge}\n", "  - {movement: lunge, sets: 1}\n"),
        ("  - movement: lunge\r\n    say: Go.\r\n", "  - movement: lunge\r\n    sets: 1\r\n    say: Go.\r\n"),
        # Both at once; sets that are asked for are kept where the movement allows so short a hold.
        ("  - hold: 2m\n    movement: lunge\n", "  - hold: 30s\n    sets: 1\n    movement: lunge\n"),
        ("  - {movement: lunge, hold: 2m}\n", "  - {movement: lunge, hold: 30s, sets: 1}\n"),
        ("  - {movement: lunge, hold: 2m, sets: 3}\n", "  - {movement: lunge, hold: 10s, sets: 3}\n"),
        ("  - sets: 4\n    movement: lunge\n    hold: 2m\n", "  - sets: 3\n    movement: lunge\n    hold: 10s\n"),
        ("  - {movement: lunge, sets: 4}\n", "  - {movement: lunge, sets: 1}\n"),
        # Several for one muscle share what there is: the longest gives first.
        (
            "  - {movement: lunge, hold: 60s, sets: 1}\n  - {movement: hang, hold: 10s}\n",
            "  - {movement: lunge, hold: 20s, sets: 1}\n  - {movement: hang, hold: 10s}\n",
        ),
        (
            "  - block: {repeat: 2, steps: [{movement: calf, hold: 40s}]}\n",
            "  - block: {repeat: 2, steps: [{movement: calf, hold: 15s}]}\n",
        ),
    ],
)  # fmt: skip
def test_a_hold_before_a_run_is_cut_where_it_is_written(before, after):
    head = "moment: pre-run\nsteps:\n"
    assert mended(head + before) == (head + after, [])


def test_what_no_cut_can_mend_is_told_without_a_fix_and_left():
    steps = "moment: pre-run\nsteps:\n  - block: {repeat: 4, steps: [{movement: calf}]}\n"
    (finding,) = found(steps)
    assert finding.fix is None
    assert "leave it out" in finding.problem.cure
    assert mended(steps) == (steps, ["hold-before-run"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - movement: long\n", "  - movement: long\n    hold: 1m\n"),
        ("  - {movement: calf, hold: 5s}\n", "  - {movement: calf, hold: 10s}\n"),
        ("  - {movement: long, hold: 5s}\n", "  - {movement: long, hold: 20s}\n"),
        ("  - {movement: ball, hold: 2m}\n", "  - {movement: ball, hold: 1m}\n"),
        ("  - {movement: lunge, hold: 60s, sets: 5}\n", "  - {movement: lunge, hold: 60s, sets: 4}\n"),
        ("  - {movement: squat, rest: 5s}\n", "  - {movement: squat, rest: 30s}\n"),
        ("  - movement: calf\n  - rest: 5m\n", "  - movement: calf\n    hold: 1m\n  - rest: 5m\n"),
        ("  - {movement: thigh, hold: 10s}\n  - rest: 5m\n", "  - {movement: thigh, hold: 1m}\n  - rest: 5m\n"),
    ],
)
def test_other_rules_are_mended_too(before, after):
    assert mended("steps:\n" + before) == ("steps:\n" + after, [])


_DOSES = r""", (hold|sets|rest): \w+|(?<=hold: )["']?\w+["']?|(?<=sets: )\w+|(?<=rest: )\w+"""
_QUOTED = st.sampled_from(["{}", '"{}"', "'{}'"])


@st.composite
def _texts(draw):
    """A routine of held and counted steps in both ways of writing, with comments everywhere."""
    lines = [f"moment: {draw(st.sampled_from(['any', 'pre-run', 'desk']))} # when", "steps: # what"]
    for number in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(["lunge", "hang", "calf", "long", "ball", "squat"]))
        keys = {"movement": name}
        if name == "squat":
            keys |= {"rest": f"{draw(st.integers(1, 60))}s"} if draw(st.booleans()) else {}
        elif draw(st.booleans()):
            keys["hold"] = draw(_QUOTED).format(f"{draw(st.integers(1, 400))}s")
        if draw(st.booleans()):
            keys["sets"] = str(draw(st.integers(1, 6)))
        order = draw(st.permutations(list(keys)))
        if draw(st.booleans()):
            lines.append(f"  - {{{', '.join(f'{key}: {keys[key]}' for key in order)}}} # step {number}")
        else:
            lines += [
                f"  {'- ' if not place else '  '}{key}: {keys[key]}   # {key} {number}"
                for place, key in enumerate(order)
            ]
    return HEAD + draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))


@pytest.mark.every_example
@given(_texts())
def test_mending_changes_numbers_only_and_leaves_nothing_it_could_mend(text):
    after = mend(text, reviewed)
    # Holds that are too short cannot always become longer: there may be no room for them.
    assert {finding.rule for finding, _ in after.refused if finding.weight == "wrong"} <= {"hold-length"}
    left = {finding.rule for finding in after.review.findings if finding.weight == "wrong" and finding.fix}
    assert not left or after.stuck
    assert after.done == () or not after.stuck
    assert mend(after.text, reviewed).text == after.text
    # Every comment stays, in order; every line that was there is there, but for a number.
    assert re.findall(r"#.*", after.text) == re.findall(r"#.*", text)
    kept = [line for line in after.text.split("\n") if line.strip() and ("#" in line or line in HEAD)]
    plain = [re.sub(_DOSES, "", line) for line in kept]
    before = [line for line in text.split("\n") if line.strip()]
    before = [re.sub(_DOSES, "", line) for line in before]
    assert plain == before
    assert ("\r\n" in after.text) == ("\r\n" in text)
    routine_document(after.text, "r.yaml")


@pytest.mark.every_example
@given(_texts())
def test_each_fix_alone_is_in_place_and_lessens_what_is_wrong_there(text):
    for finding in reviewed(text).findings:
        if finding.fix is not None:
            changed_text = applied(text, finding.fix)
            assert changed_text is not None
            assert changed_text != text
            assert finding not in reviewed(changed_text).findings


def test_a_fix_that_does_harm_is_not_kept():
    text = HEAD + EXAMPLES["hold-length"][0]

    def review(now):
        plain = reviewed(now)
        return plain if now == text else Review(problems_at(now), plain.findings)

    def problems_at(now):
        return (routine_document(now, "r.yaml").problem(("steps",), "it is too short now"),)

    after = mend(text, review)
    assert (after.text, after.done, after.stuck) == (text, (), after.refused)
    ((finding, why),) = after.refused
    assert (finding.rule, why) == ("hold-length", "it is too short now")


def test_a_fix_whose_place_is_not_there_is_refused():
    (finding,) = found(EXAMPLES["hold-length"][0])
    assert applied("schema: 1\n", finding.fix) is None


# --- the table ----------------------------------------------------------------------------------

TABLE = "schema: 1\nrules:\n  - {rule: a, says: A., source: S, check: none, weight: advice}\n"


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (", most: 4", "a number needs its unit"),
        (", most: 4s, unit: kg", "only numbers have a unit"),
        (", least: 5s, most: 4s", "not in order"),
        (", moments: [noon]", "an item of moments must be"),
        (", opinion: maybe", "opinion must be true or false"),
        (", bound: 3s", "unknown key 'bound'"),
    ],
)
def test_the_table_is_read_strictly(more, what):
    (message,) = problems_of(read_rules, TABLE.replace("advice}", f"advice{more}}}"))
    assert what in message


def test_a_rule_is_there_once():
    (message,) = problems_of(read_rules, TABLE + TABLE.splitlines()[-1] + "\n")
    assert message == "d.yaml:4:12: the rule 'a' is here twice (keep one)"


# --- the page -----------------------------------------------------------------------------------


def test_the_page_has_every_rule_with_its_sentence_weight_and_source():
    page = (Path(__file__).parents[2] / "docs" / "documents.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| `([a-z-]+)` \| (.*?) \| (wrong|advice|read|text) \| (.*) \|$", page)
    expected = []
    for rule in RULES.values():
        shown = {"dose": rule.weight, "form": "read", "none": "text"}[rule.check]
        expected.append((rule.id, rule.says, shown, ("opinion: " if rule.opinion else "") + rule.source))
    assert rows == expected
