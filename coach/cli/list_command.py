"""`coach list`: the routines, so that a tired reader finds length, kit and floor in five seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import click

from coach.cli.asked import Asked, filter_options, flat, needs_of
from coach.cli.called import Command
from coach.cli.common import Minutes, broken_lines, counted, library, say, settings
from coach.cli.terminal import on_terminal, width
from coach.errors import AskedError, CoachError, ImpossibleLength, NothingLeft
from coach.routine.model import Moment
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.routine.adapt import Needs
    from coach.routine.library import Library
    from coach.routine.model import Kit, Movement, Routine

_Row: TypeAlias = dict[str, Any]

_MOMENTS: dict[Moment, str] = {
    "any": "any time",
    "pre-run": "before a run",
    "post-run": "after a run",
    "desk": "at the desk",
    "evening": "evening",
}
_WIDEST = 140


@click.command("list", cls=Command, epilog="Example: coach list --moment desk --avoid kneeling --minutes 5")
@click.option("--moment", type=click.Choice(get_args(Moment)), help="Only what suits this moment; those for any too.")
@click.option("--minutes", "length_ms", type=Minutes(), help="Only what can last exactly so long, such as 8 or 7:30.")
@filter_options
@click.option("--movements", is_flag=True, help="List the movements a routine can use instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def command(
    moment: Moment | None,
    length_ms: int | None,
    place: str | None,
    kit: tuple[tuple[str, ...], ...],
    avoid: tuple[tuple[str, ...], ...],
    movements: bool,
    as_json: bool,
) -> int:
    """List the routines that you can do: shipped ones and your own. Exit 2 when one of yours cannot be read.

    What the settings under `me` say counts here too.
    """
    documents, closed = library().without_closed()
    needs = needs_of(Asked(place=place, kit=flat(kit), avoid=flat(avoid)), settings(), documents)
    if movements and (moment or length_ms):
        raise AskedError(f"a movement has no {'moment' if moment else 'length'} of its own", hint="leave it out")
    rows, hidden, broken = (_movements if movements else _routines)(documents, needs, moment, length_ms)
    # One broken document of the user's hides none of the others.
    told = broken_lines([*closed, *broken], documents)
    status = 2 if told else 0
    if as_json:
        click.echo(json.dumps(rows))
        for line in told:
            say(line)
        return status
    table = [_movement_cells(row) if movements else _routine_cells(row) for row in rows]
    # Lengths look best with their minutes under each other, doses with their seconds.
    for line in _lines(table, numbers=4 if movements else 1):
        click.echo(line)
    for line in told:
        say(line)
    if rows:
        _tell_rest(hidden, movements=movements)
    elif movements:
        say("There is no movement that can be done so.")
    else:
        say("There is nothing that can be done so" + _made_instead(documents, needs, moment or "any", length_ms))
    return status


def _made_instead(documents: Library, needs: Needs, moment: Moment, length_ms: int | None) -> str:
    """Return what `coach make` can do about it: the end of a sentence. It is tried, not promised."""
    from coach.make import NothingFits, Request, make

    try:
        make(documents, Request(length_ms, moment, needs))
    except NothingFits as error:
        if error.near_ms is None:
            return "."
        return f", and the nearest to it that `coach make` can put together lasts {format_clock(error.near_ms)}."
    except CoachError:  # what is wrong with a document is told where it is asked for
        return "."
    return "; `coach make` puts a routine together for you."


def _tell_rest(hidden: int, *, movements: bool) -> None:
    """Say what is not in the list, and what comes next."""
    if hidden:
        what = counted(hidden, "other movement" if movements else "other routine")
        say(f"{what} cannot be done so." if movements else f"{what} cannot be done so, or not in that time.")
    if movements:
        say("`coach show MOVEMENT` explains one, `coach say --movement MOVEMENT` speaks it.")
    else:
        say("`coach show ROUTINE` draws one, `coach export ROUTINE` makes its MP3.")


# --- routines -----------------------------------------------------------------------------------


def _routines(
    found: Library, needs: Needs, moment: Moment | None, length_ms: int | None
) -> tuple[list[_Row], int, list[CoachError]]:
    """Return the routines that fit, how many do not, and why others cannot be read."""
    rows: list[_Row] = []
    broken: list[CoachError] = []
    hidden = 0
    for name in found.routine_ids():
        try:
            routine = found.routine(name)
            if moment is None or routine.moment in (moment, "any"):
                rows.append(_row(found, routine, needs, length_ms))
        except (NothingLeft, ImpossibleLength):
            hidden += 1
        except AskedError as error:
            broken.append(error)
    if moment:
        rows.sort(key=lambda row: row["moment"] != moment)  # what is made for it comes first
    return rows, hidden, broken


def _row(found: Library, routine: Routine, needs: Needs, length_ms: int | None) -> _Row:
    """Return what there is to know of a routine as this person can do it. Raises NothingLeft or ImpossibleLength."""
    from coach.audio.tones import TONE_LENGTHS_MS
    from coach.script.fit import fit
    from coach.script.wording import Estimates
    from coach.session import adapted, content_of, movements_of

    possible, swaps = adapted(routine, needs, found, length_ms)
    content = content_of(possible, found)
    length, about_ms = possible.length, None
    if length_ms or length is None:
        # What a voice makes of it differs by seconds; only a length at the edge of what is possible feels them.
        about_ms = sum(fit(possible, content, Estimates(), TONE_LENGTHS_MS, length_ms).lengths_ms)
    movements = movements_of(possible, content)
    return {
        "id": routine.id,
        "name": routine.name,
        "moment": routine.moment,
        "length_ms": length.default_ms if length else None,
        "least_ms": length.least_ms if length else None,
        "most_ms": length.most_ms if length else None,
        "length": _length(possible, about_ms),
        "floor": any(m.position != "standing" for m in movements),
        "kit": list(dict.fromkeys(_thing(kit, needs) for m in movements for kit in m.kit)),
        "own": found.origin("routine", routine.id) == "own",
        "replaced": sum(swap.instead is not None for swap in swaps),
        "left_out": sum(swap.instead is None for swap in swaps),
    }


def _length(routine: Routine, about_ms: int | None) -> str:
    if length := routine.length:
        return f"{_minutes(length.default_ms)} ({_minutes(length.least_ms, '')}-{_minutes(length.most_ms, '')})"
    return f"about {_minutes(round((about_ms or 0) / 30_000) * 30_000)}"


def _minutes(ms: int, unit: str = " min") -> str:
    return f"{ms // 60_000}{unit}" if ms % 60_000 == 0 else format_clock(ms)


def _routine_cells(row: _Row) -> list[str]:
    told = [", ".join(row["kit"]) or "no kit"]
    told += [f"{row['replaced']} replaced"] if row["replaced"] else []
    told += [f"{row['left_out']} left out"] if row["left_out"] else []
    return [
        str(row["id"]) + (" (own)" if row["own"] else ""),
        str(row["length"]),
        _MOMENTS[row["moment"]],
        "on the floor" if row["floor"] else "standing",
        "; ".join(told),
    ]


# --- movements ----------------------------------------------------------------------------------


def _movements(
    found: Library, needs: Needs, moment: Moment | None, length_ms: int | None
) -> tuple[list[_Row], int, list[CoachError]]:
    """Return the movements that can be done, how many cannot, and why others cannot be read."""
    from coach.routine.adapt import unfit

    rows: list[_Row] = []
    broken: list[CoachError] = []
    hidden = 0
    for name in found.movement_ids():
        try:
            movement = found.movement(name)
        except AskedError as error:
            broken.append(error)
            continue
        if unfit(movement, needs):
            hidden += 1
        else:
            rows.append(_movement_row(movement, needs, own=found.origin("movement", name) == "own"))
    return rows, hidden, broken


def _movement_row(movement: Movement, needs: Needs, *, own: bool) -> _Row:
    from coach.cli.movement_page import dose_text

    return {
        "id": movement.id,
        "name": movement.name,
        "position": movement.position,
        "goal": "hold" if movement.hold else "reps",
        "kind": movement.kind,
        "place": movement.place,
        "sides": movement.sides,
        "dose": dose_text(movement),
        "kit": [_thing(kit, needs) for kit in movement.kit],
        "muscles": list(movement.muscles),
        "own": own,
    }


def _movement_cells(row: _Row) -> list[str]:
    return [
        str(row["id"]) + (" (own)" if row["own"] else ""),
        row["kind"],
        row["position"],
        {"each": "each", "both": "both", "alternate": "in turn"}[row["sides"]],
        row["dose"],
        ", ".join(row["kit"]) or "no kit",
        "for " + ", ".join(row["muscles"]),
    ]


def _thing(kit: Kit, needs: Needs) -> str:
    """Return the thing in short, or what stands in for it when somebody has told what they have, and it is not that."""
    from coach.routine.adapt import kit_words

    lacking = needs.kit is not None and not needs.kit & kit_words(kit)
    return kit.substitute if lacking and kit.substitute else kit.name.split(",")[0]


# --- columns ------------------------------------------------------------------------------------


def _lines(table: Sequence[Sequence[str]], *, numbers: int) -> list[str]:
    """Return the rows with their columns under each other; a row too wide for the terminal is folded.

    `numbers` is the column whose first words are numbers, to stand right. The cells after it take what room is left.
    """
    if not table:
        return []
    before = max(_digits(row[numbers]) for row in table)
    rows = [list(row) for row in table]
    for row in rows:
        row[numbers] = " " * (before - _digits(row[numbers])) + row[numbers]
    fixed = len(rows[0]) - (1 if numbers == 1 else 2)
    wide = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    columns = width(_WIDEST) if on_terminal() else 10_000
    lines: list[str] = []
    for row in rows:
        cells = [f"{cell:<{size}}" for cell, size in zip(row, wide, strict=False)]
        whole = "  ".join([*cells, row[-1]])
        lines += [whole] if len(whole) <= columns else _folded(cells[:fixed], row, fixed, columns)
    return lines


def _folded(head: list[str], row: Sequence[str], fixed: int, columns: int) -> list[str]:
    """Return a row in several lines: its columns in one where they fit, what follows below them."""
    from coach.cli.terminal import folded

    indent = " " * (len(head[0]) + 2)
    first = "  ".join(head).rstrip()
    if len(first) <= columns:
        rest = ", ".join(part.strip() for part in row[fixed:])
        return [first, folded(rest, columns, indent, indent)]
    return [row[0], folded(", ".join(part.strip() for part in row[1:]), columns, "  ", "  ")]


def _digits(cell: str) -> int:
    """Return how many characters stand before the first blank of a length that begins with a number."""
    first = cell.split(" ")[0]
    return len(first) if first[:1].isdigit() else 0
