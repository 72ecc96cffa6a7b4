"""One movement on its own: found by id or file, its texts for one side, and the page `coach show` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.common import counted
from coach.cli.terminal import folded, width
from coach.errors import UnknownName
from coach.routine.model import WORDINGS

if TYPE_CHECKING:
    from coach.routine.library import Library
    from coach.routine.model import Movement, Side, Wording

_MARKS = ("setup", "announce", "sides", "kind", "release")
"""Keys that a movement has and a routine has not."""
_LABELS = 10
"""Columns of the words before a line."""


def movement_named(name: str, documents: Library) -> Movement | None:
    """Return the movement of this id or in this file; None when it is neither. Raises DocumentError."""
    from coach.documents.values import is_id

    if is_id(name) and documents.path_of("movement", name):
        return documents.movement(name)
    return _in_file(name)


def known_movement(name: str, documents: Library) -> Movement:
    """Return the movement of this id or in this file. Raises UnknownName or DocumentError."""
    found = movement_named(name, documents)
    if found is None:
        from coach.documents.values import alike

        hint = "`coach list --movements` shows them; a file's path works too"
        raise UnknownName("movement", name, alike(name, documents.movement_ids()), hint=hint)
    return found


def _in_file(name: str) -> Movement | None:
    from coach.documents import MappingNode, parse, read_file
    from coach.errors import CoachError
    from coach.routine.movement_document import read_movement

    path = Path(name)
    try:
        # A pipe can be read once only, and that is the routine's.
        if not path.is_file():
            return None
        text = read_file(path)
        node = parse(text, name)
    except (CoachError, OSError, ValueError):
        return None  # whoever reads it as a routine says what is wrong with it
    keys = {key.text for key, _ in node.entries} if isinstance(node, MappingNode) else set()
    return read_movement(text, name) if "steps" not in keys and keys & set(_MARKS) else None


def filled(movement: Movement, side: Side, wording: Wording) -> Movement:
    """Return the movement with the placeholders of its texts filled in; its sides stay what they are."""
    from coach.routine.delivery import STEADY
    from coach.routine.heard import heard, with_texts
    from coach.script.wording import resolve

    def said(text: str) -> str:
        return WORDINGS.join(resolve(one, wording, side=side) for one in text.split(WORDINGS))

    return with_texts(heard(movement, STEADY), said)


# --- in words -----------------------------------------------------------------------------------


def dose_text(movement: Movement) -> str:
    """Return the dose of one side: "30 s (10-60)" or "8 times (5-15)"."""
    if hold := movement.hold:
        default, least, most = (f"{ms / 1000:g}" for ms in (hold.default_ms, hold.least_ms, hold.most_ms))
        return f"{default} s" + _bounds(least, most)
    reps = movement.reps
    return f"{reps.default} times" + _bounds(str(reps.least), str(reps.most)) if reps else ""


def _bounds(least: str, most: str) -> str:
    return f" ({least}-{most})" if least != most else ""


def page_json(movement: Movement, *, own: bool) -> str:
    """Return the movement as JSON: every text as it is written, times in milliseconds."""
    return json.dumps({**asdict(movement), "own": own})


def print_page(movement: Movement, wording: Wording, documents: Library) -> None:
    """Print what there is to know of a movement, for the left side where sides differ."""
    columns = width()
    shown = filled(movement, "left" if movement.sides == "each" else "both", wording)
    if movement.screen:
        click.echo(folded(movement.screen.text, columns) + "\n")
    click.echo(click.style(folded(f"{movement.name} ({movement.id})", columns), bold=True))
    click.echo(folded(f"{_kind(movement)} for {', '.join(movement.muscles)}", columns) + "\n")
    for label, text in _facts(movement, shown):
        _line(label, text, columns)
    click.echo()
    heading = "Set-up, for the left side" if movement.sides == "each" else "Set-up"
    click.echo(_dim(heading))
    for number, step in enumerate(shown.setup, 1):
        _numbered(number, _first(step), columns)
    if movement.exit:
        click.echo("\n" + _dim("At the end"))
        for number, step in enumerate(shown.exit, 1):
            _numbered(number, _first(step), columns)
    click.echo()
    for label, text in _cues(shown, documents):
        _line(label, text, columns)
    for paragraph in (movement.note, movement.source and f"Source: {movement.source}"):
        if paragraph:
            click.echo("\n" + folded(paragraph, columns))


def _kind(movement: Movement) -> str:
    words = {
        "static": "A held stretch",
        "dynamic": "A moving stretch",
        "strength": "Strength",
        "pressure": "Pressure",
        "balance": "Balance",
        "rest": "Rest",
    }
    return words[movement.kind]


def _facts(movement: Movement, shown: Movement) -> Iterator[tuple[str, str]]:
    place = {"none": "", "wall": ", near a wall", "desk": ", at a desk", "mat": ", on a mat"}[movement.place]
    yield "Position", movement.position.replace("-", " ") + place
    kit = (f"{kit.name} (or {kit.substitute})" if kit.substitute else kit.name for kit in movement.kit)
    yield "Kit", "; ".join(kit) or "none"
    sides = {"each": "left, then right", "both": "both at once", "alternate": "in turn, counted together"}
    meant = f"; the side is the {movement.side_means}" if movement.side_means else ""
    yield "Sides", sides[movement.sides] + meant
    sets = movement.sets
    times = counted(sets.default, "set") + _bounds(str(sets.least), str(sets.most))
    per_side = " a side" if movement.sides == "each" else ""
    dose = dose_text(movement)
    amount, bracket, rest = dose.partition(" (")
    yield "Dose", f"{amount}{per_side}{bracket}{rest}, {times}"
    if movement.reps:
        yield "Tempo", f"{movement.reps.tempo} ({_tempo_text(movement)})"
    for caution in shown.caution:
        yield "Careful", _first(caution.say)


def _tempo_text(movement: Movement) -> str:
    """Return one repetition in the movement's own words, in the order it is done: "pull 1 s, pause 1 s, back 2 s"."""
    if movement.reps is None:
        return ""
    tempo, phases = movement.reps.tempo, movement.phases
    away = (phases.eccentric.lower() if phases else "lowering", tempo.eccentric_s, tempo.stretched_s)
    back = (phases.concentric.lower() if phases else "rising", tempo.concentric_s, tempo.squeezed_s)
    halves = (away, back) if movement.reps.starts == "eccentric" else (back, away)
    parts = [f"{name} {s} s" + (f", pause {pause} s" if pause else "") for name, s, pause in halves if s or pause]
    return ", ".join(parts)


