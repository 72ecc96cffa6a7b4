"""The command line: one file per command, loaded when it is called. click lives here and only here.

Data goes to stdout, progress and messages to stderr. Exit 0 done, 1 it should have worked but did not,
2 what was asked is wrong. Never a traceback.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from coach import __version__
from coach.errors import CoachError

COMMANDS: dict[str, str] = {
    "list": "The routines there are: length, moment, what they need.",
    "show": "A routine as a timeline: what happens when.",
    "export": "Make the MP3 of a routine.",
    "check": "Check a routine, a movement or one of our MP3s.",
    "verify": "Listen to one of our MP3s and compare it with its own plan.",
    "voices": "The voices there are, and how they sound.",
    "cache": "What the cache of speech holds.",
    "doctor": "See whether this computer has all it needs.",
    "config": "Read and change settings.",
}
"""Command name to its one line of help; the module of the same name is imported only when it runs."""

WELCOME = """\
After a run    coach export post-run-cooldown -o cooldown.mp3   then play it from the phone
At the desk    coach export desk-break                          three minutes, no mat, office clothes
Before it      coach show five-minute-ball                      see what happens when, second by second

coach list shows every routine, coach --help every command.
"""


class _Commands(click.Group):
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
            meant = f" Did you mean '{close[0]}'?" if close else " coach --help shows them all."
            raise click.UsageError(f"There is no command '{name}'.{meant}")
        return super().resolve_command(ctx, args)


@click.command(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: coach export post-run-cooldown -o cooldown.mp3",
)
@click.version_option(__version__, "-V", "--version", prog_name="coach")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A stretching routine becomes a coach's voice."""
    if ctx.invoked_subcommand is None:
        click.echo(WELCOME, nl=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; every error becomes one plain message here."""
    try:
        result = cli.main(args=arguments, prog_name="coach", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        _complain(error.format_message().rstrip("."), _usage_hint(error))
        return 2
    except CoachError as error:
        _complain(str(error), error.hint)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _complain("stopped; nothing was left half-written")
        return 1
    except BrokenPipeError:
        _quiet_stdout()
        return 1
    except Exception as error:
        _complain(f"something unexpected went wrong: {type(error).__name__}: {error}", _log_hint(error))
        return 1
    return result if isinstance(result, int) else 0


def _complain(message: str, hint: str | None = None) -> None:
    lines = message.splitlines() or [""]
    # Problems of a document begin with their own place, which editors can jump to.
    prefix = "" if len(lines) > 1 or _has_place(lines[0]) else "coach: "
    text = "\n".join([prefix + lines[0], *lines[1:]])
    click.echo(f"{text}\n  {hint}" if hint else text, err=True)


def _has_place(line: str) -> bool:
    import re

    return re.match(r".+:\d+:\d+: ", line) is not None


def _usage_hint(error: click.ClickException) -> str | None:
    context = getattr(error, "ctx", None)
    return f"{context.command_path} --help shows how it is used" if context else None


def _log_hint(error: Exception) -> str:
    """Keep the traceback in a file for a report and say where."""
    import traceback

    from coach import paths

    path = paths.record_dir() / "error.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return "please report this"
    return f"the details are in {path}"


def _quiet_stdout() -> None:
    """Whoever read our output is gone; keep Python from complaining about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run() -> NoReturn:
    """Entry point of the installed command."""
    sys.exit(main())
