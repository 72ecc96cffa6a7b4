"""A named file becomes text, or an UnreadableFile that says why in plain words."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from coach.documents.parse import MAX_BYTES
from coach.errors import UnreadableFile


def read_file(path: Path) -> str:
    """Return the text of a document (UTF-8, at most 256 KiB). Raises UnreadableFile."""
    return checked_text(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, or of a pipe that somebody writes to: of too large a one just enough to see that.

    Raises UnreadableFile.
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a third of the time of Path.stat
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise UnreadableFile(path, "is a folder, not a file" if stat.S_ISDIR(mode) else "is neither file nor pipe")
        # Opened so, a pipe nobody writes to is empty; otherwise the opening would wait for somebody for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor has no path
            if stat.S_ISFIFO(mode):
                os.set_blocking(descriptor, True)
            raw = file.read(MAX_BYTES + 4)
    except OSError as error:
        raise UnreadableFile(path, unreadable_because(error, path)) from error
    except ValueError as error:  # a NUL in the name
        raise UnreadableFile(path, "is not a possible file name") from error
    if not raw and stat.S_ISFIFO(mode):
        raise UnreadableFile(path, "is a pipe that nothing comes through")
    return raw


def is_there(path: Path) -> bool:
    """Return whether there is something with this name. Raises UnreadableFile where that may not be known."""
    try:
        os.stat(path)  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise UnreadableFile(path, unreadable_because(error, path)) from error
    return True


def checked_text(raw: bytes, path: Path | str) -> str:
    """Return the bytes of a document as text. Raises UnreadableFile, also when they are too many."""
    if len(raw) > MAX_BYTES + 3:  # the three bytes of a byte order mark are not counted
        raise UnreadableFile(path, "is larger than 256 KiB, too large for a document")
    return decode(raw, path)


def decode(raw: bytes, path: Path | str) -> str:
    """Return UTF-8 bytes as text, without a byte order mark. Raises UnreadableFile."""
    if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile(path, "is not a text file", hint="a document is a YAML text file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(path, f"line {line} is not UTF-8 text", hint="save it again as UTF-8") from error


def unreadable_because(error: OSError, path: Path) -> str:
    """Return in plain words why a named file cannot be read."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "is a folder, not a file"
    if isinstance(error, PermissionError):
        # Windows says "permission denied" when a folder is opened.
        is_folder = os.path.isdir(path)  # noqa: PTH112 - never raises
        return "is a folder, not a file" if is_folder else "reading it is not permitted"
    if isinstance(error, NotADirectoryError):
        return "a part of its path is not a folder"
    return f"cannot be read ({(error.strerror or type(error).__name__).lower()})"
