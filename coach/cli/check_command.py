"""`coach check`: says by content what a file is and whether it is right."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import click

from coach.cli.called import Command
from coach.cli.common import library, say
from coach.errors import CoachError, DocumentError, UnreadableFile
from coach.units import format_clock

_ROUTINE = {"moment", "length", "language", "bed", "intro", "steps", "outro", "about"}
_MOVEMENT = {
    "source", "kind", "muscles", "position", "place", "kit", "sides", "side_means", "hold", "reps", "sets", "phases",
    "announce", "setup", "form", "feel", "fault", "release", "exit", "short", "easier", "harder", "instead",
    "caution", "note", "screen", "switch",
}  # fmt: skip


@click.command("check", cls=Command, epilog="Example: coach check my-routine.yaml my-movement.yaml cooldown.mp3")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
def command(files: tuple[str, ...]) -> int:
    """Check routines, movements and our MP3s; every problem is named with its place."""
    status = 0
    for text in files:
        try:
            click.echo(_check(Path(text)))
        except CoachError as error:
            if len(files) == 1:
                raise
            # All problems of all files; what was asked wrongly (2) weighs more than what failed (1).
            say(str(error) + (f"\n  {error.hint}" if error.hint else ""))
            status = max(status, error.exit_code)
    return status


def _check(path: Path) -> str:
    from coach.documents import MappingNode, parse
    from coach.documents.files import decode
    from coach.documents.parse import MAX_BYTES

    # Read once: what comes through a pipe cannot be had again.
    raw = _content(path, MAX_BYTES + 4)
    if raw.startswith(b"ID3") or (raw[:1] == b"\xff" and raw[1:2] >= b"\xe0" and raw[:2] != b"\xff\xfe"):
        from coach.cli.verify_command import verified

        return verified(path)
    if len(raw) > MAX_BYTES + 3:  # the three bytes of a byte order mark are not counted
        raise UnreadableFile(path, "is larger than 256 KiB, too large for a document")
    text = decode(raw, path)
    node = parse(text, str(path))
    keys = [key.text for key, _ in node.entries] if isinstance(node, MappingNode) else []
    routine, movement = _alike(keys, _ROUTINE), _alike(keys, _MOVEMENT)
    if not routine and not movement:
        raise UnreadableFile(
            path, "is neither a routine, nor a movement, nor one of our MP3s", hint="a routine has the key 'steps'"
        )
    return _routine(text, path) if routine >= movement else _movement(text, path)


def _content(path: Path, most: int) -> bytes:
    """Return the first `most` bytes of a file or of a pipe that somebody writes to. Raises UnreadableFile."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise UnreadableFile(path, "is a folder, not a file" if stat.S_ISDIR(mode) else "is neither file nor pipe")
        # Opened so, a pipe nobody writes to is empty; otherwise the opening would wait for somebody for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor has no path
            if stat.S_ISFIFO(mode):
                os.set_blocking(descriptor, True)
            raw = file.read(most)
    except OSError as error:
        from coach.documents.files import unreadable_because

        raise UnreadableFile(path, unreadable_because(error, path)) from error
    except ValueError as error:  # a NUL in the name
        raise UnreadableFile(path, "is not a possible file name") from error
    if not raw and stat.S_ISFIFO(mode):
        raise UnreadableFile(path, "is a pipe that nothing comes through")
    return raw


def _alike(keys: list[str], known: set[str]) -> int:
    """Return how many keys are, or may be meant as, known ones: a misspelt document is still that document."""
    import difflib

    return sum(bool(difflib.get_close_matches(key, known, 1, 0.75)) for key in keys)


def _movement(text: str, path: Path) -> str:
    from coach.routine.movement_document import read_movement

    return f"{path}: the movement '{read_movement(text, str(path)).name}', no problem"


def _routine(text: str, path: Path) -> str:
    from coach.audio.tones import TONE_LENGTHS_MS
    from coach.errors import ImpossibleLength
    from coach.routine.routine_document import routine_document
    from coach.script.fit import fit
    from coach.script.wording import Estimates
    from coach.session import content_of

    found = library()
    routine = found.routine_from_text(text, str(path))
    try:
        fitted = fit(routine, content_of(routine, found), Estimates(), TONE_LENGTHS_MS)
    except ImpossibleLength as error:
        place = routine_document(text, str(path)).problem(("length",), error.message, "change length or the steps")
        raise DocumentError([place]) from error
    return f"{path}: the routine '{routine.name}', about {format_clock(sum(fitted.lengths_ms))}, no problem"
