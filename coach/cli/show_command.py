"""`coach show`: the session as a timeline one can read, as JSON, or as a picture."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach import paths
from coach.cli.asked import Asked, open_session, session_options
from coach.cli.called import Command
from coach.cli.common import DocumentName, library, say
from coach.cli.told import tell_changes, tell_familiar, tell_swaps
from coach.errors import AskedError, UnknownName

if TYPE_CHECKING:
    from coach.routine.model import Movement
    from coach.script.timeline import Timeline
    from coach.session import Session


_PICTURES = {".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg", ".pdf"}


@click.command("show", cls=Command, epilog="Example: coach show five-minute-ball --minutes 6 --cues")
@click.argument("routine", type=DocumentName())
@session_options
@click.option("--cues", is_flag=True, help="Show every sentence with its time.")
@click.option("--png", metavar="FILE.png", type=click.Path(), help="Draw the session as a picture instead.")
@click.option("-f", "--force", is_flag=True, help="Overwrite a picture that is already there.")
@click.option("--json", "as_json", is_flag=True, help="Print the timeline as JSON.")
def command(routine: str, asked: Asked, cues: bool, png: str | None, force: bool, as_json: bool) -> None:
    """Show what happens when in ROUTINE (an id, the path of your own file, or - for a routine piped in).

    ROUTINE may also be a movement: then how it is done, and for whom it is not.
    """
    target = None
    if png:
        from coach.cli.export_command import refuse_early

        target = paths.expanded(png)
        if target.suffix.lower() != ".png" and not os.path.isdir(target):  # noqa: PTH112 - never raises
            raise AskedError(f"{png} is not the name of a PNG picture", hint=f"--png {_as_png(png)} names one")
        refuse_early(target, force=force, option="--png")
    if movement := _movement(routine):
        if cues or png or asked != Asked():
            raise AskedError(f"{routine} is a movement: it is shown whole, only --json goes with it")
        _show_movement(movement, as_json=as_json)
        return
    session = open_session(routine, asked)
    with contextlib.closing(session):
        timeline = session.outlook()
        if as_json:
            click.echo(json.dumps({**_json(timeline), **_told(session)}))
        elif not target:
            from coach.cli.drawing import draw

            tell_swaps(session)
            tell_familiar(session, asked)
            tell_changes(session)
            draw(session, timeline, cues=cues)
    if target:
        from coach.audio.atomic import write_atomically
        from coach.audio.picture import draw as picture

        write_atomically(target, [picture(timeline)], overwrite=force)
        if not as_json:
            click.echo(png)


def _movement(name: str) -> Movement | None:
    """Return the movement that is meant, or None for a routine. Raises UnknownName when `name` is neither."""
    from coach.cli.movement_page import close_names, movement_named
    from coach.documents.values import is_id

    documents = library()
    if name == "-" or documents.path_of("routine", name):
        if documents.path_of("movement", name):
            say(f"Note: there is also a movement called '{name}'; this is the routine.")
        return None
    found = movement_named(name, documents)
    if found is None and is_id(name) and not os.path.lexists(name):
        hint = "`coach list` and `coach list --movements` show them; a file's path works too"
        raise UnknownName("routine or movement", name, close_names(name, documents), hint=hint)
    return found


def _show_movement(movement: Movement, *, as_json: bool) -> None:
    from coach.cli.movement_page import page_json, print_page

    documents = library()
    if as_json:
        known = documents.path_of("movement", movement.id) is not None
        own = not known or documents.origin("movement", movement.id) == "own"
        click.echo(page_json(movement, own=own))
    else:
        print_page(movement, documents.wording(), documents)


def _as_png(name: str) -> str:
    path = Path(name)
    if path.name in ("", ".", "..", "-") or path.name.startswith("."):
        return str(path.with_name("plan.png") if path.name else "plan.png")
    # Another kind of picture was meant as this one; any other dot may belong to the name.
    return str(path.with_suffix(".png")) if path.suffix.lower() in _PICTURES else f"{name}.png"


def _json(timeline: Timeline) -> dict[str, object]:
    return {
        "id": timeline.routine,
        "voice": timeline.voice,
        "estimated": timeline.estimated,
        "length_ms": timeline.length_ms,
        "chapters": [asdict(chapter) for chapter in timeline.chapters],
        "segments": [asdict(segment) for segment in timeline.segments],
        "cues": [asdict(cue) for cue in timeline.cues],
        "dropped": [asdict(dropped) for dropped in timeline.dropped],
    }


def _told(session: Session) -> dict[str, object]:
    """Return what became of the document: replaced movements, changed doses; and the work of each side."""
    work: dict[str, dict[str, object]] = {}
    for segment in session.outlook().segments:
        if segment.kind == "work" and segment.movement and segment.side:
            sums = work.setdefault(segment.movement, {"movement": segment.movement, "left": 0, "right": 0, "both": 0})
            sums[segment.side] = int(str(sums[segment.side])) + (segment.end_ms - segment.start_ms)
    return {
        "work_ms": list(work.values()),
        "swaps": [asdict(swap) for swap in session.swaps],
        "changes": [asdict(change) for change in session.changes()],
    }
