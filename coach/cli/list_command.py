"""`coach list`: the routines, so that a tired reader finds length, kit and floor in five seconds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from coach.cli.called import Command
from coach.cli.common import library, say
from coach.cli.terminal import on_terminal, width
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.routine.library import Library
    from coach.routine.model import Routine

_MOMENTS = {
    "any": "any time",
    "pre-run": "before a run",
    "post-run": "after a run",
    "desk": "at the desk",
    "evening": "evening",
}


_WIDEST = 140


@click.command("list", cls=Command, epilog="Example: coach list")
@click.option("--movements", is_flag=True, help="List the movements a routine can use instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def command(movements: bool, as_json: bool) -> int:
    """List the routines: shipped ones and your own. Exit 2 when one of yours cannot be read."""
    from coach.errors import AskedError

    found = library()
    if movements:
        _movements(found, as_json)
        return 0
    rows, status = [], 0
    for name in found.routine_ids():
        try:
            rows.append(_row(found, name))
        except AskedError as error:
            # One broken document of the user's hides none of the others.
            say(str(error) + (f"\n  {error.hint}" if error.hint else ""))
            status = 2
    if as_json:
        click.echo(json.dumps(rows))
        return status
    for row, cells in zip(rows, _columns(rows), strict=True):
        for line in _lines(cells, kit=", ".join(row["kit"]) or "no kit"):  # type: ignore[arg-type]
            click.echo(line)
    say("`coach show ROUTINE` draws one, `coach export ROUTINE` makes its MP3.")
    return status


def _movements(found: Library, as_json: bool) -> None:
    """Print the ids that `movement:` takes, with their name, position and goal."""
    rows = [(m.id, m.name, m.position, "hold" if m.hold else "reps") for m in map(found.movement, found.movement_ids())]
    if as_json:
        click.echo(json.dumps([dict(zip(("id", "name", "position", "goal"), row, strict=True)) for row in rows]))
        return
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        click.echo("  ".join(f"{cell:<{size}}" for cell, size in zip(row, wide, strict=False)) + f"  {row[3]}")


def _row(found: Library, name: str) -> dict[str, object]:
    from coach.session import content_of, movements_of

    routine = found.routine(name)
    movements = movements_of(routine, content_of(routine, found))
    length = routine.length
    return {
        "id": routine.id,
        "name": routine.name,
        "moment": routine.moment,
        "length_ms": length.default_ms if length else None,
        "least_ms": length.least_ms if length else None,
        "most_ms": length.most_ms if length else None,
        "length": _length(routine),
        "floor": any(m.position != "standing" for m in movements),
        "kit": list(dict.fromkeys(kit.name.split(",")[0] for m in movements for kit in m.kit)),
        "own": found.origin("routine", name) == "own",
    }


def _length(routine: Routine) -> str:
    length = routine.length
    if length is None:
        return "as written"
    return f"{_minutes(length.default_ms)} ({_minutes(length.least_ms, '')}-{_minutes(length.most_ms, '')})"


def _minutes(ms: int, unit: str = " min") -> str:
    return f"{ms // 60_000}{unit}" if ms % 60_000 == 0 else format_clock(ms)


def _columns(rows: list[dict[str, object]]) -> list[list[str]]:
    """Return the cells before the kit, each as wide as the widest of its column."""
    table = [
        [
            str(row["id"]) + (" (own)" if row["own"] else ""),
            str(row["length"]),
            _MOMENTS[str(row["moment"])],
            "on the floor" if row["floor"] else "standing",
        ]
        for row in rows
    ]
    wide = [max(len(cells[column]) for cells in table) for column in range(4)] if table else []
    # Lengths look best with their minutes under each other.
    return [
        [f"{cell:<{wide[column]}}" if column != 1 else _by_number(cell, table) for column, cell in enumerate(cells)]
        for cells in table
    ]


def _by_number(cell: str, table: list[list[str]]) -> str:
    before = max(len(cells[1].split(" ")[0]) for cells in table if cells[1] != "as written") if table else 0
    shifted = [" " * (before - len(cells[1].split(" ")[0])) + cells[1] for cells in table]
    own = " " * (before - len(cell.split(" ")[0])) + cell if cell != "as written" else cell
    return own.ljust(max(map(len, shifted)))


def _lines(cells: list[str], kit: str) -> list[str]:
    """Return the lines of one routine: one where it fits or nobody sees it, else folded under its length."""
    whole = "  ".join([*cells, kit])
    columns = width(_WIDEST)
    if not on_terminal() or len(whole) <= columns:
        return [whole]
    from coach.cli.terminal import folded

    indent = " " * (len(cells[0]) + 2)
    head = "  ".join(cells).rstrip()
    if len(head) <= columns:
        return [head, folded(kit, columns, indent, indent)]
    rest = [part.strip() for part in (*cells[1:], kit)]
    return [cells[0].rstrip(), folded(", ".join(rest), columns, "  ", "  ")]
