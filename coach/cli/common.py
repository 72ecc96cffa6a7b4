"""What several commands share: options, the session they name, progress, small formats."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from coach import config, paths
from coach.cli.called import as_called
from coach.units import parse_minutes

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from coach.config import Config
    from coach.errors import CoachError
    from coach.prepare import Progress
    from coach.routine.library import Library
    from coach.voice.base import Engine

_SIZES = (("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000))


class Minutes(click.ParamType[int]):
    """A length given as M, M:SS or with units; becomes milliseconds."""

    name = "M|M:SS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return milliseconds."""
        if isinstance(value, int):
            return value
        try:
            length_ms = parse_minutes(value)
        except ValueError:
            self.fail(f"'{value}' is not a length: write minutes, such as 8 or 7:30", param, ctx)
        if length_ms <= 0:
            self.fail("a session lasts longer than nothing", param, ctx)
        return length_ms


class RoutineName(click.ParamType[str]):
    """The id of a routine or the path of one; completes both."""

    name = "routine"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the ids that begin so; the shell adds files when there is none."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name) for name in self.known(library()) if name.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="file")]

    def known(self, documents: Library) -> tuple[str, ...]:
        """Return the ids that may be meant."""
        return documents.routine_ids()


class MovementName(RoutineName):
    """The same for a movement."""

    name = "movement"

    def known(self, documents: Library) -> tuple[str, ...]:
        """Return the ids of movements."""
        return documents.movement_ids()


class DocumentName(RoutineName):
    """The same for a routine or a movement."""

    def known(self, documents: Library) -> tuple[str, ...]:
        """Return the ids of both, routines first."""
        return (*documents.routine_ids(), *documents.movement_ids())


class VoiceName(click.ParamType[str]):
    """ENGINE or ENGINE:NAME; completes the engines that come with coach."""

    name = "voice"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the engines that begin so."""
        from click.shell_completion import CompletionItem

        from coach.voice.catalog import SHIPPED

        return [CompletionItem(name) for name in SHIPPED if name.startswith(incomplete)]


def settings() -> Config:
    """Return the settings in force. Raises DocumentError or ConfigError."""
    return config.load(paths.home_dir())


def library() -> Library:
    """Return the shipped documents with the user's own beside them."""
    from coach.routine.library import Library

    return Library(paths.home_dir())


def tell_second_best(engine: Engine) -> None:
    """Say in one line why the default voice is not the best one; nothing when it is."""
    from coach.voice.catalog import LADDER, default_voice

    # Asked again only when it is not the first of the ladder: the usual run pays nothing.
    if engine.name != LADDER[0] and (notice := default_voice().notice):
        say(f"Note: {notice}.")


@contextmanager
def progress(label: str, afterwards: str) -> Iterator[Progress | None]:
    """Yield a progress callback that draws a bar on stderr; on no terminal it is None and nothing is drawn."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from coach.cli.bar import Bar

    with Bar(label, afterwards) as bar:
        yield bar.show


def say_once(message: str) -> None:
    """Say a message for a person once in a run of the command, whoever finds it again."""
    told: set[str] = click.get_current_context().meta.setdefault("coach.told", set())
    if message not in told:
        told.add(message)
        say(message)


def broken_lines(errors: Iterable[CoachError], documents: Library) -> list[str]:
    """Return what to say of documents that cannot be read, a line for each file.

    "my.yaml: 6 problems, `coach check my` shows them": that of a movement, too, when a routine suffers from it.
    """
    import shlex
    from pathlib import Path

    from coach.errors import DocumentError

    lines: list[str] = []
    for error in errors:
        problems = error.problems if isinstance(error, DocumentError) else ()
        lines += [] if problems else [str(error)]
        for path in dict.fromkeys(problem.path for problem in problems):
            count = sum(problem.path == path for problem in problems)
            # An id is shorter than a path, but may mean a routine and a movement.
            name = Path(path).stem
            meant = documents.path_of("routine", name) or documents.path_of("movement", name)
            shown = name if meant == Path(path) else shlex.quote(path)
            them = "it" if count == 1 else "them"
            lines.append(f"{Path(path).name}: {counted(count, 'problem')}, `coach check {shown}` shows {them}")
    return list(dict.fromkeys(lines))


def tell_skipped(errors: Iterable[CoachError]) -> None:
    """Say of each movement that cannot be read that it is gone without, and where its first problem is."""
    from pathlib import Path

    from coach.errors import DocumentError

    for error in errors:
        problems = error.problems if isinstance(error, DocumentError) else ()
        what, more = (str(problems[0]) if problems else str(error)), len(problems) - 1
        also = f" (and {counted(more, 'other problem')})" if more > 0 else ""
        name = f"'{Path(problems[0].path).stem}' " if problems else ""
        say_once(f"{what}{also}; the movement {name}is left out.")


def size_text(count: int) -> str:
    """Return bytes as people read them: "4.9 MB"."""
    if count < 1000:
        return f"{count} bytes"
    unit, factor = next((pair for pair in _SIZES if count < 999.95 * pair[1]), _SIZES[-1])
    return f"{count / factor:.1f}".removesuffix(".0") + f" {unit}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return "1 entry", "2 entries"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def say(message: str, *, indent: str = "") -> None:
    """Write a message for a person: stderr, so that stdout stays data; folded where a terminal shows it."""
    from coach.cli.terminal import folded, tell, width

    message = as_called(message)
    if sys.stderr is not None and sys.stderr.isatty():
        lines = [folded(line, width(), indent, indent) for line in message.split("\n")]
    else:
        lines = [indent + line for line in message.split("\n")]
    tell("\n".join(lines))
