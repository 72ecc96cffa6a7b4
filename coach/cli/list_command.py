"""`coach list`: the routines, so that a tired reader finds length, kit and floor in five seconds."""

from __future__ import annotations

import json

import click

from coach.cli.common import library
from coach.routine.model import Routine
from coach.units import format_clock

_MOMENTS = {"any": "any time", "pre-run": "before a run", "post-run": "after a run", "desk": "desk", "evening": "evening"}


@click.command("list", epilog="Example: coach list")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def command(as_json: bool) -> None:
    """List the routines: shipped ones and your own."""
    from coach.session import content_of, movements_of

    found = library()
    rows = []
    for name in found.routine_ids():
        routine = found.routine(name)
        movements = movements_of(routine, content_of(routine, found))
        rows.append(
            {
                "id": routine.id,
                "name": routine.name,
                "moment": routine.moment,
                "length_ms": routine.length.default_ms if routine.length else None,
                "least_ms": routine.length.least_ms if routine.length else None,
                "most_ms": routine.length.most_ms if routine.length else None,
                "floor": any(m.position != "standing" for m in movements),
                "kit": list(dict.fromkeys(kit.name.split(",")[0] for m in movements for kit in m.kit)),
                "text": _length(routine),
            }
        )
    if as_json:
        click.echo(json.dumps([{k: v for k, v in row.items() if k != "text"} for row in rows], ensure_ascii=False))
        return
    wide = max(len(str(row["id"])) for row in rows)
    for row in rows:
        where = "floor" if row["floor"] else "on the feet"
        kit = ", ".join(row["kit"]) or "no kit"
        moment = _MOMENTS[str(row["moment"])]
        click.echo(f"{row['id']:<{wide}}  {row['text']:<20}  {moment:<12}  {where:<11}  {kit}")
    click.echo("coach show ROUTINE draws one, coach export ROUTINE makes its MP3.", err=True)


def _length(routine: Routine) -> str:
    length = routine.length
    if length is None:
        return "as written"
    return f"{format_clock(length.default_ms)} ({format_clock(length.least_ms)}-{format_clock(length.most_ms)})"
