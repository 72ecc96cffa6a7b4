"""`coach say`: one movement, or one sentence, in a file of its own."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import click

from coach import paths
from coach.cli.asked import LEVELS, SIDES
from coach.cli.called import Command
from coach.cli.common import MovementName, VoiceName, library, progress, say, settings, size_text, tell_second_best
from coach.errors import AskedError
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.config import Config
    from coach.routine.model import Side
    from coach.session import Session


@click.command("say", cls=Command, epilog="Example: coach say --movement tree-pose --side left -o tree.mp3")
@click.argument("text", required=False)
@click.option("--movement", type=MovementName(), metavar="MOVEMENT", help="Speak this movement, set-up to release.")
@click.option("--side", type=click.Choice(SIDES), help="Only this side of the movement; else both.")
@click.option("--level", type=click.Choice(LEVELS), help="Which version of the movement.")
@click.option("--voice", type=VoiceName(), metavar="ENGINE[:NAME]", help="Who speaks.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Where to: an MP3; for a TEXT a WAV or an MP3.")
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is already there.")
def command(
    text: str | None,
    movement: str | None,
    side: Side | None,
    level: str | None,
    voice: str | None,
    output: str | None,
    force: bool,
) -> None:
    """Speak TEXT, or one set of a movement with its own dose, into a file, as it sounds in a session."""
    if (text is None) == (movement is None):
        hint = '`coach say "Stand tall."` or `coach say --movement tree-pose`'
        raise AskedError("say a TEXT or a --movement" + (", not both" if text else ""), hint=hint)
    if text is not None:
        if side or level:
            raise AskedError(f"--{'side' if side else 'level'} belongs to a --movement")
        from coach.cli.saying import say_text

        say_text(text, voice, output, force=force)
    elif movement is not None:
        _say_movement(movement, side, level, voice, output, force=force)


def _say_movement(
    name: str, side: Side | None, level: str | None, voice: str | None, output: str | None, *, force: bool
) -> None:
    from coach.cli.export_command import ask_screens, refuse_early
    from coach.cli.saying import sound_file

    chosen = settings()
    session = _session(name, side, level, voice or chosen["voice"] or None, chosen)
    with contextlib.closing(session):
        if not (voice or chosen["voice"]):
            tell_second_best(session.engine)
        target = sound_file(output, f"{session.routine.id}-{side}" if side else session.routine.id, (".mp3",))
        refuse_early(target, force=force)
        ask_screens(session, name)
        with progress("Recording the coach", "Putting the MP3 together") as on_progress:
            made = session.export(target, overwrite=force, on_progress=on_progress)
    if trouble := session.store.trouble:
        say(f"Note: {trouble}.")
    click.echo(f"{made.path}  {format_clock(made.length_ms)}  {size_text(made.bytes)}")


def _session(name: str, side: Side | None, level: str | None, voice: str | None, chosen: Config) -> Session:
    """Return the session of one step with this movement. Raises UnknownName, DocumentError or AskedError."""
    from coach.audio.store import Store
    from coach.cli.movement_page import filled, known_movement
    from coach.routine.delivery import Delivery, Level
    from coach.routine.model import MovementStep, Routine
    from coach.script.outline import Content
    from coach.session import Session
    from coach.voice.catalog import open_voice

    documents = library()
    movement, wording = known_movement(name, documents), documents.wording()
    if side and movement.sides != "each":
        raise AskedError(f"{movement.id} has no sides of its own: both work", hint="leave --side out")
    title = movement.name
    if side:
        title = f"{movement.name}, {wording.sides.get(side, side)}"
        # One side by itself is a movement without sides whose words name it.
        movement = replace(filled(movement, side, wording), sides="both", side_means=None)
    delivery = Delivery(
        level=next((word for word in get_args(Level) if word == (level or chosen["me.level"])), "steady"),
        start="right" if chosen["me.start"] == "right" else "left",
    )
    routine = Routine(movement.id, title, (MovementStep(movement.id, sets=movement.sets.least),))
    if chosen["bed"] == "none":
        routine = replace(routine, bed="none")
    content = Content({movement.id: movement}, wording, documents.pacing(), delivery)
    store = Store(paths.cache_dir(), cap_bytes=chosen.cache_limit_bytes())
    return Session(routine, content, open_voice(voice), store)
