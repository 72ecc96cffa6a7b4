"""`coach verify`: one of our MP3s against the Timeline it carries."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.called import Command
from coach.errors import UnreadableFile, VerifyFailed
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.audio.verify import Report


@click.command("verify", cls=Command, epilog="Example: coach verify cooldown.mp3")
@click.argument("file", metavar="FILE.mp3", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print all that was measured as JSON.")
def command(file: str, as_json: bool) -> int:
    """Decode FILE and compare sound, silence, sides, counts and loudness with its own plan."""
    if not as_json:
        click.echo(verified(Path(file)))
        return 0
    report = _report(Path(file))
    click.echo(json.dumps(asdict(report)))
    return 1 if report.problems else 0


def verified(path: Path) -> str:
    """Return what was found. Raises VerifyFailed when the file is not what its plan says, UnreadableFile otherwise."""
    report = _report(path)
    if report.problems:
        raise VerifyFailed("\n".join(f"{path}: {problem}" for problem in report.problems))
    return f"{path}: {report.title}, {format_clock(report.decoded_ms)}, as planned\n  {_measured(report)}"


def _report(path: Path) -> Report:
    """Return what was heard. Raises UnreadableFile."""
    from coach.audio.verify import verify

    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except OSError as error:
        from coach.documents.files import unreadable_because

        raise UnreadableFile(path, unreadable_because(error, path)) from error
    except ValueError as error:  # a NUL in the name
        raise UnreadableFile(path, "is not a possible file name") from error
    if not stat.S_ISREG(mode):  # a pipe could be read only once, and one without a writer never ends
        raise UnreadableFile(path, "is a folder, not a file" if stat.S_ISDIR(mode) else "is not a file on a disk")
    try:
        with _hushed() as complaints:
            report = verify(path)
    except UnreadableFile:
        if _is_document(path):
            raise UnreadableFile(path, "is a document, not an MP3", hint=f"`coach check {path}` reads it") from None
        raise
    if complaints:
        report = replace(report, problems=("the decoder finds damaged frames", *report.problems))
    return report


def _is_document(path: Path) -> bool:
    """Return whether a file that is no MP3 of ours looks like a routine or a movement."""
    try:
        with path.open("rb") as file:
            lines = file.read(1 << 16).decode("utf-8-sig", "replace").splitlines()
    except OSError:
        return False
    return any(line.startswith(("schema:", "steps:")) for line in lines)


@contextlib.contextmanager
def _hushed() -> Iterator[list[str]]:
    """Keep what the MP3 decoder writes to the stderr of the process off it; the list then has its lines.

    Only here: a program that has one thread and ends may turn its stderr aside, a library may not.
    """
    import tempfile

    complaints: list[str] = []
    with contextlib.ExitStack() as stack:
        try:
            kept = os.dup(2)
            stack.callback(os.close, kept)
            aside = stack.enter_context(tempfile.TemporaryFile())
        except OSError:  # there is no stderr, or no room
            yield complaints
            return
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()
        os.dup2(aside.fileno(), 2)
        try:
            yield complaints
        finally:
            os.dup2(kept, 2)
        aside.seek(0)
        complaints += [line for line in aside.read(1 << 20).decode(errors="replace").splitlines() if "mpg123" in line]


def _how_judged(report: Report) -> str:
    """Return what to know of the loudness of a session whose speech is too little or unusual to be held to 0.5 LU."""
    from coach.audio.verify import LOUDNESS_SLACK_LU

    if report.loudness_slack_lu is None:
        return " (too little speech to judge it)"
    if report.loudness_slack_lu > LOUDNESS_SLACK_LU:
        return f" (judged widely, within {report.loudness_slack_lu:g} LU: little or unusual speech)"
    return ""


def _measured(report: Report) -> str:
    parts = [f"{len(report.takes)} takes in place"]
    if report.counts:
        parts.append(f"{len(report.counts)} counts on the second")
    if report.left_work_ms:
        parts.append(f"left {format_clock(report.left_work_ms)} = right {format_clock(report.right_work_ms)}")
    if report.loudness_lufs is not None:
        parts.append(f"{report.loudness_lufs:.1f} LUFS{_how_judged(report)}")
    if report.true_peak_db is not None:
        parts.append(f"peak {report.true_peak_db:.1f} dBTP")
    return ", ".join(parts)
