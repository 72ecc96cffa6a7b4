"""`coach make`: a routine composed for a moment and a length, as a document."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from coach import paths
from coach.cli.asked import Asked, flat, level_of, needs_of, needs_options, start_of
from coach.cli.called import Command
from coach.cli.common import Minutes, library, say, settings, tell_skipped
from coach.errors import AskedError
from coach.routine.model import Moment, MovementStep
from coach.units import format_clock, format_duration

if TYPE_CHECKING:
    from coach.make import Request
    from coach.routine.library import Library
    from coach.routine.model import Routine

_MOMENTS: tuple[Moment, ...] = get_args(Moment)


@click.command("make", cls=Command, epilog="Example: coach make --minutes 8 --moment post-run -o my-run.yaml")
@click.option(
    "--minutes", "length_ms", type=Minutes(), help="Exact length, such as 8 or 7:30; else the moment's usual."
)
@click.option("--moment", type=click.Choice(_MOMENTS), default="any", help="What it is for; any unless given.")
@needs_options
@click.option("--seed", type=click.IntRange(0, 1_000_000), default=0, help="Other movements; 0 unless given.")
@click.option("-o", "--output", metavar="FILE|FOLDER", type=click.Path(), help="Write it there; else it is printed.")
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is already there.")
def command(
    length_ms: int | None, moment: Moment, place: str | None, kit: tuple[tuple[str, ...], ...],
    avoid: tuple[tuple[str, ...], ...], start: str | None, level: str | None, seed: int, output: str | None,
    force: bool,
) -> None:  # fmt: skip
    """Compose a routine from the movements there are: print it as YAML, or write it to a file of yours."""
    from coach.make import make
    from coach.routine.write import routine_text

    documents = library()
    asked = Asked(place=place, kit=flat(kit), avoid=flat(avoid), start=start, level=level, seed=seed)
    request = _request(length_ms, moment, asked, documents)
    tell_skipped(documents.movements()[1])
    target = paths.expanded(output) if output else None
    in_folder = target is not None and os.path.isdir(target)  # noqa: PTH112 - never raises
    made = make(documents, request, name=None if target is None or in_folder else _id_of(target))
    if target and in_folder:
        target /= f"{made.id}.yaml"
    text = routine_text(made, _comments(request, target.name if target else f"{made.id}.yaml"), _notes(made))
    if target is None:
        click.echo(text, nl=False)
        return
    from coach.audio.atomic import write_atomically
    from coach.cli.export_command import refuse_early

    refuse_early(target, force=force)
    write_atomically(target, [text.encode()], overwrite=force)
    click.echo(target)
    shown = shlex.quote(str(target))
    say(f"`coach show {shown}` draws it, `coach export {shown}` makes its MP3.")


def _request(length_ms: int | None, moment: Moment, asked: Asked, documents: Library) -> Request:
    """Return the request, with the settings where nothing was said. Raises UnknownName or ConfigError."""
    from coach.make import Request

    chosen = settings()
    needs = needs_of(asked, chosen, documents)
    return Request(length_ms, moment, needs, level_of(asked, chosen), start_of(asked, chosen), asked.seed)


def _id_of(target: Path) -> str:
    """Return the id that goes with a file's name. Raises AskedError."""
    if not target.name.isprintable():
        raise AskedError("the name of the file has a line break or another control character", hint="name another file")
    name = "-".join(re.findall("[a-z0-9]+", target.stem.lower()))[:64].strip("-")
    if target.suffix.lower() not in (".yaml", ".yml"):
        hint = f"-o {shlex.quote(str(target) + '.yaml')} names a file"
        raise AskedError(f"{target} is neither a folder nor the name of a YAML file", hint=hint)
    return name or "made"


def _comments(request: Request, file: str) -> list[str]:
    """Return what stands above the routine: where it comes from, and how to change it."""
    words = ["coach", "make"]
    if request.length_ms:
        words += ["--minutes", _minutes(request.length_ms)]
    words += ["--moment", request.moment]
    needs = request.needs
    kit = None if needs.kit is None else ",".join(sorted(needs.kit)) or "none"
    # How it is told is asked for again when it is exported.
    telling = [] if request.start == "left" else ["--start", request.start]
    telling += [] if request.level == "steady" else ["--level", request.level]
    for option, value in (("--place", needs.place), ("--kit", kit), ("--avoid", ",".join(sorted(needs.avoid)))):
        words += [option, value] if value else []
    words += [*telling, *(["--seed", str(request.seed)] if request.seed else [])]
    return [
        f"Made by: {shlex.join(words)}",
        f"The same command makes the same routine; --seed {request.seed + 1} makes another one.",
        "Change what you like: `hold` and `reps` are what is wanted, the length decides inside the movement's bounds.",
        "Steps with `optional: true` are left out, the last one first, when time is short.",
        f"coach check {shlex.quote(file)}",
        shlex.join(["coach", "export", file, *telling]),
    ]


def _minutes(length_ms: int) -> str:
    """Return a length as `--minutes` takes it back."""
    if length_ms % 60_000 == 0:
        return str(length_ms // 60_000)
    return format_clock(length_ms) if length_ms % 1000 == 0 else format_duration(length_ms)


def _notes(routine: Routine) -> dict[int, str]:
    """Return a word above the step that goes first."""
    optional = [i for i, step in enumerate(routine.steps) if isinstance(step, MovementStep) and step.optional]
    return {optional[-1]: "the first to go when time is short"} if optional else {}
