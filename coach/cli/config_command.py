"""`coach config`: settings, each with where it comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from coach import config, paths
from coach.cli.called import Group
from coach.cli.common import say, settings
from coach.cli.terminal import folded, on_terminal, width

_HERE = "coach config set"
"""How messages call the place where a value was written."""


class _SettingName(click.ParamType[str]):
    name = "name"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list:  # type: ignore[type-arg]
        from click.shell_completion import CompletionItem

        return [
            CompletionItem(name, help=s.about) for name, s in config.SETTINGS.items() if name.startswith(incomplete)
        ]


@click.group("config", cls=Group, invoke_without_command=True, epilog="Example: coach config set voice system")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Read and change settings; without a command, list them with their source.

    A variable such as COACH_VOICE wins over the file, an option on the command line over both.
    """
    if ctx.invoked_subcommand is not None:
        return
    found = settings()
    if as_json:
        values = {name: found.value(name) for name in config.SETTINGS}
        click.echo(json.dumps({name: {"value": v.text, "source": v.source} for name, v in values.items()}))
        return
    for name, setting in config.SETTINGS.items():
        value = found.value(name)
        shown = value.text or f"(not set: {_otherwise(name)})"
        lines = folded(f"{name} = {shown}  [{value.source}]", width() if on_terminal() else 10_000, "    ")
        click.echo(click.style(name, bold=True) + lines[len(name) :])
        click.echo(folded(setting.about, width(), "    ", "    "))


def _otherwise(name: str) -> str:
    """Return what holds while a setting is empty."""
    return _best_voice() if name == "voice" else config.SETTINGS[name].otherwise


def _best_voice() -> str:
    from coach.errors import EngineError
    from coach.voice.catalog import open_voice

    try:
        engine = open_voice(None)
    except EngineError:
        return "no voice is installed"
    engine.close()
    return f"{engine.name}:{engine.voice}, the best installed"


@command.command("get", epilog="Example: coach config get voice")
@click.argument("name", type=_SettingName())
def get(name: str) -> None:
    """Print one setting; an empty line when it is not set, and on stderr what holds then."""
    value = settings()[name]
    click.echo(value)
    if not value:
        say(f"{name} is not set: {_otherwise(name)}.")


@command.command("set", epilog="Example: coach config set bed none")
@click.argument("name", type=_SettingName())
@click.argument("value")
def put(name: str, value: str) -> None:
    """Write one setting to the settings file; comments in it stay. An empty VALUE ("") means the default."""
    from coach.errors import ConfigError

    config.checked(name, value, _HERE)
    if name == "voice" and value:
        # Refused now, not by every command that follows.
        from coach.voice.catalog import open_voice

        open_voice(value).close()
    if name in ("me.avoid", "me.kit") and value:
        from coach.cli.asked import check_avoid, checked_kit
        from coach.cli.common import library

        words = [word.strip().lower() for word in value.split(",") if word.strip()]
        if name == "me.kit":
            checked_kit(words, library())
        else:
            check_avoid((word for word in words if word != "none"), library())
    if name == "output" and value:
        folder = paths.expanded(value)
        if not folder.is_dir():
            raise ConfigError(_HERE, name, f"there is no folder {folder}", hint=f"mkdir {folder} makes it")
        value = os.path.abspath(folder)  # noqa: PTH100 - links stay as they are
    home = paths.home_dir()
    _write(home, config.save(home, name, value))


@command.command("unset", epilog="Example: coach config unset voice")
@click.argument("name", type=_SettingName())
def unset(name: str) -> None:
    """Delete one setting from the settings file, so that its default holds; comments in it stay."""
    home = paths.home_dir()
    text = config.unset(home, name)
    if text is None:
        say(f"{name} is not in the settings file.")
    else:
        _write(home, text)
    variable = config.variable_of(name)
    if variable in os.environ:
        say(f"Note: the variable {variable} still sets it.")


def _write(home: Path, text: str) -> None:
    from coach.audio.atomic import plain_cause, write_atomically
    from coach.errors import WriteFailed

    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailed(home, plain_cause(error), hint="COACH_HOME names another folder") from error
    write_atomically(home / config.FILE_NAME, [text.encode()], overwrite=True)


@command.command("path", epilog="Example: coach config path")
def path() -> None:
    """Print where the settings file is (it may not exist yet)."""
    click.echo(paths.home_dir() / config.FILE_NAME)
