"""The README and the help: every command and option is there, and what they show works as written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from coach.cli import COMMANDS, cli
from coach.routine.library import Library

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def _walk(command, path):
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from _walk(command.get_command(context, name), f"{path} {name}")


ALL = dict(_walk(cli, "coach"))


def _blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def _typed():
    """Return the command lines of the README, without what comes before `coach`."""
    lines = re.findall(r"(?m)^\$ (?:\./scripts/)?(coach .*)$", "\n".join(_blocks("console")))
    return [*lines, *re.findall(r"`(coach [a-z][^`]*)`", README)]


@pytest.mark.parametrize("path", ALL)
def test_every_command_says_what_it_does_with_an_example_that_parses(path):
    command = ALL[path]
    assert command.help
    assert command.epilog.startswith("Example: ")
    example = command.epilog.removeprefix("Example: ")
    assert path == "coach" or example.startswith(path)
    _parses(example)


@pytest.mark.parametrize("path", ALL)
def test_every_option_says_what_it_does(path):
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    assert re.search(rf"\bcoach {name}\b", README), f"coach {name} is not in the README"


def test_every_option_is_in_the_readme():
    words = set(re.findall(r"(?<![\w-])--?[a-z]+", README))
    for path, command in ALL.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert words & set(parameter.opts), f"{path} {parameter.opts} is not in the README"


def test_the_readme_names_no_option_that_is_not_there():
    known = {name for command in ALL.values() for parameter in command.params for name in parameter.opts}
    for line in _typed():
        for word in shlex.split(line):
            if re.fullmatch(r"--?[a-z]+", word):
                assert word in known | {"--help", "-h"}, line


@pytest.mark.parametrize("line", _typed())
def test_every_command_line_of_the_readme_parses(line):
    _parses(line)


def _parses(line):
    words = shlex.split(line)
    assert words[0] == "coach"
    command, path = cli, "coach"
    words = words[1:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        context = click.Context(command)
        path, command = f"{path} {words[0]}", command.get_command(context, words[0])
        assert command is not None, f"there is no command {path}"
        words = words[1:]
    if "--help" not in words:
        # resilient: a command named in prose need not carry its arguments.
        command.make_context(path, [*words], resilient_parsing=not words)


def test_the_routine_in_the_readme_is_right_and_lasts_as_it_says(tmp_path, monkeypatch, capsys):
    (text,) = _blocks("yaml")
    routine = Library().routine_from_text(text)
    (tmp_path / f"{routine.id}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    from coach.cli import main

    assert main(["check", f"{routine.id}.yaml"]) == 0
    assert capsys.readouterr().out.strip() in README
    assert main(["export", f"{routine.id}.yaml", "--voice", "null"]) == 0


def test_the_python_in_the_readme_makes_the_same_file(tmp_path, monkeypatch):
    from coach import session as session_module
    from coach.audio.tags import read_timeline
    from coach.voice.null import NullEngine

    (code,) = _blocks("python")
    monkeypatch.setattr(session_module, "open_voice", lambda spec: NullEngine())
    monkeypatch.chdir(tmp_path)
    # Whoever follows the page from its beginning has these already.
    before = {name for line in _typed() for name in re.findall(r"-o (\S+\.mp3)", line)}
    assert before
    for name in before:
        (tmp_path / name).touch()
    assert len([line for line in code.splitlines() if line]) <= 5
    exec(compile(code, "README.md", "exec"), {})
    (made,) = (path for path in tmp_path.glob("*.mp3") if path.name not in before)
    assert read_timeline(made).length_ms == 450_000


def test_the_readme_says_how_to_complete_in_each_shell():
    for shell in ("bash", "zsh", "fish"):
        assert f"{shell}_source" in README
