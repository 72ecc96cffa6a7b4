"""`coach check`: says by content what a file is and whether it is right."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.common import library, say
from coach.errors import CoachError, DocumentError, UnreadableFile
from coach.units import format_clock

_ROUTINE = {"moment", "length", "language", "bed", "intro", "steps", "outro", "about"}
_MOVEMENT = {
    "source", "kind", "muscles", "position", "place", "kit", "sides", "side_means", "hold", "reps", "sets", "phases",
    "announce", "setup", "form", "feel", "fault", "release", "exit", "short", "easier", "harder", "instead",
    "caution", "note", "screen",
}  # fmt: skip


@click.command("check", epilog="Example: coach check my-routine.yaml my-movement.yaml cooldown.mp3")
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
    if _is_mp3(path):
        from coach.cli.verify_command import verified

        return verified(path)
    from coach.documents import MappingNode, parse, read_file

    text = read_file(path)
    node = parse(text, str(path))
    keys = [key.text for key, _ in node.entries] if isinstance(node, MappingNode) else []
    routine, movement = _alike(keys, _ROUTINE), _alike(keys, _MOVEMENT)
    if not routine and not movement:
        raise UnreadableFile(
            path, "is neither a routine, nor a movement, nor one of our MP3s", hint="a routine has the key 'steps'"
        )
    return _routine(path) if routine >= movement else _movement(text, path)


def _is_mp3(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(3)
    except (OSError, ValueError):
        return False  # the reader of documents says why
    return head == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0" and head[:2] != b"\xff\xfe")


def _alike(keys: list[str], known: set[str]) -> int:
    """Return how many keys are, or may be meant as, known ones: a misspelt document is still that document."""
    import difflib

    return sum(bool(difflib.get_close_matches(key, known, 1, 0.75)) for key in keys)


def _movement(text: str, path: Path) -> str:
    from coach.routine.movement_document import read_movement

    return f"{path}: the movement '{read_movement(text, str(path)).name}', no problem"


def _routine(path: Path) -> str:
    from coach.audio.tones import TONE_LENGTHS_MS
    from coach.errors import ImpossibleLength
    from coach.script.fit import fit
    from coach.script.wording import Estimates
    from coach.session import content_of

    found = library()
    routine = found.routine(path)
    try:
        fitted = fit(routine, content_of(routine, found), Estimates(), TONE_LENGTHS_MS)
    except ImpossibleLength as error:
        place = found.routine_document(path).problem(("length",), error.message, "change length or the steps")
        raise DocumentError([place]) from error
    return f"{path}: the routine '{routine.name}', about {format_clock(sum(fitted.lengths_ms))}, no problem"
