"""`coach cache`: what the cache of speech holds; it may be deleted at any time."""

from __future__ import annotations

import json
import os
import stat

import click

from coach import paths
from coach.audio.atomic import plain_cause
from coach.audio.store import Store
from coach.cli.called import Group
from coach.cli.common import counted, settings, size_text
from coach.errors import CoachError


def _store() -> Store:
    """Return the cache. Raises CoachError when something that is no folder is in its place."""
    folder = paths.cache_dir()
    for place in (folder, folder / "v1"):
        try:
            if not stat.S_ISDIR(os.stat(place).st_mode):  # noqa: PTH116
                raise CoachError(f"the cache cannot be used: {place} is not a folder")
            os.scandir(place).close()
        except FileNotFoundError:  # not made yet
            continue
        except OSError as error:
            raise CoachError(f"the cache {folder} cannot be used: {plain_cause(error)}") from error
    return Store(folder, cap_bytes=settings().cache_limit_bytes())


@click.group("cache", cls=Group, invoke_without_command=True, epilog="Example: coach cache info")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Look at the cache of speech, check it, tidy it. It only saves time: deleting it loses nothing."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(info)


@command.command("info", epilog="Example: coach cache info --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def info(as_json: bool = False) -> None:
    """Say where the cache is, what it holds and how much room it takes."""
    folder, found = paths.cache_dir(), _store().info()
    if as_json:
        fields = {
            "path": str(folder),
            "clips": found.clips,
            "blobs": found.blobs,
            "quarantined": found.quarantined,
            "bytes": found.size_bytes,
            "limit_bytes": found.cap_bytes,
        }
        click.echo(json.dumps(fields))
        return
    click.echo(folder)
    made = counted(found.blobs, "piece of MP3", "pieces of MP3")
    click.echo(
        f"  {counted(found.clips, 'sentence')}, {made}, {size_text(found.size_bytes)} of {size_text(found.cap_bytes)}"
    )
    if found.quarantined:
        click.echo(f"  {counted(found.quarantined, 'damaged entry', 'damaged entries')} set aside")


@command.command("verify", short_help="Check every entry against its hash.", epilog="Example: coach cache verify")
def verify() -> int:
    """Check every entry against its hash; damaged ones are set aside and made anew when needed. Then exit 1."""
    found = _store().verify()
    if found.damaged:
        are = "is" if len(found.damaged) == 1 else "are"
        click.echo(f"{len(found.damaged)} of {found.checked} entries {are} damaged: set aside, made anew when needed")
        return 1
    click.echo(f"{counted(found.checked, 'entry', 'entries')} checked, none damaged")
    if found.missing:
        click.echo(f"{counted(found.missing, 'sentence')} without sound, made anew when needed")
    return 0


@command.command("gc", short_help="Bring the cache under its limit.", epilog="Example: coach cache gc")
def gc() -> None:
    """Remove the entries used longest ago until the cache is under its limit, and what crashes left."""
    store = _store()
    found = store.gc()
    gone = []
    if found.evicted:
        gone.append(f"{counted(found.evicted, 'old entry', 'old entries')} removed")
    if found.orphans:
        gone.append(f"{counted(found.orphans, 'left-over')} removed")
    limit = size_text(store.cap_bytes)
    click.echo(f"{', '.join(gone) or 'nothing to remove'}; the cache has {size_text(found.size_bytes)} of {limit}")
