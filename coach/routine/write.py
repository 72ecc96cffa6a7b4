"""Writes a Routine as a document: the text that, read back, gives the same Routine.

It writes the strict dialect of docs/documents.md and leaves out what is a default. Nothing is checked here: a value
no document may have gives a text that the reader refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from coach.routine.model import (
    BlockStep,
    BreatheStep,
    MovementStep,
    ReflectStep,
    RestStep,
    Routine,
    Step,
    TalkStep,
)
from coach.units import format_duration

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,;.!?()'/|-]*[A-Za-z0-9,;.!?()']")
_NOT_TEXT = ("true", "false", "null")


def routine_text(routine: Routine, comments: Sequence[str] = (), notes: Mapping[int, str] | None = None) -> str:
    """Return the document of `routine`.

    `comments` are lines above it, `notes` lines above steps, by their index from 0; both without the `#`.
    """
    return "\n".join([*_document(routine, comments, notes or {}), ""])


def _document(routine: Routine, comments: Sequence[str], notes: Mapping[int, str]) -> Iterator[str]:
    yield from (f"# {' '.join(line.split())}".rstrip() for line in comments)
    yield "schema: 1"
    yield f"id: {_slug(routine.id)}"
    yield from _text("name", routine.name)
    if routine.about is not None:
        yield from _text("about", routine.about)
    if routine.moment != "any":
        yield f"moment: {routine.moment}"
    if length := routine.length:
        bounds = (("default", length.default_ms), ("least", length.least_ms), ("most", length.most_ms))
        yield "length: {" + ", ".join(f"{key}: {format_duration(ms)}" for key, ms in bounds) + "}"
    if routine.language != "en":
        yield from _text("language", routine.language)
    if routine.bed != "comfort":
        yield f"bed: {routine.bed}"
    if routine.tones != "soft":
        yield f"tones: {routine.tones}"
    if routine.intro is not None:
        yield from _text("intro", routine.intro)
    yield "steps:"
    for number, step in enumerate(routine.steps):
        if number in notes:
            yield f"  # {notes[number]}"
        yield from _item(step)
    if routine.outro is not None:
        yield from _text("outro", routine.outro)
    if routine.without:
        yield "without:"
    for one in routine.without:
        yield f"  - movements: [{', '.join(map(_slug, one.movements))}]"
        for key, text in (("intro", one.intro), ("outro", one.outro)):
            yield from (f"    {line}" for line in _optional_text(key, text))


def _item(step: Step) -> Iterator[str]:
    """Yield the lines of one step of a list that is indented by two."""
    for number, line in enumerate(_step(step)):
        yield f"  {'- ' if number == 0 else '  '}{line}"


def _step(step: Step) -> Iterator[str]:
    if isinstance(step, TalkStep):
        yield from _text("talk", step.text)
    elif isinstance(step, ReflectStep):
        yield from _text("reflect", step.text)
        yield f"for: {format_duration(step.for_ms)}"
    elif isinstance(step, BreatheStep):
        yield f"breathe: {step.breaths}"
        yield from _optional_text("say", step.say)
    elif isinstance(step, RestStep):
        yield f"rest: {format_duration(step.length_ms)}"
        yield from _optional_text("say", step.say)
    elif isinstance(step, MovementStep):
        yield from _movement(step)
    else:
        yield from _block(step)
    if not isinstance(step, MovementStep | BlockStep) and step.position:
        yield f"position: {step.position}"
    if step.optional:
        yield "optional: true"


def _slug(name: str) -> str:
    """Return an id as a document writes it: one that is a number, or a word with a meaning, in quotes."""
    return f'"{name}"' if name.isdigit() or name in _NOT_TEXT else name


def _movement(step: MovementStep) -> Iterator[str]:
    yield f"movement: {_slug(step.movement)}"
    if step.hold_ms is not None:
        yield f"hold: {format_duration(step.hold_ms)}"
    if step.reps is not None:
        yield f"reps: {step.reps}"
    if step.tempo is not None:
        yield f"tempo: {step.tempo}"
    if step.sets is not None:
        yield f"sets: {step.sets}"
    if step.rest_ms is not None:
        yield f"rest: {format_duration(step.rest_ms)}"
    yield from _optional_text("say", step.say)


def _block(step: BlockStep) -> Iterator[str]:
    yield "block:"
    yield f"  repeat: {step.repeat}"
    yield "  steps:"
    for inner in step.steps:
        yield from (f"  {line}" for line in _item(inner))


# --- texts --------------------------------------------------------------------------------------


def _optional_text(key: str, text: str | None) -> Iterator[str]:
    if text is not None:
        yield from _text(key, text)


def _text(key: str, text: str) -> Iterator[str]:
    """Yield `key: text`: as it is where nothing in it means anything else, in quotes, or folded when it is long."""
    line = f"{key}: {_scalar(text)}"
    words = text.split(" ")
    if len(line) <= _WIDTH or not all(words):
        yield line
        return
    yield f"{key}: >-"
    folded = ""
    for word in words:
        if folded and len(folded) + len(word) >= _WIDTH:
            yield f"  {folded}"
            folded = word
        else:
            folded = f"{folded} {word}" if folded else word
    yield f"  {folded}"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text not in _NOT_TEXT:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
