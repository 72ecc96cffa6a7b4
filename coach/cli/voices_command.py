"""`coach voices`: who can speak."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from coach.cli.called import Group
from coach.cli.common import VoiceName, counted, library, say, settings
from coach.cli.terminal import folded, on_terminal, width
from coach.voice.catalog import default_voice, list_voices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coach.voice.base import VoiceInfo

_TEST_ENGINE = "null"
_WIDEST = 140


@click.group(
    "voices", cls=Group, invoke_without_command=True, epilog='Example: coach voices say "Stand tall." -o hello.wav'
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the voices (the same as `coach voices list`), or try one."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@command.command("list", epilog="Example: coach voices list --all")
@click.option("--all", "everything", is_flag=True, help="Also other languages, and the tones for tests.")
@click.option("--json", "as_json", is_flag=True, help="Print every voice as JSON.")
def list_(everything: bool = False, as_json: bool = False) -> None:
    """List the voices, best first; the default has a star."""
    from coach.errors import CoachError

    voices = list_voices()
    if as_json:
        click.echo(json.dumps([asdict(voice) for voice in voices]))
        return
    try:
        default = settings()["voice"] or default_voice().spec
    except CoachError as error:
        say(f"Note: {error}.")
        default = ""
    shown = voices if everything else _useful(voices, library().languages())
    _print(shown, default, licences=everything)
    if hidden := len(voices) - len(shown):
        say(f"`coach voices list --all` shows {counted(hidden, 'more voice')}, in other languages.")


def _useful(voices: Sequence[VoiceInfo], languages: Sequence[str]) -> list[VoiceInfo]:
    """Return the voices that speak a language there is wording for."""
    return [v for v in voices if v.language.lower().split("-")[0] in languages and v.engine != _TEST_ENGINE]


def _print(voices: Sequence[VoiceInfo], default: str, *, licences: bool) -> None:
    names = [f"{voice.engine}:{voice.name}" for voice in voices]
    wide = max(map(len, names), default=0)
    tags = max((len(voice.language) for voice in voices), default=0)
    columns = width(_WIDEST) if on_terminal() else 10_000
    starred = default
    for name, voice in zip(names, voices, strict=True):
        is_default = name == default or starred == voice.engine
        if is_default:
            starred = ""  # only the first of an engine named without a voice
        kind = "natural" if voice.natural else "robotic"
        about = ", ".join(
            part
            for part in (voice.about, voice.licence if licences else "", "" if voice.installed else "not installed")
            if part
        )
        star = "*" if is_default else " "
        head = f"{star} {name:<{wide}}  {voice.language:<{tags}}  {kind}"
        if len(f"{head}  {about}") <= columns:
            click.echo(f"{head}  {about}".rstrip())
        elif len(head) <= columns:
            # A robotic voice has little to be said for it: not worth a line of its own.
            click.echo(f"{head}\n{folded(about, columns, '    ', '    ')}" if voice.natural or licences else head)
        else:
            rest = ", ".join(filter(None, (voice.language, kind, about if voice.natural or licences else "")))
            click.echo(f"{star} {name}\n{folded(rest, columns, '    ', '    ')}")


@command.command("say", epilog='Example: coach voices say "Square the hips." --voice system -o hips.wav')
@click.argument("text")
@click.option("--voice", type=VoiceName(), metavar="ENGINE[:NAME]", help="Who speaks.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), help="Where to, WAV or MP3; else a name like piper-joe.wav."
)
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is already there.")
def say_(text: str, voice: str | None, output: str | None, force: bool) -> None:
    """Speak TEXT into a WAV file, as it would sound in a session (the same as `coach say`)."""
    from coach.cli.saying import say_text

    say_text(text, voice, output, force=force)
