"""`coach voices`: who can speak."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from coach.voice.catalog import list_voices, open_voice


@click.group("voices", invoke_without_command=True, epilog="Example: coach voices say \"Stand tall.\" -o hello.wav")
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the voices (the same as `coach voices list`), or try one."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@command.command("list", epilog="Example: coach voices list --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool = False) -> None:
    """List the voices, best first; the first installed one is the default."""
    voices = list_voices()
    if as_json:
        click.echo(json.dumps([asdict(voice) for voice in voices], ensure_ascii=False))
        return
    wide = max((len(f"{voice.engine}:{voice.name}") for voice in voices), default=0)
    for voice in voices:
        kind = "natural" if voice.natural else "robotic"
        state = "" if voice.installed else "  not installed"
        about = f"  {voice.about}" if voice.about else ""
        name = f"{voice.engine}:{voice.name}"
        click.echo(f"{name:<{wide}}  {voice.language:<5}  {kind}  {voice.licence}{about}{state}")


@command.command("say", epilog="Example: coach voices say \"Square the hips.\" --voice system -o hips.wav")
@click.argument("text")
@click.option("--voice", metavar="ENGINE[:NAME]", help="Who speaks.")
@click.option("-o", "--output", metavar="FILE.wav", required=True, help="Where to.")
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is already there.")
def say_(text: str, voice: str | None, output: str, force: bool) -> None:
    """Speak TEXT into a WAV file, as it would sound in a session."""
    import io
    import wave
    from pathlib import Path

    from coach import config, paths
    from coach.audio.atomic import write_atomically
    from coach.audio.clip import master
    from coach.script.model import Utterance

    rate_hz = 24_000
    engine = open_voice(voice or config.load(paths.home_dir())["voice"] or None)
    try:
        spoken = engine.speak(Utterance(text))
    finally:
        engine.close()
    mastered = master(spoken.samples, spoken.rate_hz, rate_hz=rate_hz, gain_db=None)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(mastered.pcm)
    write_atomically(Path(output), [file.getvalue()], overwrite=force)
    click.echo(f"{output}  {mastered.ms / 1000:.1f} s  {engine.name}:{engine.voice}")
