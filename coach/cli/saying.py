"""One sentence into a file, as it sounds in a session: what `coach say` and `coach voices say` share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach import paths
from coach.cli.common import settings, tell_second_best
from coach.errors import AskedError, SpeechFailed

if TYPE_CHECKING:
    from coach.audio.clip import Mastered

_RATE_HZ = 24_000


def say_text(text: str, voice: str | None, output: str | None, *, force: bool) -> None:
    """Speak `text` into a WAV or MP3 file and print its name. Raises AskedError, EngineError or WriteFailed."""
    from coach.audio.atomic import write_atomically
    from coach.audio.clip import master
    from coach.cli.export_command import refuse_early
    from coach.script.model import Utterance
    from coach.voice.catalog import open_voice

    if not any(letter.isalnum() for letter in text):
        raise AskedError("there is nothing to say", hint='`coach say "Stand tall."` says it')
    chosen = voice or settings()["voice"] or None
    engine = open_voice(chosen)
    if chosen is None:
        tell_second_best(engine)
    try:
        target = sound_file(output, f"{engine.name}-{engine.voice}", (".wav", ".mp3"))
        refuse_early(target, force=force)
        spoken = engine.speak(Utterance(text))
    finally:
        engine.close()
    try:
        mastered = master(spoken.samples, spoken.rate_hz, rate_hz=_RATE_HZ, gain_db=None)
    except ValueError as error:
        raise SpeechFailed(engine.name, text, str(error)) from error
    content = _mp3(mastered) if target.suffix.lower() == ".mp3" else _wav(mastered)
    write_atomically(target, [content], overwrite=force)
    click.echo(f"{target}  {mastered.ms / 1000:.1f} s  {engine.name}:{engine.voice}")


def sound_file(output: str | None, name: str, endings: tuple[str, ...]) -> Path:
    """Return the file that `-o` names, or one called `name` in its folder (None: here). Raises AskedError."""
    bare = re.sub(r"[^\w-]+", "-", name).strip("-") + endings[0]
    if output is None:
        return Path(bare)
    target = paths.expanded(output)
    if target.is_dir():
        return target / bare
    if output == "-":
        raise AskedError("the sound cannot go to stdout: it needs a file", hint=f"-o {bare} names one")
    if target.suffix.lower() not in endings:
        from coach.cli.export_command import renamed

        kinds = " or ".join(ending[1:].upper() for ending in endings)
        hint = f"-o {renamed(output, endings[0])} names one"
        raise AskedError(f"{output} is neither a folder nor the name of a {kinds} file", hint=hint)
    return target


def _wav(clip: Mastered) -> bytes:
    import io
    import wave

    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE_HZ)
        out.writeframes(clip.pcm)
    return file.getvalue()


def _mp3(clip: Mastered) -> bytes:
    from coach.audio.mp3 import STANDARD, encode_take
    from coach.audio.take import segment_of

    return encode_take(segment_of(clip.pcm, STANDARD.rate_hz), STANDARD)
