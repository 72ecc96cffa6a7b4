"""`coach play`: the session live, through the speakers, on a screen that is read from two metres away."""

from __future__ import annotations

import contextlib
import shlex
import sys
from typing import TYPE_CHECKING

import click

from coach.cli import ending
from coach.cli.asked import Asked, open_session, session_options
from coach.cli.called import Command
from coach.cli.common import RoutineName, progress, say
from coach.cli.export_command import ask_screens
from coach.cli.told import tell_changes, tell_familiar, tell_swaps

if TYPE_CHECKING:
    from coach.live.player import Player
    from coach.live.state import Summary
    from coach.session import Session

_LONGEST_READY_S = 600
_CLOSED_S = 1.0
"""How long the record of a session that was stopped may take to be closed."""


@click.command("play", cls=Command, epilog="Example: coach play desk-break --minutes 3 --in 5")
@click.argument("routine", type=RoutineName())
@click.option("--device", metavar="NAME|null", help="Where it sounds: see `coach devices`; null is heard by nobody.")
@click.option(
    "--in",
    "ready_s",
    type=click.IntRange(0, _LONGEST_READY_S),
    default=10,
    metavar="SECONDS",
    help="Time to get ready; 10 unless given.",
)
@click.option("--plain", is_flag=True, help="Lines of text instead of a full screen, for a screen reader.")
@session_options
def command(routine: str, asked: Asked, device: str | None, ready_s: int, plain: bool) -> None:
    """Play ROUTINE here and now (an id, the path of your own file, or - for a routine piped in)."""
    from coach.live.player import Player
    from coach.live.speaker import DeviceError, open_speaker

    session = open_session(routine, asked)
    with contextlib.ExitStack() as closing:
        closing.callback(session.close)
        try:
            speaker = open_speaker(device)
            if routine == "-":
                _take_back_input()
            tell_swaps(session)
            tell_familiar(session, asked)
            ask_screens(session, routine)
            _render(session, silent=device == "null")
            tell_changes(session)
            player = Player(session, speaker)
            _play(player, session.routine.name, ready_s * 1000, plain=plain)
        except DeviceError as error:
            if not error.hint:
                name = "ROUTINE" if routine == "-" else shlex.quote(routine)
                error.message += f"; `coach export {name}` makes the MP3 for another one"
            raise
        summary = player.summary()
        _report(summary)
        if player.error is not None:
            raise player.error
        if summary.ending == "interrupted":
            closing.pop_all()  # a voice that is still busy would hold it up
            raise ending.Stopped
    if trouble := session.store.trouble:
        say(f"Note: {trouble}.")


def _render(session: Session, *, silent: bool) -> None:
    """Render what is missing, behind a bar. Raises DeviceError before that where it could not be heard."""
    from coach.live.speaker import DeviceError, devices

    asked = silent
    with progress("Recording the coach", "Ready") as bar:

        def on_progress(done: int, needed: int) -> None:
            nonlocal asked
            if needed > done and not asked:
                asked = True
                if not devices():
                    raise DeviceError("", "this computer has no sound device")
            if bar:
                bar(done, needed)

        session.prepare(on_progress)


def _play(player: Player, title: str, ready_ms: int, *, plain: bool) -> None:
    """Play to the end, on the screen or as lines. However it goes wrong, the sound stops."""
    try:
        player.start(ready_ms)
        with ending.handing_over(lambda: player.stop("interrupted"), _give_back):
            # Only now: the sound does not wait for what draws.
            _follow(player, title, plain=plain)
    finally:
        player.stop("interrupted")  # ended already, unless something went wrong
    player.wait(_CLOSED_S)


def _follow(player: Player, title: str, *, plain: bool) -> None:
    from coach.live.terminal import can_draw

    if can_draw() and not plain:
        from coach.live.screen import show

        show(player, title)
        return
    from coach.live.keyboard import open_keyboard
    from coach.live.plain import follow

    with open_keyboard() as keyboard:
        follow(player, title, sys.stdout, keyboard)


def _give_back() -> None:
    from coach.live.terminal import restore_terminal

    restore_terminal()


def _take_back_input() -> None:
    from coach.live.terminal import take_back_input

    take_back_input()


def _report(summary: Summary) -> None:
    """Print what was done, for each side."""
    from coach.live.words import done_rows, left_out, outcome

    click.echo(f"{summary.title}: {outcome(summary)}")
    rows = done_rows(summary)
    name = max((len(row[0]) for row in rows), default=0)
    first = max((len(row[1]) for row in rows), default=0)
    for title, left, right in rows:
        click.echo(f"  {title:<{name}}  {left:<{first}}  {right}".rstrip())
    for line in left_out(summary):
        click.echo(line)
