"""`coach schema`: what editors need to complete and check our documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import click

from coach import paths
from coach.cli.called import Command
from coach.cli.common import library, say
from coach.errors import AskedError

Kind: TypeAlias = Literal["routine", "movement", "config", "wording"]


@click.command("schema", cls=Command, epilog="Example: coach schema routine -o routine.json")
@click.argument("kind", type=click.Choice(get_args(Kind)), default="routine", metavar="[KIND]")
@click.option("-o", "--output", metavar="FILE.json", type=click.Path(), help="Write a file instead of printing.")
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is already there.")
def command(kind: Kind, output: str | None, force: bool) -> None:
    """Print the JSON Schema of a KIND of document, with your own movements in it, for the completion of editors.

    KIND is routine (unless given), movement, config or wording.
    """
    text = schema_text(kind)
    if output is None:
        click.echo(text, nl=False)
        return
    from coach.audio.atomic import write_atomically
    from coach.cli.export_command import refuse_early

    target = paths.expanded(output)
    if target.suffix.lower() != ".json":
        raise AskedError(f"{output} is not the name of a JSON file", hint=f"-o {output}.json names one")
    refuse_early(target, force=force)
    write_atomically(target, [text.encode()], overwrite=force)
    click.echo(output)
    say(f"As the first line of a {kind}, this makes VS Code (with its YAML extension) use it:\n{modeline(target)}")


def schema_text(kind: Kind) -> str:
    """Return the JSON Schema of a kind of document. Raises DocumentError when the shipped table is damaged."""
    return json.dumps(_schema(kind), indent=1, ensure_ascii=False) + "\n"


def _schema(kind: Kind) -> dict[str, Any]:
    from coach.documents import read_file
    from coach.routine import schema
    from coach.routine.library import DATA
    from coach.routine.schema_parts import read_about

    if kind == "config":
        from coach.config import SETTINGS

        return schema.config_schema(SETTINGS)
    about = read_about(read_file(DATA / "keys.yaml"), str(DATA / "keys.yaml"))
    if kind == "wording":
        return schema.wording_schema(about)
    made = schema.routine_schema if kind == "routine" else schema.movement_schema
    return made(about, library().movement_ids())


def modeline(schema_file: Path) -> str:
    """Return the comment that tells an editor where the schema is: as a URI, for a path may hold spaces."""
    return f"# yaml-language-server: $schema={schema_file.absolute().as_uri()}"
