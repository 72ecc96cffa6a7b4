"""Are the spoken texts of a document written for the ear of somebody who moves with eyes shut?

Every rule is advice with the words to write instead. The word lists and bounds are data
(`eyes_free_lists`), which texts are spoken is said in `eyes_free_texts`. Texts are checked as written, with
their placeholders, each wording by itself. Whether a dose is right is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.documents import Document
from coach.documents.nodes import short
from coach.errors import Problem
from coach.routine.eyes_free_lists import Lists, Phrases, any_of, load_lists
from coach.routine.eyes_free_texts import Spoken, Where, spoken_texts
from coach.routine.findings import Finding
from coach.routine.library import DATA
from coach.routine.model import WORDINGS, Movement, Routine, Wording

SOURCE = "eyes-free rule"

_SENTENCE_END = re.compile(r"(?<=[.!?;\u2026])\s+")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_SIDES = ("{side}", "{other}")
_MOST_QUOTED = 120
"""Characters of a sentence that is written out as the cure."""


@dataclass(frozen=True, slots=True)
class _Note:
    """One thing found: the rule's id, the way to the text, what is wrong, the cure."""

    rule: str
    where: Where
    what: str
    cure: str


def eyes_free(
    document: Document[Routine] | Document[Movement] | Document[Wording], language: str = "en", data_dir: Path = DATA
) -> tuple[Finding, ...]:
    """Return what of the spoken texts is hard to follow by ear, in the order of the file; all of it is advice.

    `language` is that of a movement; a routine and a wording say their own. A language without a list in
    `data_dir` is not checked. Raises DocumentError or UnreadableFile when its list cannot be used.
    """
    value = document.value
    lists = load_lists(language if isinstance(value, Movement) else value.language, data_dir / "eyes_free")
    if lists is None:
        return ()
    notes = dict.fromkeys(_notes(value, lists))
    findings = [_finding(document, note) for note in notes]
    return tuple(sorted(findings, key=lambda finding: (finding.problem.line, finding.problem.column)))


def _finding(document: Document[Routine] | Document[Movement] | Document[Wording], note: _Note) -> Finding:
    problem: Problem = document.problem(note.where, note.what, note.cure)
    return Finding(note.rule, problem, SOURCE, "advice")


def _notes(value: Routine | Movement | Wording, lists: Lists) -> Iterator[_Note]:
    sided = isinstance(value, Movement) and value.sides == "each"
    for spoken in spoken_texts(value, lists.share):
        for wording in spoken.wordings:
            yield from _sentences(spoken, wording.replace("\u2019", "'"), sided=sided, lists=lists)
            yield from _time(spoken, wording, lists)
    if isinstance(value, Movement):
        yield from _setup(value, lists)
        if sided:
            yield from _side_named(value)


# --- one sentence -----------------------------------------------------------------------------


def _sentences(spoken: Spoken, wording: str, *, sided: bool, lists: Lists) -> Iterator[_Note]:
    """Yield what is wrong with the sentences of one wording."""
    for number, sentence in enumerate(_SENTENCE_END.split(wording)):
        rules: tuple[tuple[str, Phrases, str], ...] = (
            ("filler", lists.filler, "says nothing"),
            ("filler", lists.openers, "says nothing"),
            ("pointing", lists.pointing, "needs eyes"),
            ("promise", lists.promises, "promises what nobody can keep"),
            ("vague-side", lists.vague_sides, "does not say which side"),
        )
        for rule, phrases, why in rules:
            yield from _phrases(rule, phrases, why, spoken.where, sentence, sided=sided)
        if sided:
            why = "is wrong on one of the sides"
            yield from _phrases("fixed-side", lists.fixed_sides, why, spoken.where, sentence, sided=True)
        is_name = spoken.kind == "announce" and number == 0
        yield from _ing(spoken, sentence, lists, is_name=is_name)
        yield from _length(spoken, sentence, lists)


def _phrases(rule: str, phrases: Phrases, why: str, where: Where, sentence: str, *, sided: bool) -> Iterator[_Note]:
    for match in phrases.found(sentence):
        replaced = " ".join(match["replaced"].split())
        new = phrases.write.get(replaced.lower())
        if rule == "vague-side" and sided:
            cure = (
                _written(sentence, match.span("replaced"), new)
                if new
                else f"write {{side}} or {{other}} for '{short(replaced)}'"
            )
        elif phrases.advice:
            cure = phrases.advice
        else:
            cure = _written(sentence, match.span("replaced"), new or "")
        yield _Note(rule, where, f"'{short(match[0])}' {why}", cure)


def _written(sentence: str, span: tuple[int, int], new: str) -> str:
    """Return "write: ..." with the sentence as it should be, or only the words when it is long."""
    before, old, after = sentence[: span[0]], sentence[slice(*span)], sentence[span[1] :]
    if not new:
        after = after.lstrip(" ,")
    whole = " ".join(f"{before}{new}{after}".split()).replace(" ,", ",").replace(" .", ".")
    if sentence[:1].isupper():
        whole = whole[:1].upper() + whole[1:]
    if not _WORD.search(whole):
        return "delete it"
    if _can_be_quoted(whole):
        return f"write: {whole}"
    return f"write '{short(new)}' for '{short(old)}'" if new else f"delete '{short(old)}'"


