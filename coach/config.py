"""Settings with their source: defaults, then the user's config.yaml, then COACH_* variables.

Only `coach.cli` reads them; the library takes plain arguments. An option on the command line wins over all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coach.documents import ListNode, Reader, Scalar, read_file
from coach.documents.files import is_there
from coach.errors import ConfigError, DocumentError, UnknownName

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
    words: bool = False
    """Several words, parted by commas; in the file also a list."""


SETTINGS: Mapping[str, Setting] = {
    "voice": Setting("", "who speaks, as ENGINE or ENGINE:NAME", "the best voice that is installed"),
    "bed": Setting(
        "", "'none' leaves out the very quiet sound under the session", "as the routine says", ("", "comfort", "none")
    ),
    "talk": Setting("", "how much the coach says", "normal", ("", "full", "normal", "low")),
    "me.place": Setting("", "where you do it", "anywhere", ("", "desk", "floor", "outdoors")),
    "me.kit": Setting("", "what you have, such as mat, band, ball", "all that a routine asks for", words=True),
    "me.avoid": Setting("", "kneeling, floor, pressure, balance, or movements", "nothing", words=True),
    "me.start": Setting("", "the side that begins", "left", ("", "left", "right")),
    "me.level": Setting("", "which version of a movement you hear", "steady", ("", "gentle", "steady", "strong")),
    "output": Setting("", "folder for exports that name no file", "the folder you are in"),
    "cache_limit": Setting("500", "megabytes the cache of speech may take before old entries go"),
}
"""Every setting. Names are also the keys of config.yaml (`me.avoid` is `avoid` under `me`) and of COACH_* variables."""


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

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of a setting that has several."""
        return tuple(word for part in self[name].split(",") if (word := part.strip()))

    def cache_limit_bytes(self) -> int:
        """Return the cache's cap in bytes."""
        return int(self["cache_limit"]) * 1_000_000


def load(folder: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Raises DocumentError or ConfigError with the place of what is wrong."""
    path = folder / FILE_NAME
    values = {name: Value(setting.default, "default") for name, setting in SETTINGS.items()}
    if is_there(path):
        values.update(_read(read_file(path), path))
    for name in SETTINGS:
        variable = variable_of(name)
        if variable in environment:
            values[name] = Value(checked(name, environment[variable], f"${variable}"), f"${variable}")
    return Config(values, path)


def variable_of(name: str) -> str:
    """Return the environment variable of a setting: COACH_ME_AVOID for `me.avoid`."""
    return "COACH_" + name.upper().replace(".", "_")


def save(folder: Path, name: str, text: str) -> str:
    """Return the new text of config.yaml with `name` set; other lines and comments stay as they are.

    Writing it is the caller's. Raises UnknownName, ConfigError, or DocumentError when the file is wrong already.
    """
    path = folder / FILE_NAME
    value = checked(name, text, "coach config set")
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    before = read_file(path) if is_there(path) else ""
    if before.strip():
        _read(before, path)  # a file that is wrong already is mended first, by its owner
    lines = before.splitlines() if before.strip() else ["schema: 1"]
    _put(lines, name, quoted)
    after = "\n".join(lines) + "\n"
    if name not in (found := _read(after, path)) or found[name].text != value:
        raise ConfigError(str(path), name, "its line is written in a way that cannot be changed here", hint=_BY_HAND)
    return after


def unset(folder: Path, name: str) -> str | None:
    """Return the new text of config.yaml without `name`, or None when it is not in there; comments stay.

    Writing it is the caller's. Raises UnknownName, ConfigError, or DocumentError when the file is wrong already.
    """
    if name not in SETTINGS:
        raise _unknown(name)
    path = folder / FILE_NAME
    text = read_file(path) if is_there(path) else ""
    before = _read(text, path) if text.strip() else {}
    if name not in before:
        return None
    lines = text.splitlines()
    _take_out(lines, name)
    after = "\n".join(lines) + "\n"
    before.pop(name)
    try:
        kept = _read(after, path) == before
    except (DocumentError, ConfigError):
        kept = False
    if not kept:
        raise ConfigError(str(path), name, "its line is written in a way that cannot be changed here", hint=_BY_HAND)
    return after


def _take_out(lines: list[str], name: str) -> None:
    """Delete the lines of `name`, and of its group when nothing else is in it; comments are nobody's."""
    group, _, key = name.rpartition(".")
    first, last = _span(lines, group, 0, len(lines)) if group else (-1, len(lines))
    start, end = _span(lines, key, first + 1, last, inside=bool(group))
    gone = {index for index in range(start, end) if not lines[index].strip().startswith("#")}
    if group and not any(
        lines[i].strip() and not lines[i].strip().startswith("#") for i in range(first + 1, last) if i not in gone
    ):
        gone.add(first)
    lines[:] = [line for index, line in enumerate(lines) if index not in gone]


def _span(lines: list[str], key: str, first: int, last: int, *, inside: bool = False) -> tuple[int, int]:
    """Return where `key` is written between two lines: its line, and the one behind all that belongs to it."""

    def indent(index: int) -> int:
        return len(lines[index]) - len(lines[index].lstrip())

    written = [i for i in range(first, last) if lines[i].strip() and not lines[i].strip().startswith("#")]
    begin = next((i for i in written if lines[i].split(":")[0].strip() == key and (indent(i) > 0) == inside), last)
    if begin == last:
        return last, last
    # Of a list under its key the dashes may stand as far left as the key itself.
    more = [i for i in written if i > begin]
    end = begin + 1
    for index in more:
        if indent(index) <= indent(begin) and not lines[index].lstrip().startswith("- "):
            break
        end = index + 1
    return begin, end


def _put(lines: list[str], name: str, quoted: str) -> None:
    """Change or add the line of `name`, in its group when it has one."""
    group, _, key = name.rpartition(".")
    line = f"{'  ' if group else ''}{key}: {quoted}"
    first, last = 0, len(lines)
    if group:
        first = next((i for i, text in enumerate(lines) if text.rstrip() == f"{group}:"), len(lines)) + 1
        if first > len(lines):
            lines += [f"{group}:", line]
            return
        inside = (i for i in range(first, len(lines)) if lines[i].strip() and not lines[i].startswith((" ", "#")))
        last = next(inside, len(lines))
    for index in range(first, last):
        indented = lines[index].startswith(" ")
        if lines[index].split(":")[0].strip() == key and indented == bool(group):
            lines[index] = line
            return
    lines.insert(first if group else last, line)


def _read(text: str, path: Path) -> dict[str, Value]:
    """Return the settings written in `text`. Raises DocumentError or ConfigError."""
    reader = Reader.of(text, str(path))
    fields = reader.document("the settings")
    groups = {"": fields, "me": fields.mapping("me", required=False)}
    found = {}
    for name, setting in SETTINGS.items():
        group, _, key = name.rpartition(".")
        place = groups[group]
        node = place.node(key, required=False) if place else None
        if isinstance(node, ListNode) and setting.words:
            node = _joined(node, reader)
        if isinstance(node, Scalar):
            found[name] = Value(checked(name, node.text, f"{path}:{node.line}:{node.column}"), str(path))
        elif node is not None and place:
            place.add(key, f"{name} is one word", "write it on the line of its key")
    for place in groups.values():
        if place:
            place.done()
    reader.finish()
    return found


def _joined(node: ListNode, reader: Reader) -> Scalar:
    words = [reader.text(item, "an item of the list") for item in node.items]
    return Scalar(", ".join(words), False, node.line, node.column)


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
