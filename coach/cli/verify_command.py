"""`coach verify`: one of our MP3s against the Timeline it carries."""

from __future__ import annotations

from pathlib import Path

import click

from coach.errors import VerifyFailed
from coach.units import format_clock


@click.command("verify", epilog="Example: coach verify cooldown.mp3")
@click.argument("file", metavar="FILE.mp3")
def command(file: str) -> None:
    """Decode FILE and compare sound, silence, sides, counts and loudness with its own plan."""
    click.echo(verified(Path(file)))


def verified(path: Path) -> str:
    """Return what was found. Raises VerifyFailed when the file is not what its plan says, UnreadableFile otherwise."""
    from coach.audio.verify import verify

    report = verify(path)
    if report.problems:
        raise VerifyFailed("\n".join(f"{path}: {problem}" for problem in report.problems))
    return f"{path}: {format_clock(report.decoded_ms)} as planned"
