"""`coach export`: the MP3."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach import paths
from coach.cli.asked import Asked, open_session, session_options
from coach.cli.called import Command
from coach.cli.common import RoutineName, progress, say, settings, size_text
from coach.cli.told import tell_changes, tell_familiar, tell_swaps
from coach.errors import AskedError, CoachError, FileInTheWay, RecordUnreadable, WriteFailed
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.session import Exported, Session


_SOUNDS = {
    ".mp3",
    ".wav",
    ".ogg",
    ".oga",
    ".opus",
    ".flac",
    ".m4a",
    ".m4b",
    ".mp4",
    ".mp2",
    ".aac",
    ".wma",
    ".aif",
    ".aiff",
}
"""Endings of other kinds of sound; any other dot may belong to the name."""


class _Declined(CoachError):
    """A person said no to the question before a movement that is not for everybody."""


@click.command("export", cls=Command, epilog="Example: coach export post-run-cooldown -o cooldown.mp3 --minutes 8")
@click.argument("routine", type=RoutineName())
@click.option(
    "-o", "--output", metavar="FILE|FOLDER", type=click.Path(), help="Where to; else a name like desk-break-3min.mp3."
)
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is already there.")
@session_options
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON; asks nothing.")
def command(routine: str, asked: Asked, output: str | None, force: bool, as_json: bool) -> None:
    """Make the MP3 of ROUTINE (an id, the path of your own file, or - for a routine piped in)."""
    session = open_session(routine, asked)
    with contextlib.closing(session):
        target = _target(session, output)
        # Before the question and the rendering, which take long; the write itself checks again.
        refuse_early(target, force=force)
        if not as_json:
            tell_swaps(session)
            tell_familiar(session, asked)
            ask_screens(session, routine)
        with progress("Recording the coach", "Putting the MP3 together") as on_progress:
            made = session.export(target, overwrite=force, on_progress=on_progress)
    if trouble := session.store.trouble:
        say(f"Note: {trouble}.")
    if not as_json:
        tell_changes(session)
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


# --- where to -----------------------------------------------------------------------------------


def _target(session: Session, output: str | None) -> Path:
    folder = output or settings()["output"] or "."
    path = paths.expanded(folder)
    if output and not (os.path.isdir(path) or output.endswith(("/", "\\"))):  # noqa: PTH112 - never raises
        if output == "-":
            hint = f"-o {session.routine.id}.mp3 names one"
            raise AskedError("an MP3 cannot go to stdout: it needs a file", hint=hint)
        if path.suffix.lower() != ".mp3":
            bare = path.name.lower() == ".mp3"
            name = str(Path(output).with_name(f"{session.routine.id}.mp3")) if bare else renamed(output, ".mp3")
            raise AskedError(f"{output} is neither a folder nor the name of an MP3", hint=f"-o {name} names a file")
        return path
    # The name carries the length, which is known before anything is rendered.
    length_ms = session.length_ms or (session.routine.length.default_ms if session.routine.length else 0)
    length_ms = length_ms or session.outlook().length_ms
    minutes, rest_ms = divmod((length_ms + 500) // 1000 * 1000, 60_000)
    length = f"{minutes}min" + (f"{rest_ms // 1000:02}s" if rest_ms else "")
    return path / f"{session.routine.id}-{length}.mp3"


def renamed(output: str, ending: str) -> str:
    """Return the name of a sound file with this ending: in place of another kind's, else behind the whole name."""
    return str(Path(output).with_suffix(ending)) if Path(output).suffix.lower() in _SOUNDS else output + ending


def refuse_early(target: Path, *, force: bool, option: str = "-o") -> None:
    """Refuse what the write would refuse after minutes of rendering; `option` is the one that names the file.

    Raises AskedError or WriteFailed.
    """
    folder = target.parent
    try:
        if not stat.S_ISDIR(os.stat(folder).st_mode):  # noqa: PTH116
            raise AskedError(f"cannot write {target}: {folder} is not a folder")
    except FileNotFoundError as error:
        hint = f"mkdir {folder} makes it"
        raise AskedError(f"cannot write {target}: the folder {folder} does not exist", hint=hint) from error
    except OSError as error:
        raise _impossible(target, error) from error
    try:
        os.lstat(target)
        if not force:
            raise FileInTheWay(target, option=option)
        mode = os.stat(target).st_mode  # noqa: PTH116
        if not stat.S_ISREG(mode):
            kind = "folder" if stat.S_ISDIR(mode) else "device or a pipe"
            raise AskedError(f"cannot write {target}: it is a {kind}, not a file")
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _impossible(target, error) from error
    if not os.access(folder, os.W_OK):
        raise _impossible(target, PermissionError(errno.EACCES, ""))


def _impossible(target: Path, error: OSError) -> CoachError:
    from coach.audio.atomic import plain_cause

    cause = plain_cause(error)
    if isinstance(error, PermissionError):
        return WriteFailed(target, cause, hint="name another place")
    return AskedError(f"cannot write {target}: {cause}")


# --- who should not -----------------------------------------------------------------------------


def ask_screens(session: Session, name: str) -> None:
    """Show who should not do a movement, once, before its first export, to a person at a terminal.

    Where nobody can be asked it is said in a line where to read it, as long as nobody has accepted it; `name` is the
    routine as it was given.
    """
    screens = session.screens()
    if not screens:
        return
    from coach.cli.history_command import tell_put_aside, tell_unreadable
    from coach.history import History

    history = History(paths.record_dir())
    new = dict(screens)
    try:
        new = {name: text for name, text in screens.items() if not history.was_shown(f"screen:{name}")}
    except RecordUnreadable as error:
        tell_unreadable(error)
    if not new:
        return
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        _tell_screens(session, new, name)
        return
    session.outlook()  # an impossible length is told before the question, not after it
    for text in dict.fromkeys(new.values()):
        say(text + "\n")
    if not click.confirm("None of this is true for me. Go on?", err=True):
        raise _Declined("nothing was made", hint="`coach list` shows the other routines; in doubt, ask a clinician")
    try:
        for name in new:
            history.mark_shown(f"screen:{name}")
        tell_put_aside(history)
    except WriteFailed as error:
        say(f"Note: this will be asked again: {error}.")


def _tell_screens(session: Session, movements: Iterable[str], name: str) -> None:
    import shlex

    names = [session.content.movements[movement].name for movement in movements]
    # What came through a pipe has no name to show it by.
    shown = [*movements] if name == "-" else [shlex.quote(name)]
    commands = " and ".join(f"`coach show {one}`" for one in shown)
    verb = "says" if len(shown) == 1 else "say"
    it = "it" if len(names) == 1 else "them"
    say(f"Not for everybody: {', '.join(names)}. {commands} {verb} who should leave {it} out.")
