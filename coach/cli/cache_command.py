"""`coach cache`: what the cache of speech holds; it may be deleted at any time."""

from __future__ import annotations

import json

import click

from coach import config, paths
from coach.audio.store import Store
from coach.cli.common import size_text


def _store() -> Store:
    return Store(paths.cache_dir(), cap_bytes=config.load(paths.home_dir()).cache_limit_bytes())


@click.group("cache", epilog="Example: coach cache info")
def command() -> None:
    """Look at the cache of speech, check it, tidy it. It only saves time: deleting it loses nothing."""


@command.command("info", epilog="Example: coach cache info --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def info(as_json: bool) -> None:
    """Say where the cache is, what it holds and how much room it takes."""
    found = _store().info()
    if as_json:
        fields = {"path": str(paths.cache_dir()), "clips": found.clips, "blobs": found.blobs, "bytes": found.bytes}
        click.echo(json.dumps(fields))
        return
    click.echo(f"{paths.cache_dir()}  {found.clips} clips, {found.blobs} takes, {size_text(found.bytes)}")


@command.command("verify", epilog="Example: coach cache verify")
def verify() -> int:
    """Check every entry against its hash; damaged ones are set aside and made anew when needed."""
    found = _store().verify()
    click.echo(f"{found.checked} entries checked, {found.damaged} damaged and set aside")
    return 1 if found.damaged else 0


@command.command("gc", epilog="Example: coach cache gc")
def gc() -> None:
    """Remove the entries used longest ago until the cache is under its limit, and what crashes left."""
    found = _store().gc()
    click.echo(f"{found.removed} entries removed, {size_text(found.freed_bytes)} freed")
