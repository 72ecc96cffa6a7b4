"""Settings with their source: defaults, then the user's config.yaml, then COACH_* variables.

Only `coach.cli` reads them; the library takes plain arguments. An option on the command line wins over all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coach.documents import Reader, Scalar, read_file
from coach.errors import ConfigError, UnknownName

FILE_NAME = "config.yaml"
_BY_HAND = "write it by hand; `coach config path` shows where the file is"


@dataclass(frozen=True, slots=True)
class Setting:
    """What can be set: its default as text, and what it is for."""

    default: str
    about: str
    otherwise: str = ""
    """What holds while the setting is empty, for people."""
    allowed: tuple[str, ...] = ()


SETTINGS: Mapping[str, Setting] = {
    "voice": Setting("", "who speaks, as ENGINE or ENGINE:NAME", "the best voice that is installed"),
    "bed": Setting(
        "", "'none' leaves out the very quiet sound under the session", "as the routine says", ("", "comfort", "none")
    ),
    "output": Setting("", "folder for exports that name no file", "the folder you are in"),
    "cache_limit": Setting("500", "megabytes the cache of speech may take before old entries go"),
}
"""Every setting. Names are also the keys of config.yaml and, in capitals, of COACH_* variables."""


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value as text, and where it comes from."""

    text: str
    source: str


class Config:
    """The settings in force, each with its source."""

    def __init__(self, values: Mapping[str, Value], path: Path) -> None:
        """Keep the merged values; use `load`."""
        self.values, self.path = values, path

    def __getitem__(self, name: str) -> str:
        """Return a value as text. Raises UnknownName."""
        return self.value(name).text

    def value(self, name: str) -> Value:
        """Return a value with its source. Raises UnknownName with the nearest names."""
        if name not in SETTINGS:
            raise _unknown(name)
        return self.values[name]

    def cache_limit_bytes(self) -> int:
        """Return the cache's cap in bytes."""
        return int(self["cache_limit"]) * 1_000_000


def load(folder: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Raises DocumentError or ConfigError with the place of what is wrong."""
    path = folder / FILE_NAME
    values = {name: Value(setting.default, "default") for name, setting in SETTINGS.items()}
    if path.is_file():
        values.update(_read(read_file(path), path))
    for name in SETTINGS:
        variable = f"COACH_{name.upper()}"
        if variable in environment:
            values[name] = Value(checked(name, environment[variable], f"${variable}"), f"${variable}")
    return Config(values, path)


def save(folder: Path, name: str, text: str) -> str:
    """Return the new text of config.yaml with `name` set; other lines and comments stay as they are.

    Writing it is the caller's. Raises UnknownName, ConfigError, or DocumentError when the file is wrong already.
    """
    path = folder / FILE_NAME
    value = checked(name, text, "coach config set")
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    before = read_file(path) if path.is_file() else ""
    if before.strip():
        _read(before, path)  # a file that is wrong already is mended first, by its owner
    lines = before.splitlines() if before.strip() else ["schema: 1"]
    for index, line in enumerate(lines):
        if line.split(":")[0].strip() == name:
            lines[index] = f"{name}: {quoted}"
            break
    else:
        lines.append(f"{name}: {quoted}")
    after = "\n".join(lines) + "\n"
    if name not in (found := _read(after, path)) or found[name].text != value:
        raise ConfigError(str(path), name, "its line is written in a way that cannot be changed here", hint=_BY_HAND)
    return after


def _read(text: str, path: Path) -> dict[str, Value]:
    """Return the settings written in `text`. Raises DocumentError or ConfigError."""
    reader = Reader.of(text, str(path))
    fields = reader.document("the settings")
    found = {}
    for name in SETTINGS:
        node = fields.node(name, required=False)
        if isinstance(node, Scalar):
            found[name] = Value(checked(name, node.text, f"{path}:{node.line}:{node.column}"), str(path))
        elif node is not None:
            fields.add(name, f"{name} is one word", "write it on the line of its key")
    fields.done()
    reader.finish()
    return found


def checked(name: str, text: str, source: str) -> str:
    """Return `text` if the setting may have it; `source` names in messages who wrote it.

    Raises UnknownName or ConfigError.
    """
    if name not in SETTINGS:
        raise _unknown(name)
    if not text.isprintable():
        raise ConfigError(source, name, "it has a line break or another control character")
    allowed = SETTINGS[name].allowed
    if allowed and text not in allowed:
        raise ConfigError(source, name, f"'{text}' is not one of: {', '.join(word or 'empty' for word in allowed)}")
    if name == "cache_limit" and not (text.isdecimal() and 10 <= int(text) <= 1_000_000):
        raise ConfigError(source, name, f"'{text}' is not a whole number of megabytes from 10 to 1000000")
    return text


def _unknown(name: str) -> UnknownName:
    import difflib

    return UnknownName("setting", name, difflib.get_close_matches(name, SETTINGS, 2), hint="`coach config` shows all")
