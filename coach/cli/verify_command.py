"""`coach verify`: one of our MP3s against the Timeline it carries."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.errors import UnreadableFile, VerifyFailed
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.audio.verify import Report


@click.command("verify", epilog="Example: coach verify cooldown.mp3")
@click.argument("file", metavar="FILE.mp3", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print all that was measured as JSON.")
def command(file: str, as_json: bool) -> int:
    """Decode FILE and compare sound, silence, sides, counts and loudness with its own plan."""
    if not as_json:
        click.echo(verified(Path(file)))
        return 0
    from coach.audio.verify import verify

    report = verify(_there(Path(file)))
    click.echo(json.dumps(asdict(report)))
    return 1 if report.problems else 0


def verified(path: Path) -> str:
    """Return what was found. Raises VerifyFailed when the file is not what its plan says, UnreadableFile otherwise."""
    from coach.audio.verify import verify

    report = verify(_there(path))
    if report.problems:
        raise VerifyFailed("\n".join(f"{path}: {problem}" for problem in report.problems))
    return f"{path}: {report.title}, {format_clock(report.decoded_ms)}, as planned\n  {_measured(report)}"


def _there(path: Path) -> Path:
    if path.is_dir():
        raise UnreadableFile(path, "is a folder, not a file")
    if not path.exists():
        raise UnreadableFile(path, "there is no such file")
    return path


def _measured(report: Report) -> str:
    parts = [f"{len(report.takes)} takes in place"]
    if report.counts:
        parts.append(f"{len(report.counts)} counts on the second")
    if report.left_work_ms:
        parts.append(f"left {format_clock(report.left_work_ms)} = right {format_clock(report.right_work_ms)}")
    if report.loudness_lufs is not None:
        parts.append(f"{report.loudness_lufs:.1f} LUFS")
    if report.true_peak_db is not None:
        parts.append(f"peak {report.true_peak_db:.1f} dBTP")
    return ", ".join(parts)
