"""`coach devices`: where a live session can be heard."""

from __future__ import annotations

import json

import click

from coach.cli.called import Command
from coach.cli.common import say


@click.command("devices", cls=Command, epilog="Example: coach devices --json")
@click.option("--json", "as_json", is_flag=True, help="Print the names as JSON.")
def command(as_json: bool) -> None:
    """List the sound devices of this computer, the usual one first, for `coach play --device`."""
    from coach.live.speaker import devices

    found = devices()
    if as_json:
        click.echo(json.dumps(list(found)))
        return
    for name in found:
        click.echo(name)
    if not found:
        say("No sound device here. `coach export` makes an MP3 for another one, `coach play --device null` is silent.")
