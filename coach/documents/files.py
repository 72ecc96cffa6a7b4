"""A named file becomes text, or an UnreadableFile that says why in plain words."""

from __future__ import annotations

from pathlib import Path

from coach.documents.parse import MAX_BYTES
from coach.errors import UnreadableFile


def read_file(path: Path) -> str:
    """Return the text of a document (UTF-8, at most 256 KiB). Raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 4)
    except OSError as error:
        raise UnreadableFile(path, unreadable_because(error, path)) from error
    except ValueError as error:  # a NUL in the name
        raise UnreadableFile(path, "is not a possible file name") from error
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
        return "is a folder, not a file" if path.is_dir() else "reading it is not permitted"
    if isinstance(error, NotADirectoryError):
        return "a part of its path is not a folder"
    return f"cannot be read ({(error.strerror or type(error).__name__).lower()})"