def _cues(shown: Movement, documents: Library) -> Iterator[tuple[str, str]]:
    yield "Form", _first(shown.form)
    yield "Feel", _first(shown.feel)
    yield "Release", _first(shown.release)
    if shown.fault:
        yield "Mistake", shown.fault
    for label, version in (("Easier", shown.easier), ("Harder", shown.harder)):
        if version:
            yield label, _first(version.text)
    if shown.instead:
        known = documents.path_of("movement", shown.instead) is not None
        name = documents.movement(shown.instead).name if known else ""
        yield "Instead", f"{name} ({shown.instead})" if name else shown.instead


def _first(text: str) -> str:
    return text.split(WORDINGS)[0].strip()


def _line(label: str, text: str, columns: int) -> None:
    # A long id in a narrow window begins further left.
    indent = " " * (_LABELS if max(map(len, text.split())) + _LABELS <= columns else 2)
    lines = folded(text, columns, indent, f"{label:<{_LABELS}}")
    click.echo(_dim(lines[:_LABELS]) + lines[_LABELS:])


def _numbered(number: int, text: str, columns: int) -> None:
    first = f"{number:>3}. "
    click.echo(folded(text, columns, " " * len(first), first))


def _dim(text: str) -> str:
    return click.style(text, dim=True)


def close_names(name: str, documents: Library) -> Sequence[str]:
    """Return the routines and movements whose id looks like `name`, or has it in it."""
    from coach.documents.values import alike

    return alike(name, [*documents.routine_ids(), *documents.movement_ids()], 3)
