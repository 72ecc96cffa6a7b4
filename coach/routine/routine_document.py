"""Reads a routine document. What the keys mean is in docs/documents.md; the value is `model.Routine`.

It checks what the document alone shows; whether the movements exist and take such doses is `library`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from coach.documents import Document, Fields, MappingNode, Node, Reader, Values
from coach.documents.nodes import found, short
from coach.documents.values import MAX_NAME, mistyped
from coach.errors import DocumentError, Problem
from coach.routine.doses import (
    MAX_BREATHS,
    MAX_HOLD_MS,
    MAX_REPEAT,
    MAX_REPS,
    MAX_ROUTINE_MS,
    MAX_SETS,
    MAX_STEPS,
    read_range,
    read_tempo,
)
from coach.routine.model import (
    WORDINGS,
    BlockStep,
    BreatheStep,
    LengthRange,
    Moment,
    Movement,
    MovementStep,
    Position,
    ReflectStep,
    RestStep,
    Routine,
    Step,
    TalkStep,
    Without,
)
from coach.routine.placeholders import check_placeholders, check_wordings

STEP_WORDS = ("talk", "breathe", "movement", "rest", "reflect", "block")
"""A step has exactly one of these keys; `rest` beside `movement` is the rest between its sets."""

_BESIDE = ("hold", "reps", "tempo", "sets", "say", "for", "position", "optional")
_BREATH_MS = 10_000
_WORD_MS = 400
"""Less than a spoken word takes at any pace: a bound from below, for the limit of the whole."""


def read_routine(text: str, path: str) -> Routine:
    """Return the routine in `text`; `path` is its name in messages. Raises DocumentError with every problem."""
    return routine_document(text, path).value


def routine_document(text: str, path: str) -> Document[Routine]:
    """Return the routine with the places of its parts. Raises DocumentError with every problem."""
    document, problems = collect_routine(text, path)
    if problems:
        raise DocumentError(problems)
    return document


def collect_routine(text: str, path: str) -> tuple[Document[Routine], list[Problem]]:
    """Return what could be read and every problem of it, so that checks of a whole library can add theirs.

    A value with a problem is replaced by a harmless one. Raises DocumentError when it is no routine at all.
    """
    reader = Reader.of(text, path)
    fields = reader.document("a routine")
    routine = Routine(
        id=fields.slug("id"),
        name=fields.text("name", MAX_NAME),
        steps=read_steps(reader, fields.items("steps")),
        moment=fields.choice("moment", get_args(Moment), "any"),
        length=_length(reader, fields.node("length", required=False)),
        intro=fields.optional_text("intro"),
        outro=fields.optional_text("outro"),
        without=tuple(_without(inner) for inner in fields.mappings("without", "an item of without", required=False)),
        language=_language(fields),
        bed=fields.choice("bed", ("comfort", "none"), "comfort"),
        tones=fields.choice("tones", ("soft", "none"), "soft"),
        about=fields.optional_text("about"),
    )
    for key in ("name", "intro", "outro", "without", "about"):
        if node := fields.values.get(key):
            check_placeholders(reader, node, ())
    for key in ("intro", "outro"):
        if node := fields.values.get(key):
            check_wordings(reader, node)
    _check_without(fields, routine)
    if (count := count_steps(routine.steps)) > MAX_STEPS:
        what = f"the routine has {count} steps with its blocks repeated, at most {MAX_STEPS} are allowed"
        fields.add("steps", what, "repeat less, or make two routines of it")
    if least_ms(routine.steps, {}) > MAX_ROUTINE_MS:
        fields.add("steps", "the steps last more than 4 hours", "make two routines of it")
    fields.done()
    return Document(routine, path, reader.root), reader.problems


def _without(fields: Fields) -> Without:
    items = fields.items("movements", most=20)
    names = tuple(fields.reader.slug(item, "an item of movements") for item in items)
    found = Without(names, fields.optional_text("intro"), fields.optional_text("outro"))
    for key in ("intro", "outro"):
        if node := fields.values.get(key):
            check_wordings(fields.reader, node)
    if not fields.has("intro") and not fields.has("outro"):
        fields.reader.add(fields.where, "nothing is said otherwise", "write intro: or outro:")
    fields.done()
    return found


def _check_without(fields: Fields, routine: Routine) -> None:
    """Note a movement that is in no step: it would never be missed."""
    done = {step.movement for _, step in walk(routine.steps) if isinstance(step, MovementStep)}
    unknown = next((name for one in routine.without for name in one.movements if name and name not in done), None)
    if unknown:
        fields.add("without", f"without names '{unknown}', which no step does", "name movements of the steps")


def count_steps(steps: tuple[Step, ...]) -> int:
    """Return how many steps are done, with blocks repeated."""
    return sum(step.repeat * count_steps(step.steps) if isinstance(step, BlockStep) else 1 for step in steps)


def least_ms(steps: tuple[Step, ...], movements: Mapping[str, Movement]) -> int:
    """Return what doses and the steps' own words take at least, in milliseconds: no set-up, no moving about.

    A movement that is not in `movements` counts with what the step says, for one side.
    """
    return sum(_step_ms(step, movements) for step in steps)


def _step_ms(step: Step, movements: Mapping[str, Movement]) -> int:
    if isinstance(step, TalkStep):
        return _spoken_ms(step.text)
    if isinstance(step, BreatheStep):
        return step.breaths * _BREATH_MS + _spoken_ms(step.say)
    if isinstance(step, RestStep):
        return max(step.length_ms, _spoken_ms(step.say))
    if isinstance(step, ReflectStep):
        return step.for_ms + _spoken_ms(step.text)
    if isinstance(step, BlockStep):
        return step.repeat * least_ms(step.steps, movements)
    movement = movements.get(step.movement)
    dose_ms = step.hold_ms or 0
    if movement and movement.hold and not dose_ms:
        dose_ms = movement.hold.default_ms
    tempo = step.tempo or (movement.reps.tempo if movement and movement.reps else None)
    reps = step.reps or (movement.reps.default if movement and movement.reps else 0)
    if tempo:
        dose_ms = max(dose_ms, reps * tempo.rep_ms)
    sets = step.sets or (movement.sets.default if movement else 1)
    sides = 2 if movement and movement.sides == "each" else 1
    return sets * sides * dose_ms + (sets - 1) * (step.rest_ms or 0)


def _spoken_ms(text: str | None) -> int:
    return _WORD_MS * min(len(wording.split()) for wording in text.split(WORDINGS)) if text else 0


def walk(
    steps: tuple[Step, ...], where: tuple[str | int, ...] = ("steps",)
) -> Iterator[tuple[tuple[str | int, ...], Step]]:
    """Yield each step once with the way to it in its document; a block comes before its steps."""
    for number, step in enumerate(steps):
        here = (*where, number)
        yield here, step
        if isinstance(step, BlockStep):
            yield from walk(step.steps, (*here, "block", "steps"))


def _length(reader: Values, node: Node | None) -> LengthRange | None:
    if node is None:
        return None
    doses = read_range(reader, node, "length", lambda one, name: reader.duration(one, name, 1, MAX_ROUTINE_MS))
    return LengthRange(*doses)


def _language(fields: Fields) -> str:
    language = fields.optional_text("language", MAX_NAME)
    if language is None:
        return "en"
    first, *rest = language.split("-")
    is_tag = 2 <= len(first) <= 3 and first.isalpha() and first.islower()
    if not (is_tag and language.isascii() and all(part.isalnum() and 2 <= len(part) <= 8 for part in rest)):
        fields.add("language", f"'{short(language)}' is not a language tag", "write en, de or pt-BR")
    return language


def read_steps(reader: Values, nodes: tuple[Node, ...]) -> tuple[Step, ...]:
    """Return the steps of a list; what is wrong with them is noted in `reader`."""
    # A step that cannot be read leaves something in its place, so that later ones keep their number and so
    # their line; a document with problems is never used for more.
    return tuple(_step(reader, node) or TalkStep("") for node in nodes)


def _step(reader: Values, node: Node) -> Step | None:
    if not isinstance(node, MappingNode):
        what = f"a step is a key with a value, found {found(node)}"
        reader.add(node, what, "write - movement: its-id, or - talk: a sentence")
        return None
    keys = [key.text for key, _ in node.entries]
    words = [key for key in keys if key in STEP_WORDS]
    if "movement" in words and "rest" in words:
        words.remove("rest")
    if not words:
        # What is said beside the word of a step is not that word misspelt: reps is no rest.
        unknown = (key for key, _ in node.entries if key.text not in _BESIDE)
        what = "a step needs one of talk, breathe, movement, rest, reflect or block"
        if like := next((key for key in unknown if reader.close(key.text, STEP_WORDS)), None):
            reader.add(like, what, reader.close(like.text, STEP_WORDS), mistyped(like.text, STEP_WORDS))
        else:
            reader.add(node, what)
        return None
    if len(words) > 1:
        what = f"one step has both '{words[0]}' and '{words[1]}'"
        reader.add(node, what, "make two steps of it, each beginning with '- '")
        return None
    fields = Fields(reader, node, f"a {words[0]} step")
    step = _READERS[words[0]](fields, fields.flag("optional"))
    for key in ("talk", "say", "reflect"):
        if (text := fields.values.get(key)) is not None:
            # Only a movement has sides; what else is said is said as written.
            check_placeholders(reader, text, ("side", "other") if "movement" in words else ())
            check_wordings(reader, text)
    fields.done()
    return step


def _talk(fields: Fields, optional: bool) -> Step:
    return TalkStep(fields.text("talk"), optional, _position(fields))


def _breathe(fields: Fields, optional: bool) -> Step:
    breaths = fields.integer("breathe", 1, MAX_BREATHS)
    return BreatheStep(breaths, fields.optional_text("say"), optional, _position(fields))


def _movement(fields: Fields, optional: bool) -> Step:
    if fields.has("hold") and (fields.has("reps") or fields.has("tempo")):
        other = "reps" if fields.has("reps") else "tempo"
        fields.add(other, f"a movement is held or counted: hold and {other} are both here", "delete one of them")
    tempo = fields.node("tempo", required=False)
    return MovementStep(
        movement=fields.slug("movement"),
        hold_ms=fields.optional_duration("hold", 1, MAX_HOLD_MS),
        reps=fields.optional_integer("reps", 1, MAX_REPS),
        tempo=read_tempo(fields.reader, tempo) if tempo else None,
        sets=fields.optional_integer("sets", 1, MAX_SETS),
        rest_ms=fields.optional_duration("rest"),
        say=fields.optional_text("say"),
        optional=optional,
    )


def _rest(fields: Fields, optional: bool) -> Step:
    return RestStep(fields.duration("rest"), fields.optional_text("say"), optional, _position(fields))


def _reflect(fields: Fields, optional: bool) -> Step:
    return ReflectStep(fields.text("reflect"), fields.duration("for"), optional, _position(fields))


def _position(fields: Fields) -> Position | None:
    return fields.choice("position", get_args(Position)) if fields.has("position") else None


def _block(fields: Fields, optional: bool) -> Step | None:
    node = fields.node("block")
    if node is None:
        return None
    if not isinstance(node, MappingNode):
        fields.reader.add(
            node, f"block must be keys with values, found {found(node)}", "write repeat and steps under it"
        )
        return None
    inner = fields.within(node, "a block")
    repeat = inner.integer("repeat", 1, MAX_REPEAT)
    steps = read_steps(inner.reader, inner.items("steps"))
    inner.done()
    return BlockStep(repeat, steps, optional)


_READERS = {
    "talk": _talk,
    "breathe": _breathe,
    "movement": _movement,
    "rest": _rest,
    "reflect": _reflect,
    "block": _block,
}
