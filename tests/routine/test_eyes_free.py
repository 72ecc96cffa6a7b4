"""The eyes-free linter: each rule fails and passes, its cure keeps it, and all that is shipped is clean."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.documents import ListNode, Scalar, at, parse, read_file
from coach.errors import CoachError, DocumentError
from coach.routine.eyes_free import eyes_free
from coach.routine.eyes_free_lists import load_lists, read_lists
from coach.routine.library import DATA, Library
from coach.routine.movement_document import movement_document
from coach.routine.routine_document import routine_document
from coach.routine.wording_document import wording_document
from tests.routine.documents import COUNTED, HELD, ROUTINE, changed

LIBRARY = Library()
WORDING = read_file(DATA / "wording" / "en.yaml")
LISTS = read_file(DATA / "eyes_free" / "en.yaml")


def in_movement(key: str, text: str, base: str = HELD) -> str:
    """Return a movement document with `text` under a key, in double quotes."""
    quoted = json.dumps(text, ensure_ascii=False)
    if key == "caution":
        return base + f"caution: [{quoted}]\n"
    if key == "work caution":
        return base + f"caution: [{{say: {quoted}, when: work}}]\n"
    if key == "setup":
        return re.sub(r"(?m)^setup:.*\n(  - .*\n)*", lambda _: f"setup:\n  - {quoted}\n", base)
    if "." in key:
        outer, inner = key.split(".")
        other = {"screen": "text: A., ", "easier": "text: A., ", "harder": "text: A., "}.get(outer, "")
        return base + f"{outer}: {{{other}{inner}: {quoted}}}\n"
    line = f"{key}: {quoted}\n"
    changed_text, count = re.subn(rf"(?m)^{key}: .*\n", lambda _: line, base)
    return changed_text if count else base + line


def in_routine(steps: str) -> str:
    return f"schema: 1\nid: small\nname: Small\nsteps:\n{steps}"


def of_movement(text: str):
    return eyes_free(movement_document(text, "m.yaml"))


def of_routine(text: str):
    return eyes_free(routine_document(text, "r.yaml"))


def rules(findings) -> list[str]:
    return [finding.rule for finding in findings]


# --- what is shipped --------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIBRARY.movement_ids())
def test_a_shipped_movement_is_written_for_the_ear(name):
    assert [str(finding.problem) for finding in eyes_free(LIBRARY.movement_document(name))] == []


@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_a_shipped_routine_is_written_for_the_ear(name):
    assert [str(finding.problem) for finding in eyes_free(LIBRARY.routine_document(name))] == []


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_a_shipped_wording_is_written_for_the_ear(language):
    path = DATA / "wording" / f"{language}.yaml"
    findings = eyes_free(wording_document(read_file(path), str(path)))
    assert [str(finding.problem) for finding in findings] == []


def test_the_documents_of_these_tests_are_written_for_the_ear():
    assert [*of_movement(HELD), *of_movement(COUNTED), *of_routine(ROUTINE)] == []


# --- each rule, failing and passing -----------------------------------------------------------

BAD = [
    ("filler", "form", "Just press the {side} heel down.", "write: Press the {side} heel down."),
    ("filler", "form", "Try to keep the chest tall.", "write: Keep the chest tall."),
    ("filler", "form", "Keep the chest really tall.", "write: Keep the chest tall."),
    ("filler", "setup", "Let's bend the {other} knee.", "write: Bend the {other} knee."),
    ("filler", "setup", "Let\u2019s bend the {other} knee.", "write: Bend the {other} knee."),
    ("filler", "setup", "Okay, bend the {side} knee.", "write: Bend the {side} knee."),
    ("filler", "setup", "Now, bend the {side} knee.", "write: Bend the {side} knee."),
    ("filler", "setup", "I want you to bend the {side} knee.", "write: Bend the {side} knee."),
    ("filler", "setup", "Lower the {side} knee a little bit.", "write: Lower the {side} knee a little."),
    ("filler", "release", "Go ahead and step in.", "write: Step in."),
    ("filler", "form", "Basically.", "delete it"),
    ("pointing", "form", "Turn the toes like this.", "knee out to the side"),
    ("pointing", "form", "As shown, turn the toes in.", "knee out to the side"),
    ("pointing", "form", "From here, sink the hips.", "knee out to the side"),
    ("pointing", "setup", "Put the {side} foot over there.", "knee out to the side"),
    ("pointing", "screen.say", "With a new hip, skip this one.", "knee out to the side"),
    ("vague-side", "form", "Press the other foot down.", "write: Press the {other} foot down."),
    ("vague-side", "form", "Other foot flat.", "write: {other} foot flat."),
    ("vague-side", "form", "Keep that leg long.", "write {side} or {other} for 'that'"),
    ("vague-side", "form", "Reach the arm of the same side.", "write {side} or {other} for 'the same'"),
    ("vague-side", "short.feel", "Front of the other bent knee.", "write: Front of the {other} bent knee."),
    ("fixed-side", "form", "Press the left foot down.", "write: Press the {side} foot down."),
    ("ing-opening", "form", "Breathing into the belly.", "write: Breathe into the belly."),
    (
        "ing-opening",
        "form",
        "Chest tall, and bending the {other} knee.",
        "write: Chest tall, and bend the {other} knee.",
    ),
    ("ing-opening", "setup", "Step the {side} foot back. Then lifting the heel.", "write: Then lift the heel."),
    ("ing-opening", "feel", "Feeling the front of the {side} hip.", "write: Feel the front of the {side} hip."),
    ("ing-opening", "announce", "Side lunge, {side} leg. Standing tall.", "write: Stand tall."),
    ("promise", "feel", "A better posture all day.", "what the body does or feels"),
    ("promise", "form", "This prevents injuries.", "what the body does or feels"),
    ("promise", "form", "Run faster with a loose hip.", "what the body does or feels"),
    ("promise", "form", "Fix your tight hip flexors.", "what the body does or feels"),
    ("promise", "harder.say", "Add a set for a quick recovery.", "what the body does or feels"),
    (
        "long-sentence",
        "setup",
        "Step the {side} foot back a whole stride, then bend the {other} knee until it is over the toes.",
        "make two of it: Step the {side} foot back a whole stride. Bend the {other} knee until it is over the toes.",
    ),
    ("long-sentence", "caution", "If there is any pain in the knee, stop and come out slowly.", "at most 12 words"),
    ("long-sentence", "form", "Press the heel of the {side} foot down into the floor behind you.", "at most 12 words"),
    ("reading-speed", "form", "Press the {side} heel down, chest over hips, ribs soft.", "say it in 8 words"),
    ("side-not-named", "announce", "Side lunge.", "write: Side lunge, {side} back leg."),
    ("side-not-named", "short.announce", "Lunge.", "write: Lunge, {side} back leg."),
    ("side-not-named", "short.setup", "Step back, and tip the pelvis.", "say which: {side} back leg"),
    ("side-not-named", "setup", "Step back.", "say which: {side} back leg"),
]


@pytest.mark.parametrize(("rule", "key", "text", "cure"), BAD)
def test_a_text_that_does_not_keep_a_rule_is_found_with_the_words_to_write(rule, key, text, cure):
    # Half a minute at least: only texts about time are about time.
    base = HELD if rule == "reading-speed" else changed(HELD, "least: 10s", "least: 30s")
    (finding,) = of_movement(in_movement(key, text, base))
    assert finding.rule == rule
    assert finding.weight == "advice"
    assert finding.source == "eyes-free rule"
    assert cure in finding.problem.cure


@pytest.mark.parametrize(("rule", "key", "text", "cure"), [bad for bad in BAD if bad[3].startswith("write: ")])
def test_what_the_cure_says_keeps_the_rule(rule, key, text, cure):
    if rule == "ing-opening" and "." in text[:-1]:
        cure = "write: Step the {side} foot. " + cure.removeprefix("write: ")
    assert of_movement(in_movement(key, cure.removeprefix("write: "), changed(HELD, "least: 10s", "least: 30s"))) == ()


GOOD = [
    ("form", "Keep the weight just above the kneecap."),
    ("form", "Not just the thigh: the whole hip."),
    ("setup", "Step the {side} foot back until the band is just tight."),
    ("release", "Well done. Step in."),
    ("release", "Amazing. Step in."),
    ("feel", "Which hip feels longer now?"),
    ("form", "Right angle in the {side} knee."),
    ("form", "Keep the knee right under the hip."),
    ("form", "Nothing in the back."),
    ("form", "String from the crown to the ceiling."),
    ("form", "Swing the {side} leg, and bring it in."),
    ("form", "Spring up, and bring the {side} knee in."),
    ("form", "During the hold, breathe out."),
    ("form", "Keep breathing."),
    ("form", "Breathing: in for four, out for six."),
    ("form", "Keep the heel heavy, breathing slowly."),
    ("form", "Standing leg strong, hips level."),
    ("form", "Chest tall, and standing knee soft."),
    ("caution", "Tingling or numb: stop."),
    ("caution", "Kneeling hurts: put a towel under the knee."),
    ("feel", "Pulling behind the {side} knee."),
    ("announce", "Standing side lunge, {side} leg back."),
    ("announce", "Kneeling lunge, {side} knee down. | Walking lunge, {other} foot first."),
    ("form", "Keep the hips level so that knee and toes point ahead."),
    ("form", "Turn the {other} toes out, the {side} toes ahead."),
    ("form", "Put one hand on top of the other."),
    ("form", "Fix your eyes on one point."),
    ("form", "Breathe no faster than before."),
    ("form", "Keep each side of the waist long."),
    ("form", "Keep the upright trunk over both hips."),
    ("form", "Adjust the strap, and adhere to the count."),
    ("short.setup", "{side} foot back, {other} knee bent."),
]


@pytest.mark.parametrize(("key", "text"), GOOD)
def test_a_good_text_is_not_blamed(key, text):
    base = changed(HELD, "least: 10s", "least: 30s")
    assert [str(f.problem) for f in of_movement(in_movement(key, text, base))] == []


@pytest.mark.parametrize("key", ["name", "source", "note", "fault", "easier", "harder", "side_means", "screen.text"])
def test_what_is_only_read_is_not_checked(key):
    bad = "Just bend the other knee like this, for a better posture, which fixes it all and more than that."
    if key == "screen.text":
        document = HELD + f"screen: {{text: {json.dumps(bad)}, say: Skip the lunge with a new hip.}}\n"
    else:
        document = in_movement(key, bad[: 100 if key in ("name", "side_means") else None])
    assert of_movement(document) == ()


@pytest.mark.parametrize("key", ["easier.say", "harder.say", "screen.say", "exit", "release", "short.release"])
def test_every_spoken_text_of_a_movement_is_checked(key):
    document = HELD + 'exit: ["Just rest."]\n' if key == "exit" else in_movement(key, "Just rest.")
    assert rules(of_movement(document)) == ["filler"]


def test_each_wording_is_checked_by_itself():
    assert of_movement(in_movement("form", "Heel heavy. | Press the {side} heel. | Stand tall.")) == ()
    (finding,) = of_movement(in_movement("form", "Heel heavy. | Just press the {side} heel. | Stand tall."))
    assert finding.problem.cure == "write: Press the {side} heel."
    # The bound holds for the longest of them, not for their sum.
    assert of_movement(in_movement("form", " | ".join(["Keep the {side} heel heavy."] * 8))) == ()
    (finding,) = of_movement(in_movement("announce", "Side lunge, {side} leg. | Side lunge."))
    assert finding.rule == "side-not-named"


def test_a_side_need_not_be_named_where_both_work_at_once():
    assert of_movement(in_movement("short.setup", "Stand tall, then sit back.", COUNTED)) == ()
    (finding,) = of_movement(in_movement("form", "Lift the other knee.", COUNTED))
    assert (finding.rule, finding.problem.cure[:19]) == ("vague-side", "write left or right")


def test_a_whole_set_up_has_a_bound():
    sentence = "Step the {side} foot back, with the heel off the floor."
    assert of_movement(in_movement("setup", " ".join([sentence] * 4))) == ()
    (finding,) = of_movement(in_movement("setup", " ".join([sentence] * 5)))
    assert finding.rule == "long-setup"
    assert "55 words" in finding.problem.what
    assert "leave out 7 words" in finding.problem.cure
    # What counts is the longest that may be heard.
    worded = f"Step the {{side}} foot back. | {' '.join([sentence] * 5)}"
    assert rules(of_movement(in_movement("setup", worded))) == ["long-setup"]


@pytest.mark.parametrize(
    ("tempo", "word", "found"),
    [("3-0-1-0", "Down we go again", []), ("1-0-1-0", "Down we go again", ["reading-speed"]), ("1-0-1-0", "Down", [])],
)
def test_a_phase_is_over_before_the_next_begins(tempo, word, found):
    document = changed(changed(COUNTED, "3-0-1-0", tempo), "eccentric: Down", f"eccentric: {word}")
    assert rules(of_movement(document)) == found


def test_a_caution_inside_the_work_leaves_room_for_it():
    long = "If the knee complains at all, ease off and rest it."
    assert of_movement(in_movement("work caution", long)) == ()
    short_work = changed(HELD, "{default: 30s, least: 10s, most: 60s}", "10s")
    assert rules(of_movement(in_movement("work caution", long, short_work))) == ["reading-speed"]
    assert of_movement(in_movement("caution", long, short_work)) == ()


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("  - talk: Just rest.\n", ["filler"]),
        ("  - talk: Rest.\n", []),
        ("  - reflect: Which of the two hips feels longer, left or right?\n    for: 3s\n", ["reading-speed"]),
        ("  - reflect: Which hip feels longer?\n    for: 3s\n", []),
        ("  - rest: 2s\n    say: Lie still, and let the breath come and go.\n", ["reading-speed"]),
        ("  - rest: 5s\n    say: Lie still, and let the breath come and go.\n", []),
        ("  - breathe: 5\n    say: Breathing slowly.\n", ["ing-opening"]),
        ("  - breathe: 5\n    say: Breathe slowly.\n", []),
        ("  - movement: lunge\n    say: Press the other foot.\n", ["vague-side"]),
        ("  - movement: lunge\n    say: Press the {other} foot.\n", []),
        ("  - movement: lunge\n    hold: 5s\n    say: Press the {other} foot into the floor.\n", ["reading-speed"]),
        ("  - movement: lunge\n    hold: 10s\n    say: Press the {other} foot into the floor.\n", []),
        ("  - block: {repeat: 2, steps: [{talk: Look over there.}, {rest: 5s, say: Like this.}]}\n", ["pointing"] * 2),
        ("  - rest: 5s\nintro: Okay, stand up.\noutro: Your posture thanks you.\n", ["filler", "promise"]),
        ("  - rest: 5s\nabout: Okay, just for a better posture.\n", []),
    ],
)
def test_a_routine(steps, found):
    assert rules(of_routine(in_routine(steps))) == found


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("halfway: Halfway.", "halfway: Okay, halfway.", ["filler"]),
        ("halfway: Halfway.", "halfway: Half is done.", []),
        ("switch: Switch sides.", "switch: The other side.", ["vague-side"]),
        ("counts: [One, Two, Three]", "counts: [One more second, Two, Three]", ["reading-speed"]),
        ("rest: Rest.", "rest: Resting. | Rest.", ["ing-opening"]),
    ],
)
def test_a_wording(old, new, found):
    text = re.sub(rf"(?m)^{re.escape(old.partition(':')[0])}: .*$", lambda _: new, WORDING)
    assert rules(eyes_free(wording_document(text, "en.yaml"))) == found


PAGE = (
    read_file(Path(__file__).parents[2] / "docs" / "documents.md")
    .partition("## Written for the ear\n")[2]
    .partition("\n## ")[0]
)
ROWS = re.findall(r"(?m)^\| `([a-z-]+)` \| .*? \| `([^`]+)` \| `([^`]+)` \|$", PAGE)


@pytest.mark.parametrize(("rule", "bad", "good"), ROWS)
def test_the_examples_of_the_page(rule, bad, good):
    def found(text):
        if rule == "reading-speed":
            question, _, time = text.partition(", for: ")
            return rules(of_routine(in_routine(f"  - {question}\n    for: {time}\n")))
        key = "announce" if rule == "side-not-named" else "caution" if rule == "long-sentence" else "form"
        return rules(of_movement(in_movement(key, text, changed(HELD, "least: 10s", "least: 30s"))))

    assert found(bad) == [rule]
    assert found(good) == []


def test_the_page_names_every_rule():
    assert {rule for rule, *_ in ROWS} == {rule for rule, *_ in BAD}
    assert "`long-setup`" in PAGE


# --- places, languages, the lists -------------------------------------------------------------


def test_a_finding_stands_where_its_text_stands():
    document = HELD.replace("  - Bend the {other} knee.\n", "  - Now bend the {other} knee.\n")
    (finding,) = of_movement(document + "caution:\n  - say: Just stop.\n    when: work\n")[:1]
    place = (finding.problem.path, finding.problem.line, finding.problem.column)
    line = document.splitlines().index("  - Now bend the {other} knee.")
    assert place == ("m.yaml", line + 1, 5)


def test_findings_come_in_the_order_of_the_file():
    findings = of_movement(HELD.replace("Step in.", "Just step in.").replace("Bend the", "Just bend the"))
    assert [finding.problem.line for finding in findings] == sorted(finding.problem.line for finding in findings)
    assert len(findings) == 2


@pytest.mark.parametrize("language", ["de", "../en", "e", "EN/../en", "x" * 80])
def test_a_language_without_a_list_is_not_checked(language):
    assert eyes_free(movement_document(in_movement("form", "Just stop."), "m.yaml"), language) == ()


def test_a_routine_is_checked_in_its_own_language():
    bad = in_routine("  - talk: Just rest.\n")
    assert rules(of_routine(bad + "language: en-GB\n")) == ["filler"]
    assert of_routine(bad + "language: de\n") == ()


def test_another_language_needs_only_a_list(tmp_path):
    (tmp_path / "eyes_free").mkdir()
    lists = re.sub(r"(?ms)^filler:.*?(?=^$)", "filler:\n  words: [einfach]\n", LISTS, count=1)
    (tmp_path / "eyes_free" / "de.yaml").write_text(lists, encoding="utf-8")
    document = movement_document(in_movement("form", "Einfach stehen."), "m.yaml")
    assert rules(eyes_free(document, "de", data_dir=tmp_path)) == ["filler"]
    assert eyes_free(document, "en", data_dir=tmp_path) == ()


def test_a_list_with_a_mistake_is_named():
    with pytest.raises(DocumentError, match="words"):
        read_lists(LISTS.replace("  words:\n", "  wrods:\n", 1), "en.yaml")


@pytest.mark.parametrize("key", re.findall(r"(?m)^(\w+):", LISTS))
def test_a_list_with_a_part_missing_is_refused_and_no_crash(key):
    without = re.sub(rf"(?ms)^{key}:.*?(?=^\w|\Z)", "", LISTS, count=1)
    with pytest.raises(DocumentError, match=f"'{key}' is missing"):
        read_lists(without, "en.yaml")


@pytest.mark.parametrize("group", ["filler", "openers", "pointing", "promises", "vague_sides", "fixed_sides"])
def test_every_word_of_a_list_is_found(group):
    lists = load_lists("en", DATA / "eyes_free")
    assert lists is not None
    words = at(parse(LISTS, "en.yaml"), group, "words")
    assert isinstance(words, ListNode)
    for node in words.items:
        assert isinstance(node, Scalar)
        sentence = f"{node.text} knee, as said." if group == "vague_sides" else f"{node.text} and more."
        assert next(getattr(lists, group).found(sentence), None), node.text


PIECES = st.sampled_from(
    """just now okay, like this here over there the other leg that knee same side left right {side} {other} | . ; , :
    and then Breathing bending nothing posture faster fix your ' \u2019 \u2026 - -- " \\ ! ? \x01 \xad é ß İ 中
    ing king-sizing heel try to let's don't 12 1.5 really a b c""".split()  # noqa: SIM905 - readable
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), min_size=1, max_size=40).map(" ".join)


@given(key=st.sampled_from(["announce", "setup", "form", "feel", "release", "caution", "short.setup", "work caution",
                            "screen.say", "harder.say"]), text=TEXTS)  # fmt: skip
def test_no_text_of_a_movement_upsets_it(key, text):
    source = in_movement(key, text)
    _never_upset(movement_document, source)


@given(first=TEXTS, second=TEXTS)
def test_no_text_of_a_routine_upsets_it(first, second):
    quoted = [json.dumps(text, ensure_ascii=False) for text in (first, second)]
    _never_upset(routine_document, in_routine(
        f"  - talk: {quoted[0]}\n  - reflect: {quoted[1]}\n    for: 1s\n  - rest: 1s\n    say: {quoted[0]}\n"
    ))  # fmt: skip


def _never_upset(read, source):
    try:
        document = read(source, "d.yaml")
    except CoachError:
        return  # no such document
    lines = source.split("\n")
    for finding in eyes_free(document):
        problem = finding.problem
        assert problem.path == "d.yaml"
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1])
        assert problem.cure
        assert str(problem).isprintable()
