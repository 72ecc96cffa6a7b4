"""Writing a file so that under its own name it is either whole or not there. Used by exports and by the store.

The pattern: a temporary file in the same folder, all bytes, fsync, a check, one rename, fsync of the folder.
It knows nothing of sound, and imports nothing heavy: it is part of the warm path.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from coach.errors import FileInTheWay, WriteFailed

PART = ".part"
"""How temporary files end: `.name.pid.random.part` for an export, `pid.random.part` in the store."""

_BUFFER = 1 << 18
_CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "writing there is not permitted",
    errno.EPERM: "writing there is not permitted",
    errno.EIO: "the disk reports an error",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "the links in its path lead in a circle",
    errno.EFBIG: "the disk cannot hold a file this large",
}
_HINTS = {errno.ENOSPC: "free some space, or name another place with -o", errno.EROFS: "name another place with -o"}

# Where hard links do not exist (FAT, exFAT, some network and phone file systems).
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
_TRIES, _TRY_AGAIN_S = 40, 0.025
"""How often a folder's lock is asked for. It is held for two calls: who has it longer was stopped."""


def write_atomically(
    path: Path, chunks: Iterable[bytes], *, check: Callable[[Path], None] | None = None, overwrite: bool
) -> int:
    """Write `chunks` under `path` and return the number of bytes.

    `check` gets the complete temporary file and raises to refuse it. Whatever is raised, by it or by
    `chunks`, the temporary file is gone and what was under `path` before is still there. Without
    `overwrite` an existing file is never replaced, even when it appears in the last moment.
    Raises FileInTheWay or WriteFailed.
    """
    with _as_write_failed(path):
        target = os.path.realpath(path) if overwrite else os.fspath(path)  # a link to the file stays a link
        _look(target, path, overwrite=overwrite)
        folder, name = os.path.split(os.path.abspath(target))  # noqa: PTH100
        _sweep(folder, name)
        part = os.path.join(folder, f".{name[:40]}.{os.getpid()}.{os.urandom(4).hex()}{PART}")  # noqa: PTH118
        descriptor = create(part)
    done = False
    try:
        try:
            written = _write_chunks(descriptor, chunks, path)
            with _as_write_failed(path):
                sync(descriptor, through=True)
        finally:
            with _as_write_failed(path):
                os.close(descriptor)
        if check is not None:
            with _as_write_failed(path):
                check(Path(part))
        with _as_write_failed(path):
            if overwrite:
                replace(part, target)
            else:
                _place(part, target, path)
        done = True
    finally:
        if not done:
            with contextlib.suppress(OSError):
                os.unlink(part)  # noqa: PTH108
    with contextlib.suppress(OSError):  # the file is there and whole; only its place in a power cut is open
        sync_folder(folder)
    return written


def plain_cause(error: OSError) -> str:
    """Return what is wrong in plain words."""
    return _CAUSES.get(error.errno or 0) or (error.strerror or type(error).__name__).lower()


def create(part: str) -> int:
    """Return the descriptor of a new file. Raises OSError; FileExistsError when there is one already."""
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)


def write_all(descriptor: int, content: bytes | memoryview) -> None:
    """Write all of `content`; one call may write less. Raises OSError."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def sync(descriptor: int, *, through: bool = False) -> None:
    """Bring a file's bytes to the disk; `through` also past the drive's own memory on macOS. Raises OSError."""
    if through and sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # not every file system has it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(folder: str) -> None:
    """Bring a folder's names to the disk. Raises OSError; does nothing on Windows, which has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(part: str, target: str) -> None:
    """Rename over what may be there; on Windows wait for a player or virus scanner to let go. Raises OSError."""
    for wait_s in (0.05, 0.1, 0.2, 0.4, 0.8, 0.8) if os.name == "nt" else ():
        try:
            os.replace(part, target)  # noqa: PTH105
        except PermissionError:
            time.sleep(wait_s)
        else:
            return
    os.replace(part, target)  # noqa: PTH105


def alive(pid: str) -> bool:
    """Return whether a process of this number runs; on Windows, where asking could end it, always True."""
    if os.name == "nt" or not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _look(target: str, path: Path, *, overwrite: bool) -> None:
    """Refuse at once what cannot end well. Raises FileInTheWay, WriteFailed or OSError."""
    try:
        mode = os.lstat(target).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise WriteFailed(path, "it is a folder", hint="name a file with -o")
    if not overwrite:
        raise FileInTheWay(path)
    if stat.S_ISLNK(mode):  # what is left of a link when it was followed to the end
        raise WriteFailed(path, _CAUSES[errno.ELOOP])
    if not stat.S_ISREG(mode):
        raise WriteFailed(path, "it is a device, not a file")


def _sweep(folder: str, name: str) -> None:
    """Remove what killed writers of this name left beside it."""
    start = f".{name[:40]}."
    with contextlib.suppress(OSError):
        for found in os.listdir(folder):  # noqa: PTH208
            if found.startswith(start) and found.endswith(PART) and not alive(found[len(start) :].partition(".")[0]):
                os.unlink(os.path.join(folder, found))  # noqa: PTH108, PTH118


def _write_chunks(descriptor: int, chunks: Iterable[bytes], path: Path) -> int:
    """Write them gathered in one buffer that is used again and again: fresh memory is what costs here."""
    written = filled = 0
    buffer = memoryview(bytearray(_BUFFER))
    for chunk in chunks:  # an error in here is the caller's own and passes as it is
        written += len(chunk)
        if filled + len(chunk) > _BUFFER:
            with _as_write_failed(path):
                write_all(descriptor, buffer[:filled])
            filled = 0
        if len(chunk) > _BUFFER:
            with _as_write_failed(path):
                write_all(descriptor, chunk)
            continue
        buffer[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    with _as_write_failed(path):
        write_all(descriptor, buffer[:filled])
    return written


def _place(part: str, target: str, path: Path) -> None:
    """Give the file its name, which must be free. Raises FileInTheWay or OSError."""
    try:
        if os.name == "nt":
            os.rename(part, target)  # refuses an existing name there  # noqa: PTH104
            return
        os.link(part, target)
    except FileExistsError:
        raise FileInTheWay(path) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _place_without_links(part, target, path)
        return
    with contextlib.suppress(OSError):  # one file with two names for a moment; the sweep takes the other
        os.unlink(part)  # noqa: PTH108


def _place_without_links(part: str, target: str, path: Path) -> None:
    """Look whether the name is free, then rename, under a lock on the folder. POSIX only.

    No single call does both where links are missing. To claim the name with an empty file first would leave that
    file to whoever is killed in between, so nothing is ever under the name but the whole file. The lock ends with
    its holder and leaves no file; it keeps two coaches from overwriting each other. What remains: another program
    that makes this very name between the two calls loses its file.
    """
    with _folder_lock(os.path.dirname(part)):  # noqa: PTH120
        try:
            os.lstat(target)
        except FileNotFoundError:
            os.replace(part, target)  # noqa: PTH105
            return
    raise FileInTheWay(path)


@contextlib.contextmanager
def _folder_lock(folder: str) -> Iterator[None]:
    """Hold the lock of a folder against other coaches; go on without it where there is none to have."""
    import fcntl

    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # one may write in a folder that one may not read
        yield
        return
    try:
        for _ in range(_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_TRY_AGAIN_S)
            except OSError:  # a file system without locks, or without locks on folders
                break
            else:
                break
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _as_write_failed(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteFailed(path, plain_cause(error), hint=_HINTS.get(error.errno or 0)) from error
    except ValueError as error:  # a NUL in the name
        raise WriteFailed(path, "it is not a possible file name") from error