def _can_be_quoted(text: str) -> bool:
    return len(text) <= _MOST_QUOTED and text.isprintable()


def _ing(spoken: Spoken, sentence: str, lists: Lists, *, is_name: bool) -> Iterator[_Note]:
    """Yield the first words, of the sentence or after ", and", that end in -ing and stand for a command."""
    rule = lists.ing
    words = list(_WORD.finditer(sentence))
    for number, match in enumerate(words):
        word, before = match[0].lower(), number - 1
        if not word.endswith("ing") or len(word) < 5 or word in rule.but or "-" in word:
            continue
        while before >= 0 and words[before][0].lower() in rule.joins:
            before -= 1
        joined = before < number - 1
        between = sentence[words[before].end() if before >= 0 else 0 : match.start()]
        opens = before < 0 or (joined and between.lstrip().startswith((",", ":")))
        if not opens or (is_name and before < 0):
            continue
        after = sentence[match.end() :].lstrip()
        following = words[number + 1][0].lower() if number + 1 < len(words) else ""
        if after.startswith(":") or following in rule.describes:
            continue
        if spoken.kind == "feel" and not after.startswith(_SIDES) and following not in rule.objects:
            continue
        command = rule.verbs.get(word, word.removesuffix("ing"))
        command = command[:1].upper() + command[1:] if match[0][0].isupper() else command
        cure = _written(sentence, match.span(), command)
        yield _Note("ing-opening", spoken.where, f"'{short(match[0])}' tells, and does not say what to do", cure)


def _length(spoken: Spoken, sentence: str, lists: Lists) -> Iterator[_Note]:
    bounds = {"caution": lists.caution, "form": lists.cue, "feel": lists.cue}
    most = bounds.get(spoken.kind, lists.sentence)
    count = _count(sentence)
    if count > most:
        name = {"caution": "a caution", "form": "a form cue", "feel": "a feel cue"}.get(spoken.kind, "a sentence")
        what = f"'{short(sentence)}' is {count} words long, and {name} has at most {most}"
        yield _Note("long-sentence", spoken.where, what, _in_two(sentence, most, lists.breaks))


def _in_two(sentence: str, most: int, words: tuple[str, ...]) -> str:
    """Return the sentence as two, parted at the break nearest to its middle, when both are short enough."""
    # A comma by itself may be inside a list, and "and" by itself between two parts of the body.
    breaks = re.finditer(rf"(?:, |: ){any_of(words)} |: ", sentence)
    for found in sorted(breaks, key=lambda found: abs(found.start() * 2 - len(sentence))):
        first, second = sentence[: found.start()], sentence[found.end() :]
        if 2 <= _count(first) <= most and 2 <= _count(second) <= most:
            two = f"{first}. {second[:1].upper()}{second[1:]}"
            return f"make two of it: {two}" if _can_be_quoted(two) else f"end the first before '{short(second)}'"
    return f"make sentences of at most {most} words of it"


def _count(text: str) -> int:
    """Return how many words are heard."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


# --- one text, and the whole ------------------------------------------------------------------


def _time(spoken: Spoken, wording: str, lists: Lists) -> Iterator[_Note]:
    """Yield a text that takes longer to say than the time it has."""
    if spoken.time_ms is None:
        return
    in_work = spoken.kind in ("form", "feel", "caution")
    speed = lists.work_speed if in_work else lists.setup_speed
    needs_ms = _count(wording) * 60_000 // speed
    if needs_ms > spoken.time_ms:
        what = f"'{short(wording)}' takes about {_seconds(needs_ms)}, and {spoken.time} is {_seconds(spoken.time_ms)}"
        fitting = spoken.time_ms * speed // 60_000
        cure = f"say it in {fitting} words" if fitting > 1 else "say it in one word"
        yield _Note("reading-speed", spoken.where, what, cure)


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f} s"


def _setup(movement: Movement, lists: Lists) -> Iterator[_Note]:
    longest = [max(_count(wording) for wording in text.split(WORDINGS)) for text in movement.setup]
    if (count := sum(longest)) > lists.setup:
        what = f"the set-up is {count} words long, and at most {lists.setup} are followed"
        cure = f"leave out {count - lists.setup} words; what is not needed to get there goes into form or note"
        yield _Note("long-setup", ("setup",), what, cure)


def _side_named(movement: Movement) -> Iterator[_Note]:
    """Yield what does not say the side, of a movement that is done on each: the name, the set-ups."""
    side = f"{{side}} {short(movement.side_means or 'side')}"
    named: list[tuple[Where, str | None, bool]] = [
        (("announce",), movement.announce, True),
        (("short", "announce"), movement.short.announce, True),
        (("short", "setup"), movement.short.setup, False),
    ]
    for where, text, is_name in named:
        for wording in text.split(WORDINGS) if text else ():
            if not any(mark in wording for mark in _SIDES):
                plain = wording.strip().rstrip(".")
                cure = f"write: {plain}, {side}." if is_name and _can_be_quoted(plain) else f"say which: {side}"
                yield _Note("side-not-named", where, f"'{short(wording.strip())}' does not name the side", cure)
    if not any(mark in text for text in movement.setup for mark in _SIDES):
        yield _Note("side-not-named", ("setup",), "the set-up names no side", f"say which: {side}")
