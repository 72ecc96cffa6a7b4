"""`coach export`: the MP3."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach import paths
from coach.cli.common import open_session, progress, say, session_options, size_text
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.session import Exported, Session


@click.command("export", epilog="Example: coach export post-run-cooldown -o cooldown.mp3 --minutes 8")
@click.argument("routine")
@click.option("-o", "--output", metavar="FILE|FOLDER", help="Where to; default: a name like desk-break-3min.mp3 here.")
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is already there.")
@session_options
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def command(
    routine: str, output: str | None, force: bool, voice: str | None, length_ms: int | None, as_json: bool
) -> None:
    """Make the MP3 of ROUTINE (an id, or the path of your own file)."""
    session = open_session(routine, voice, length_ms)
    try:
        if not as_json:
            _ask_screens(session)
        target = _target(session, output)
        if not force:
            # Before the rendering, which may take long; the write itself checks again.
            _refuse_existing(target)
        with progress("Recording the coach") as on_progress:
            made = session.export(target, overwrite=force, on_progress=on_progress)
    finally:
        session.close()
    if trouble := session.store.trouble:
        say(f"The cache could not be used: {trouble}")
    _report(made, session.content.wording.notes["playback"], as_json)


def _report(made: Exported, playback: str, as_json: bool) -> None:
    if as_json:
        fields = {
            "path": str(made.path),
            "bytes": made.bytes,
            "length_ms": made.length_ms,
            "voice": made.voice,
            "cues": made.cues,
            "rendered": made.rendered,
            "cached": made.cached,
            "seconds": round(made.seconds, 3),
        }
        click.echo(json.dumps(fields))
        return
    click.echo(f"{made.path}  {format_clock(made.length_ms)}  {size_text(made.bytes)}")
    say(playback)


def _target(session: Session, output: str | None) -> Path:
    from coach import config

    folder = output or config.load(paths.home_dir())["output"] or "."
    path = Path(folder).expanduser()
    if output and not (path.is_dir() or output.endswith(("/", "\\"))):
        return path
    # The name carries the length, which is known before anything is rendered.
    length_ms = session.length_ms or (session.routine.length.default_ms if session.routine.length else 0)
    length_ms = length_ms or session.outlook().length_ms
    minutes, rest_ms = divmod((length_ms + 500) // 1000 * 1000, 60_000)
    length = f"{minutes}min" + (f"{rest_ms // 1000:02}s" if rest_ms else "")
    return path / f"{session.routine.id}-{length}.mp3"


def _refuse_existing(target: Path) -> None:
    from coach.errors import FileInTheWay

    if target.exists():
        raise FileInTheWay(target)


def _ask_screens(session: Session) -> None:
    """Show who should not do a movement, once, before its first export; only to a person at a terminal."""
    screens = session.screens()
    if not screens or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    from coach.errors import WriteFailed
    from coach.history import History

    history = History(paths.record_dir())
    new = {name: text for name, text in screens.items() if not history.was_shown(f"screen:{name}")}
    if not new:
        return
    for text in dict.fromkeys(new.values()):
        say(click.wrap_text(text, width=min(80, shutil.get_terminal_size().columns), initial_indent="  ", subsequent_indent="  "))
        say("")
    click.confirm("None of this is true for me; go on?", abort=True, err=True)
    try:
        for name in new:
            history.mark_shown(f"screen:{name}")
    except WriteFailed as error:
        say(f"This will be asked again: {error}")
