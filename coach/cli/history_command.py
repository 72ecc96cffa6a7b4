"""`coach history`: what was done; whoever listens to the MP3 adds it here."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import click

from coach import paths
from coach.cli.called import Group
from coach.cli.common import RoutineName, counted, library, say, say_once
from coach.errors import AskedError, RecordUnreadable

if TYPE_CHECKING:
    from coach.history import Done, History

_FIRST_YEAR = 2000


class _Day(click.ParamType[date]):
    """A day as 2026-11-21, not in the future."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401
        """Return the day."""
        from coach.clock import Clock

        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a day: write it as 2026-11-21", param, ctx)
        today = Clock().now().astimezone().date()
        if day > today:
            self.fail(f"{day} has not come yet: today is {today}", param, ctx)
        if day.year < _FIRST_YEAR:
            self.fail(f"{day} is too long ago: from {_FIRST_YEAR} on", param, ctx)
        return day


@click.group("history", cls=Group, invoke_without_command=True, epilog="Example: coach history")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List what was done, the latest first. After three times a routine's set-ups are short."""
    if ctx.invoked_subcommand is not None:
        return
    from coach.history import History

    done = History(paths.record_dir()).done()
    if as_json:
        click.echo(json.dumps([{"routine": one.routine, "at": one.at, "day": _day(one)} for one in done]))
        return
    for one in done:
        click.echo(f"{_day(one)}  {one.routine}")
    if not done:
        say("Nothing yet: `coach history add ROUTINE` notes one that you have done.")


@command.command("add", epilog="Example: coach history add post-run-cooldown --on 2026-11-21")
@click.argument("routine", type=RoutineName())
@click.option("--on", "day", type=_Day(), help="The day it was done, such as 2026-11-21; else today.")
def add(routine: str, day: date | None) -> None:
    """Note that ROUTINE was done: for whoever listens to the MP3."""
    from coach.clock import Clock
    from coach.history import History

    if routine == "-":
        raise AskedError("what is piped in has no name to be noted by", hint="name the routine by its id or file")
    name = library().routine(routine).id
    now = Clock().now()
    today = now.astimezone().date()
    # Nobody knows the hour of an earlier day: noon is taken.
    at = now if day in (None, today) else datetime.combine(day, time(12)).astimezone(now.tzinfo)
    history = History(paths.record_dir())
    history.add_done(name, at.isoformat(timespec="seconds"))
    click.echo(f"{day or today}  {name}")
    tell_put_aside(history)
    say(f"Done {counted(history.times_done(name), 'time')}.")


def tell_put_aside(history: History) -> None:
    """Say that a damaged record had to make way, and where it is now; nothing when all was well."""
    if history.put_aside:
        name, kept = history.path.name, history.put_aside
        say(f"Note: {name} was damaged: it is kept as {kept}, a new one is begun; a copy from a backup can replace it.")


def tell_unreadable(error: RecordUnreadable) -> None:
    """Say that what was done before is not known, to somebody who did not ask for it."""
    say_once(f"Note: what you did before is not known: {error}; `coach history` says what to do.")


def _day(done: Done) -> str:
    """Return the day it was done here, whatever zone it was noted in."""
    try:
        at = datetime.fromisoformat(done.at)
        return str(at.astimezone().date())
    except (ValueError, OverflowError):  # edited by hand
        return done.at[:10]
