"""`coach doctor`: what this computer has, and what to do about what it lacks."""

from __future__ import annotations

import platform
import shutil
import sys

import click

from coach import __version__, config, paths
from coach.cli.common import size_text
from coach.errors import CoachError


@click.command("doctor", epilog="Example: coach doctor")
def command() -> int:
    """Check this computer: Python, voices, encoder, cache, settings. Exit 1 when an MP3 could not be made."""
    click.echo(f"coach {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    # A list, not a generator: every line is printed even when one is bad.
    results = [_voices(), _encoder(), _cache(), _settings(), _library()]
    return 0 if all(results) else 1


def _line(good: bool, what: str, cure: str = "") -> bool:
    click.echo(f"{'ok ' if good else 'BAD'}  {what}" + (f"\n     {cure}" if cure and not good else ""))
    return good


def _voices() -> bool:
    from coach.script.model import Utterance
    from coach.voice.catalog import open_voice

    try:
        engine = open_voice(config.load(paths.home_dir())["voice"] or None)
        spoken = engine.speak(Utterance("Stand tall."))
    except CoachError as error:
        return _line(False, f"voice: {error}", error.hint or "")
    engine.close()
    return _line(True, f"voice: {engine.name}:{engine.voice} speaks ({len(spoken.samples) / spoken.rate_hz:.1f} s)")


def _encoder() -> bool:
    from coach.audio.mp3 import STANDARD, encode_take
    from coach.audio.take import encoder_version, segment_of

    try:
        encode_take(segment_of(bytes(2 * STANDARD.frame_samples), STANDARD.rate_hz), STANDARD)
        return _line(True, f"MP3 encoder: {encoder_version()}")
    except (ImportError, CoachError) as error:
        return _line(False, f"MP3 encoder: {error}", f"{sys.executable} -m pip install lameenc pydub")


def _cache() -> bool:
    from coach.audio.store import Store

    folder = paths.cache_dir()
    store = Store(folder)
    probe = "0" * 64
    store.put_blob(probe, b"doctor")
    if store.trouble:
        return _line(False, f"cache: {store.trouble}", "set COACH_CACHE to a folder you may write to")
    free = shutil.disk_usage(folder).free
    return _line(free > 50_000_000, f"cache: {folder}, {size_text(free)} free", "make room on this disk")


def _settings() -> bool:
    folder = paths.home_dir()
    try:
        config.load(folder)
    except CoachError as error:
        return _line(False, f"settings: {error}", error.hint or "")
    return _line(True, f"settings: {folder}")


def _library() -> bool:
    from coach.cli.common import library

    try:
        found = library()
        ids = found.routine_ids()
        for name in ids:
            found.routine(name)
    except CoachError as error:
        return _line(False, f"routines: {error}", error.hint or "")
    return _line(True, f"routines: {len(ids)}")
