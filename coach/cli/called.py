"""How the person called the command: "coach", or "./scripts/coach" in a checkout, where "coach" is not on the PATH.

Messages and help name commands as "`coach list`", whoever writes them; here the first word becomes what was
typed. Used at the places where text is printed, and nowhere else.
"""

from __future__ import annotations

import os
import re

import click

VARIABLE = "COACH_CALLED_AS"
"""Set by scripts/coach."""

_COMMAND = re.compile(r"(?<=`)coach(?=[ `])|(?<= \| )coach(?= [^`\n]*`)|(?<=^Example: )coach(?= )")


def called_as() -> str:
    """Return what to type to run the command."""
    typed = os.environ.get(VARIABLE, "").strip()
    return typed if typed and typed.isprintable() else "coach"


def as_called(text: str) -> str:
    """Return `text` with the commands in it (in backticks, or a help's example) as they must be typed here."""
    return _COMMAND.sub(lambda _: called_as(), text) if "coach" in text else text


class _Formatter(click.HelpFormatter):
    """Help whose commands can be pasted, no wider than the terminal however narrow it is."""

    def __init__(self, width: int | None = None, max_width: int | None = None) -> None:
        from coach.cli.terminal import width as columns

        # click would take at least 50 columns.
        super().__init__(width=width or columns(max_width or 80), max_width=max_width)

    def write_text(self, text: str) -> None:
        text = as_called(text)
        if text.startswith("Example: "):
            # Not folded: the terminal does that so that the command is still one line when it is copied.
            self.write(f"{'':>{self.current_indent}}{text}\n")
        else:
            super().write_text(text)

    def write_dl(self, rows: list[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:  # type: ignore[override]
        # In a narrow window a long name has a line of its own.
        most = min(col_max, self.width // 3)
        super().write_dl([(first, as_called(second)) for first, second in rows], most, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command with such help, whose options are given with a value or not at all."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what is given empty, as an unset variable of a script does; it would count as not given."""
        rest = super().parse_args(ctx, args)
        for param in self.params if not ctx.resilient_parsing else ():
            value = ctx.params.get(param.name or "")
            if isinstance(param, click.Option) or isinstance(param.type, click.Path):
                if value == "":
                    raise click.BadParameter("an empty name", ctx, param)
                if isinstance(value, tuple) and () in value:  # words parted by commas
                    raise click.BadParameter("there is no word in it", ctx, param)
        return rest


class Group(click.Group):
    """A group of such commands."""

    context_class = _Context
    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with the first sentence of their help, whole: click would cut it in a narrow window."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, c.get_short_help_str(limit=200)) for name, c in commands if c])
