"""`coach new`: a routine or a movement to begin with, every key explained above it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Literal

import click

from coach import paths
from coach.cli.called import Command
from coach.cli.common import library, say
from coach.errors import AskedError, CoachError, WriteFailed

_NOT_TEXT = ("true", "false", "null")


@click.command("new", cls=Command, epilog="Example: coach new my-lunch")
@click.argument("name", metavar="ROUTINE")
@click.option("--movement", is_flag=True, help="Begin a movement instead of a routine.")
@click.option(
    "-o",
    "--output",
    metavar="FILE|FOLDER",
    type=click.Path(),
    help="Where to; else ROUTINE.yaml here, a movement in your movements folder, where routines find it.",
)
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is already there.")
def command(name: str, movement: bool, output: str | None, force: bool) -> None:
    """Write a file to begin ROUTINE (its id, such as my-lunch) with: it works as it is, and explains each key.

    With --movement it is a movement, in the folder where routines find it by its id.
    """
    from coach.audio.atomic import write_atomically
    from coach.cli.export_command import refuse_early

    kind: Literal["routine", "movement"] = "movement" if movement else "routine"
    _check_id(kind, name)
    target = _target(kind, name, output)
    refuse_early(target, force=force)
    write_atomically(target, [_starter(kind, name).encode()], overwrite=force)
    click.echo(target)
    shown = shlex.quote(str(target))
    if movement:
        _tell_use(name, target, shown)
    else:
        say(f"`coach check {shown}` checks it, `coach show {shown}` draws it, `coach export {shown}` makes its MP3.")


def _tell_use(name: str, target: Path, shown: str) -> None:
    """Say how a routine uses the movement, and where it must be for that."""
    folder = paths.home_dir() / "movements"
    if target.resolve() == (folder / f"{name}.yaml").resolve():
        say(f"It is in your movements folder: a routine uses it with the step `- movement: {name}`.")
        shown = name
    else:
        say(f"Routines find it once it is at {folder / name}.yaml; then the step `- movement: {name}` uses it.")
    say(f"`coach check {shown}` checks it, `coach show {shown}` shows it, `coach say --movement {shown}` speaks it.")


def _check_id(kind: Literal["routine", "movement"], name: str) -> None:
    """Refuse what is no id, and a movement that would stand in for one of ours. Raises AskedError."""
    import re

    from coach.documents.values import is_id

    if not is_id(name):
        near = "-".join(re.findall("[a-z0-9]+", Path(name).name.lower().removesuffix(".yaml")))[:64].strip("-")
        command = "coach new --movement" if kind == "movement" else "coach new"
        hint = f"`{command} {near}` works" if near else "use small letters, digits and dashes, as in my-lunch"
        raise AskedError(f"'{name}' is not an id: small letters, digits and dashes", hint=hint)
    found = library()
    if (path := found.path_of(kind, name)) and found.origin(kind, name) == "shipped":
        # In the user's folder it would be used in place of ours, without a word.
        hint = f"to change that one, copy {path} into your {kind}s folder, beside `coach config path`"
        raise AskedError(f"coach comes with a {kind} called '{name}': choose another id", hint=hint)


def _target(kind: Literal["routine", "movement"], name: str, output: str | None) -> Path:
    if output is None and kind == "movement":
        return _made(paths.home_dir() / "movements") / f"{name}.yaml"
    path = paths.expanded(output or ".")
    if os.path.isdir(path) or (output or "").endswith(("/", "\\")):  # noqa: PTH112 - never raises
        return path / f"{name}.yaml"
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise AskedError(
            f"{output} is neither a folder nor the name of a YAML file", hint=f"-o {output}.yaml names a file"
        )
    return path


def _made(folder: Path) -> Path:
    from coach.audio.atomic import plain_cause

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailed(folder, plain_cause(error), hint="COACH_HOME names another folder") from error
    return folder


def _starter(kind: Literal["routine", "movement"], name: str) -> str:
    """Return the template with the id and a name made of it, and the line that brings completion."""
    from coach.documents import read_file
    from coach.routine.library import DATA

    text = read_file(DATA / "templates" / f"{kind}.yaml")
    words = name.replace("-", " ")
    title = words[:1].upper() + words[1:]
    text = text.replace(f"id: my-{kind}\n", f"id: {_scalar(name)}\n")
    text = text.replace(f"name: My {kind}\n", f"name: {_scalar(title)}\n")
    return "\n".join([*_editor_line(kind), text])


def _scalar(text: str) -> str:
    """Return an id or a title as a YAML text: a bare number or truth would be none."""
    return text if text[:1].isalpha() and text.lower() not in _NOT_TEXT else f'"{text}"'


def _editor_line(kind: Literal["routine", "movement"]) -> list[str]:
    """Write the schema beside the settings and return the line that names it; nothing where it cannot be written."""
    from coach.audio.atomic import write_atomically
    from coach.cli.schema_command import modeline, schema_text

    try:
        target = _made(paths.home_dir() / "schema") / f"{kind}.json"
        write_atomically(target, [schema_text(kind).encode()], overwrite=True)
    except CoachError as error:
        say(f"Note: without completion in editors: {error}.")
        return []
    return [modeline(target)]
