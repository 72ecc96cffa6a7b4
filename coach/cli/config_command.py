"""`coach config`: settings, each with where it comes from."""

from __future__ import annotations

import click

from coach import config, paths


@click.group("config", invoke_without_command=True, epilog="Example: coach config set voice system")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Read and change settings; without a command, list them with their source."""
    if ctx.invoked_subcommand is not None:
        return
    settings = config.load(paths.home_dir())
    for name, setting in config.SETTINGS.items():
        value = settings.value(name)
        click.echo(f"{name} = {value.text or '(empty)'}  [{value.source}]  {setting.about}")


@command.command("get", epilog="Example: coach config get voice")
@click.argument("name")
def get(name: str) -> None:
    """Print one setting."""
    click.echo(config.load(paths.home_dir())[name])


@command.command("set", epilog="Example: coach config set bed none")
@click.argument("name")
@click.argument("value")
def put(name: str, value: str) -> None:
    """Write one setting to the settings file; comments in it stay."""
    from coach.audio.atomic import write_atomically

    folder = paths.home_dir()
    text = config.save(folder, name, value)
    write_atomically(folder / config.FILE_NAME, [text.encode()], overwrite=True)


@command.command("path", epilog="Example: coach config path")
def path() -> None:
    """Print where the settings file is (it may not exist yet)."""
    click.echo(paths.home_dir() / config.FILE_NAME)
