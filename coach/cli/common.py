"""What several commands share: options, the session they name, progress, small formats."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from coach import config, paths
from coach.units import parse_minutes

if TYPE_CHECKING:
    from coach.prepare import Progress
    from coach.routine.library import Library
    from coach.session import Session

_F = TypeVar("_F", bound=Callable[..., Any])


class Minutes(click.ParamType):
    """A length given as M, M:SS or with units; becomes milliseconds."""

    name = "M|M:SS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return milliseconds."""
        if isinstance(value, int):
            return value
        try:
            length_ms = parse_minutes(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if length_ms <= 0:
            self.fail("a session lasts longer than nothing", param, ctx)
        return length_ms


def session_options(command: _F) -> _F:
    """Add the options that choose a session."""
    for option in (
        click.option("--voice", metavar="ENGINE[:NAME]", help="Who speaks; `coach voices` lists them."),
        click.option("--minutes", "length_ms", type=Minutes(), help="Exact length, such as 8 or 7:30."),
    ):
        command = option(command)
    return command


def library() -> Library:
    """Return the shipped documents with the user's own beside them."""
    from coach.routine.library import Library

    return Library(paths.home_dir())


def open_session(routine: str, voice: str | None, length_ms: int | None) -> Session:
    """Return the session the options name, with the settings filled in."""
    from coach.audio.store import Store
    from coach.session import Session

    settings = config.load(paths.home_dir())
    bed = settings["bed"]
    return Session.of(
        routine,
        voice or settings["voice"] or None,
        length_ms=length_ms,
        bed=bed if bed in ("comfort", "none") else None,
        library=library(),
        store=Store(paths.cache_dir(), cap_bytes=settings.cache_limit_bytes()),
    )


@contextmanager
def progress(label: str) -> Iterator[Progress | None]:
    """Yield a progress callback that draws a bar on stderr; on no terminal it is None and nothing is drawn."""
    if not sys.stderr.isatty():
        yield None
        return
    with _Bar(label) as bar:
        yield bar.show


class _Bar:
    """A bar that begins with the first step, so that a warm run draws nothing."""

    def __init__(self, label: str) -> None:
        self.label, self.bar = label, None

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()

    def show(self, done: int, total: int) -> None:
        if self.bar is None or self.bar.length != total:
            self._finish()
            self.bar = click.progressbar(length=total, label=self.label, file=sys.stderr, show_pos=True)
            self.bar.__enter__()
        self.bar.update(done - self.bar.pos)

    def _finish(self) -> None:
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
            self.bar = None


def size_text(count: int) -> str:
    """Return bytes as people read them: "4.9 MB"."""
    if count < 1000:
        return f"{count} bytes"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 1000 or unit == "GB":
            return f"{value:.1f} {unit}"
    return ""


def say(message: str) -> None:
    """Write a message for a person: stderr, so that stdout stays data."""
    click.echo(message, err=True)
