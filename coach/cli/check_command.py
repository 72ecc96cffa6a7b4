"""`coach check`: says by content what a file is and whether it is right; `--fix` corrects it."""

from __future__ import annotations

import codecs
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.called import Command, as_called
from coach.cli.common import DocumentName, library, say
from coach.cli.terminal import tell
from coach.errors import AskedError, CoachError, UnreadableFile, WriteFailed

if TYPE_CHECKING:
    from coach.cli.check_review import Kind

_ROUTINE = {"moment", "length", "language", "bed", "tones", "intro", "steps", "outro", "about"}
_MOVEMENT = {
    "source", "kind", "muscles", "position", "place", "kit", "sides", "side_means", "hold", "reps", "sets", "phases",
    "announce", "setup", "form", "feel", "fault", "release", "exit", "short", "easier", "harder", "instead",
    "caution", "note", "screen", "switch",
}  # fmt: skip


@click.command("check", cls=Command, epilog="Example: coach check my-routine.yaml my-movement.yaml cooldown.mp3")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=DocumentName())
@click.option("--fix", is_flag=True, help="Write the corrections into your files, comments kept.")
@click.option("--json", "as_json", is_flag=True, help="Print what is found as JSON.")
def command(files: tuple[str, ...], fix: bool, as_json: bool) -> int:
    """Check routines, movements and our MP3s; every problem is named with its place, rule and source."""
    from coach.cli.check_review import error_json

    status = 0
    reports: list[dict[str, object]] = []
    for text in files:
        try:
            report = _check(_named(text), fix=fix, as_json=as_json)
        except CoachError as error:
            if len(files) == 1 and not as_json:
                raise
            # All problems of all files; what was asked wrongly (2) weighs more than what failed (1).
            report = error_json(text, error)
            if not as_json:
                say(str(error) + (f"\n  {error.hint}" if error.hint else ""))
            status = max(status, error.exit_code)
        else:
            status = max(status, 0 if report["right"] else 2)
        reports.append(report)
    if as_json:
        click.echo(json.dumps({"files": reports}))
    return status


def _named(text: str) -> Path:
    """Return the file that is meant: one there is, or the document with this id."""
    from coach.documents.values import is_id

    if not text:
        raise AskedError("an empty name is no file")
    if is_id(text) and not os.path.lexists(text):
        found = library()
        for kind in ("routine", "movement"):
            if path := found.path_of(kind, text):
                return path
    return Path(text)


def _check(path: Path, *, fix: bool, as_json: bool) -> dict[str, object]:
    """Tell what there is to say of one file, and return it as plain values too."""
    from coach.documents import MappingNode, parse
    from coach.documents.files import checked_text, read_bytes

    # Read once: what comes through a pipe cannot be had again.
    raw = read_bytes(path)
    if raw.startswith(b"ID3") or (raw[:1] == b"\xff" and raw[1:2] >= b"\xe0" and raw[:2] != b"\xff\xfe"):
        from coach.cli.verify_command import verified

        line = verified(path)
        if not as_json:
            click.echo(line)
        return {"file": str(path), "what": line, "right": True, "problems": [], "findings": []}
    text = checked_text(raw, path)
    node = parse(text, str(path))
    keys = [key.text for key, _ in node.entries] if isinstance(node, MappingNode) else []
    routine, movement = _alike(keys, _ROUTINE), _alike(keys, _MOVEMENT)
    if not routine and not movement:
        raise UnreadableFile(
            path, "is neither a routine, nor a movement, nor one of our MP3s", hint="a routine has the key 'steps'"
        )
    return _document(path, raw, text, "routine" if routine >= movement else "movement", fix=fix, as_json=as_json)


def _document(path: Path, raw: bytes, text: str, kind: Kind, *, fix: bool, as_json: bool) -> dict[str, object]:
    from coach.cli import check_review as told
    from coach.routine.mend import mend

    mended = mend(text, told.Reviewer(kind, path, library()))
    if fix and mended.done:
        _write(path, raw, mended.text)
    # What --fix would refuse is not promised: its fixes are tried out, whether they are asked for or not.
    review = mended.review if fix else told.promised(mended)
    if not as_json:
        # Places come first in a line, so that editors can jump to them.
        if fix:
            lines = [*told.mended_lines(mended), *told.told(mended.text, review)]
        else:
            lines = [*told.told(text, review), *(told.promise_lines(path, mended) if not _unwritable(path) else ())]
        if lines:
            # Snippets are the file's own words; what else is said names the command as it was called.
            said = [line if line.startswith("    ") else as_called(line) for line in lines]
            tell("\n".join(said))
        if not review.wrong:
            click.echo(told.summary(path, review))
    return told.as_json(path, review, mended if fix else None)


def _unwritable(path: Path) -> CoachError | None:
    """Return why corrections cannot go into this file, or None."""
    from coach.routine.library import DATA

    if not path.is_file():
        return AskedError(f"{path} is not a file on a disk: there is nowhere to write corrections to")
    if DATA.resolve() in path.resolve().parents:
        hint = f"copy it beside `coach config path`, into {path.parent.name}/, and mend the copy"
        return AskedError(f"{path} comes with coach and is not changed", hint=hint)
    if not os.access(path.resolve().parent, os.W_OK):
        return WriteFailed(path, "writing there is not permitted")
    return None


def _write(path: Path, raw: bytes, text: str) -> None:
    """Put `text` under `path` in one step, with the mode and the byte order mark it had. Raises CoachError."""
    from coach.audio.atomic import write_atomically

    if error := _unwritable(path):
        raise error
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""

    def settle(part: Path) -> None:
        if path.read_bytes() != raw:
            raise WriteFailed(path, "it was changed by somebody else meanwhile", hint="check it again")
        shutil.copymode(path, part)

    write_atomically(path, [mark + text.encode()], check=settle, overwrite=True)


def _alike(keys: list[str], known: set[str]) -> int:
    """Return how many keys are, or may be meant as, known ones: a misspelt document is still that document."""
    import difflib

    return sum(bool(difflib.get_close_matches(key, known, 1, 0.75)) for key in keys)
