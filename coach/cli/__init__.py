"""The command line: one file per command, loaded when it is called. click lives here and only here.

Data goes to stdout, progress and messages to stderr. Exit 0 done, 1 it should have worked but did not,
2 what was asked is wrong. Never a traceback.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from coach import __version__
from coach.cli import ending
from coach.cli.called import Group, as_called, called_as
from coach.cli.terminal import tell
from coach.errors import CoachError, DocumentError

COMMANDS: dict[str, str] = {
    "list": "The routines there are: length, moment, what they need.",
    "show": "A routine as a timeline: what happens when; or a movement, explained.",
    "export": "Make the MP3 of a routine.",
    "play": "Play a routine here and now.",
    "make": "Compose a routine for a moment and a length.",
    "new": "A routine or a movement of your own to begin with.",
    "check": "Check routines, movements and our MP3s.",
    "verify": "Listen to one of our MP3s and compare it with its own plan.",
    "history": "What you have done, and when.",
    "say": "Speak one movement, or a sentence.",
    "devices": "Where a routine can be played.",
    "voices": "The voices there are, and how they sound.",
    "cache": "What the cache of speech holds.",
    "doctor": "See whether this computer has all it needs.",
    "config": "Read and change settings.",
    "schema": "What editors need to complete routines and movements.",
}
"""Command name to its one line of help; the module of the same name is imported only when it runs."""

MOMENTS = {"After a run": "post-run-cooldown", "At the desk": "desk-break", "On the mat": "five-minute-ball"}
"""Three moments, each with the routine whose MP3 a bare `coach` tells how to make."""

MORE = "`coach list` shows every routine, `coach --help` every command."


class _Commands(Group):
    """A group that imports a command when it is used, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"coach.cli.{cmd_name}_command").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            close = difflib.get_close_matches(name, COMMANDS, 1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            raise click.UsageError(f"there is no command '{name}'{meant}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what the command returns
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # click would answer with an empty line and an Abort of its own.
            raise ending.Stopped from None


@click.command(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: coach export post-run-cooldown -o cooldown.mp3",
)
@click.version_option(__version__, "-V", "--version", message="coach %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A stretching routine becomes a coach's voice: one MP3 for the phone."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False
    if ctx.invoked_subcommand is None:
        from coach.cli.common import say
        from coach.cli.terminal import on_terminal, width

        lines = [(moment, f"{called_as()} export {routine}") for moment, routine in MOMENTS.items()]
        narrow = on_terminal() and max(len(command) for _, command in lines) + 14 > width()
        for moment, command in lines:
            click.echo(f"{moment}\n  {command}" if narrow else f"{moment:<12}  {command}")
        say(MORE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; every error becomes one plain message here."""
    try:
        # The variable of the shell completion has its name whatever was typed.
        result = cli.main(args=arguments, prog_name=called_as(), complete_var="_COACH_COMPLETE", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption) and error.possibilities:
            # The nearest comes first; click would name all in the order of the alphabet.
            error = click.NoSuchOption(error.option_name, possibilities=error.possibilities[:1], ctx=error.ctx)
        _complain(_first_small(error.format_message().rstrip(".")), _usage_hint(error))
        return 2
    except CoachError as error:
        _complain(str(error), error.hint, placed=isinstance(error, DocumentError))
        return error.exit_code
    except (ending.Stopped, KeyboardInterrupt, click.Abort):
        if sys.stderr is not None and sys.stderr.isatty():
            tell()  # the terminal stands behind "^C"
        _complain(ending.STOPPED)
        return 1
    except BrokenPipeError:
        ending.silence_stdout()
        return 1
    except Exception as error:
        plain = ending.plain_output_error(error) if isinstance(error, OSError) else None
        if plain:
            ending.silence_stdout()
            _complain(plain)
        else:
            what = f"something unexpected went wrong: {type(error).__name__}: {error}"
            _complain(" ".join(what.split()), ending.keep_traceback(error))
        return 1
    return result if isinstance(result, int) else 0


def _complain(message: str, hint: str | None = None, *, placed: bool = False) -> None:
    # Problems of a document begin with their own place, which editors can jump to.
    if placed:
        tell(as_called(f"{message}\n  {hint}" if hint else message))
        return
    from coach.cli.common import say

    say(f"coach: {message}")
    if hint:
        say(hint, indent="  ")


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _usage_hint(error: click.ClickException) -> str | None:
    if isinstance(error, click.MissingParameter) and error.param is not None and error.param.name == "routine":
        return "`coach list` shows the routines"
    context = getattr(error, "ctx", None)
    return f"`{context.command_path} --help` shows how it is used" if context else None


def run() -> NoReturn:
    """Entry point of the installed command."""
    ending.fill_stderr()
    ending.catch_signals()
    ending.forgive_encoding()
    ending.end(main())
