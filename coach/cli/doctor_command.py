"""`coach doctor`: what this computer has, and what to do about what it lacks."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from coach import __version__, config, paths
from coach.cli.called import Command, as_called
from coach.cli.common import broken_lines, counted, library, settings, size_text
from coach.cli.terminal import folded, width
from coach.errors import CoachError

_LEAST_FREE = 50_000_000


@click.command("doctor", cls=Command, epilog="Example: coach doctor")
def command() -> int:
    """Check this computer: voice, encoder, cache, settings, routines. Exit 1 when an MP3 could not be made."""
    click.echo(f"coach {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    # A list, not a generator: every line is printed even when one is bad.
    results = [_voice(), _encoder(), _cache(), _settings(), _routines()]
    return 0 if all(results) else 1


@contextmanager
def _trying(what: str) -> Iterator[None]:
    """Say on a terminal what takes some seconds, and take it away again."""
    live = sys.stderr is not None and sys.stderr.isatty()
    text = f"trying {what} ..."
    if live:
        click.echo(text, nl=False, err=True)
    try:
        yield
    finally:
        if live:
            click.echo(f"\r{' ' * len(text)}\r", nl=False, err=True)


def _line(state: str, what: str, cure: str | None = "") -> bool:
    """Print one finding; `state` is "ok", "note" or "BAD". Return whether an MP3 can be made all the same."""
    colour = {"ok": "green", "note": "yellow"}.get(state, "red")
    first = f"{state:<5} "
    lines = folded(what, width(), " " * 6, first)
    click.echo(click.style(lines[: len(first)], fg=colour) + lines[len(first) :])
    if cure and state != "ok":
        click.echo(folded(as_called(cure), width(), " " * 6, " " * 6))
    return state != "BAD"


def _voice() -> bool:
    from coach.script.model import Utterance
    from coach.voice.catalog import default_voice, open_voice

    try:
        asked = settings()["voice"] or None
        engine = open_voice(asked)
        try:
            with _trying("the voice"):
                spoken = engine.speak(Utterance("Stand tall."))
        finally:
            engine.close()
        notice = None if asked else default_voice().notice
    except CoachError as error:
        return _line("BAD", f"voice: {error}", error.hint)
    said = f'voice: {engine.name}:{engine.voice} said "Stand tall." in {len(spoken.samples) / spoken.rate_hz:.1f} s'
    return _line("note" if notice else "ok", said, notice)


def _encoder() -> bool:
    from coach.audio.mp3 import STANDARD, encode_take
    from coach.audio.take import encoder_version, segment_of

    try:
        encode_take(segment_of(bytes(2 * STANDARD.frame_samples), STANDARD.rate_hz), STANDARD)
        return _line("ok", f"MP3 encoder: {encoder_version()}")
    except (ImportError, CoachError) as error:
        return _line("BAD", f"MP3 encoder: {error}", f"{sys.executable} -m pip install lameenc pydub")


def _cache() -> bool:
    import shutil
    from hashlib import sha256

    from coach.audio.store import Store

    try:
        folder = paths.cache_dir()
        store = Store(folder)
        store.put_blob(sha256(b"coach doctor").hexdigest(), b"coach doctor")
        if store.trouble:
            # Sessions go on without a cache, each as slow as the first.
            return _line("note", f"cache: {folder}: {store.trouble}", "COACH_CACHE names another folder")
        free = shutil.disk_usage(folder).free
        size = store.info().size_bytes
    except (CoachError, OSError) as error:
        return _line("note", f"cache: {error}", "COACH_CACHE names another folder")
    state = "ok" if free > _LEAST_FREE else "note"
    return _line(state, f"cache: {folder}, {size_text(size)}, {size_text(free)} free", "make room on this disk")


def _settings() -> bool:
    try:
        folder = paths.home_dir()
        found = config.load(folder)
        output = found["output"]
        if output and not paths.expanded(output).is_dir():
            what = f"settings: output: there is no folder {output}"
            return _line("BAD", what, "`coach config set output FOLDER` names another")
    except CoachError as error:
        return _line("BAD", f"settings: {error}", error.hint)
    return _line("ok", f"settings: {folder / config.FILE_NAME}{'' if found.path.is_file() else ' (none yet)'}")


def _routines() -> bool:
    try:
        found, closed = library().without_closed()
        ids = found.routine_ids()
    except CoachError as error:
        return _line("BAD", f"routines: {error}", error.hint)
    own: list[CoachError] = []
    shipped: list[CoachError] = []
    for name in ids:
        try:
            found.routine(name)
        except CoachError as error:
            (own if found.origin("routine", name) == "own" else shipped).append(error)
    for state, errors in (("note", own), ("BAD", [*closed, *shipped])):
        for line in broken_lines(errors, found):
            _line(state, as_called(line))
    _line("ok", f"routines: {counted(len(ids) - len(own) - len(shipped), 'routine')} can be read")
    return not (shipped or closed)
