"""`coach check`: says by content what a file is and whether it is right."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.common import library
from coach.errors import AskedError, UnreadableFile
from coach.units import format_clock


@click.command("check", epilog="Example: coach check my-routine.yaml")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True)
def command(paths: tuple[str, ...]) -> int:
    """Check routines, movements and our MP3s; every problem is named with its place."""
    worst = 0
    for text in paths:
        try:
            click.echo(_check(Path(text)))
        except AskedError as error:
            if len(paths) == 1:
                raise
            click.echo(str(error) + (f"\n  {error.hint}" if error.hint else ""), err=True)
            worst = 2
    return worst


def _check(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(3)
    except OSError:
        head = b""
    if head == b"ID3" or head[:2] in (b"\xff\xf3", b"\xff\xfb"):
        from coach.cli.verify_command import verified

        return verified(path)
    from coach.documents import MappingNode, parse, read_file

    text = read_file(path)
    node = parse(text, str(path))
    keys = {key.text for key, _ in node.entries} if isinstance(node, MappingNode) else set()
    if "steps" in keys:
        return _routine(path)
    if keys & {"announce", "setup", "muscles", "hold", "reps"}:
        from coach.routine.movement_document import read_movement

        movement = read_movement(text, str(path))
        return f"{path}: the movement '{movement.name}', no problem"
    raise UnreadableFile(
        path, "is neither a routine, nor a movement, nor one of our MP3s", hint="a routine has the key 'steps'"
    )


def _routine(path: Path) -> str:
    from coach.audio.tones import TONE_LENGTHS_MS
    from coach.script.fit import fit
    from coach.script.wording import Estimates
    from coach.session import content_of

    found = library()
    routine = found.routine(path)
    fitted = fit(routine, content_of(routine, found), Estimates(), TONE_LENGTHS_MS)
    return f"{path}: the routine '{routine.name}', about {format_clock(sum(fitted.lengths_ms))}, no problem"
