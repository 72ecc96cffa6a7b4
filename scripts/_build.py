"""The cold half of the bootstraps: makes a private environment, or none at all.

It is made under a temporary name beside its place, stamped last and renamed, so a half-made one is never
used, whatever kills us. One caller at a time makes it; others wait, then use it. Progress goes to stderr.
`_environment.py` imports this, on Python 3.11 or newer, only when there is something to make.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from _environment import FORM, POSIX, ROOT, STAMP, encoded, identity, interpreter, read, ready, say, stamped
from _installer import LOG, SCRATCH, Progress, announce, run

PROJECT = Path(ROOT, "pyproject.toml")


class Failed(Exception):
    """The environment could not be made; the text is the line to say."""


class Stopped(KeyboardInterrupt):
    """The process was asked to end (SIGTERM, SIGHUP)."""


def build(name: str, folders: list[str], version: bytes | None, extra: str, wished: str) -> str:
    """Return the interpreter of a good environment in one of `folders`, making it in the first we can write in.

    Raises SystemExit after one line on stderr, KeyboardInterrupt when stopped.
    """
    try:
        with ending_politely(), one_at_a_time(name):
            for folder in folders:
                if ready(folder, version) or still_right(Path(folder), version):
                    return interpreter(folder)
            place = writable(folders)
            sweep(place)
            make(name, place, extra, wished)
            return interpreter(str(place))
    except Failed as error:
        say(name, str(error))
    except OSError as error:
        say(name, f"the private environment could not be made: {error}")
    raise SystemExit(1)


@contextlib.contextmanager
def ending_politely() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into an exception, so that pip ends and the half-made folder goes."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    numbers = [signal.SIGTERM, signal.SIGHUP] if POSIX else [signal.SIGTERM]
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]  # nohup stays nohup
    for number in ours:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold a lock while an environment is made. The lock is on the script itself, so no file is left behind.

    Where a file system has no locks we go on without: unique names and the rename keep two makers apart.
    """
    with Path(ROOT, "scripts", name).open("rb") as handle:
        waited = False
        while True:
            try:
                if lock(handle.fileno()):
                    break
            except OSError:
                break
            if not waited:
                announce(name, "another first call is making the environment, waiting for it")
            waited = True
            time.sleep(0.2)
        yield  # closing the file gives the lock up, and so does the end of the process


def lock(number: int) -> bool:
    """Return whether the lock on the open file `number` is ours now. Raises OSError where there are no locks."""
    if POSIX:
        import fcntl

        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
    import msvcrt

    os.lseek(number, 1 << 30, os.SEEK_SET)  # far behind the text: Windows' locks keep readers out
    try:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    except PermissionError:
        return False
    return True


def matters(project: bytes) -> object:
    """Return the parts of a pyproject.toml that decide what is installed. Raises Failed."""
    import tomllib

    try:
        tables = tomllib.loads(project.decode("utf-8"))
    except ValueError as error:
        raise Failed(f"{PROJECT} cannot be read: {error}") from error
    return tables.get("build-system"), tables.get("project"), tables.get("tool", {}).get("hatch")


def still_right(folder: Path, version: bytes | None) -> bool:
    """Return whether an environment with an outdated stamp serves all the same, and stamp it anew.

    It does when only settings of tools changed in pyproject.toml, or Python was replaced by a bugfix release.
    """
    try:
        _, place, base, _, made_with, project = stamped(str(folder))
    except (OSError, ValueError):
        return False
    now = read(str(PROJECT))
    if place != encoded(ROOT) or version not in (None, made_with) or matters(project) != matters(now):
        return False
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        told = subprocess.run(
            [interpreter(str(folder)), "-I", "-c", probe], capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
        if told.stdout.strip() != made_with:
            return False
        stamp(folder, os.fsdecode(base), made_with)
    except OSError:
        return False
    return True


def stamp(folder: Path, base: str, made_with: bytes) -> None:
    """Write the stamp that says the environment is complete. Raises OSError."""
    lines = [FORM, encoded(ROOT), encoded(base), identity(encoded(base)), made_with, read(str(PROJECT))]
    unfinished = folder / f"{STAMP}.{os.getpid()}"
    unfinished.write_bytes(b"\n".join(lines))
    unfinished.replace(folder / STAMP)


def writable(folders: list[str]) -> Path:
    """Return the first folder we can make. Raises Failed when there is none."""
    for folder in map(Path, folders):
        with contextlib.suppress(OSError):
            folder.parent.mkdir(parents=True, exist_ok=True)
            trial = unused(folder)
            trial.mkdir()
            trial.rmdir()
            return folder
    raise Failed("no folder to keep the environment in: make one of these writable: " + ", ".join(folders))


def unused(folder: Path) -> Path:
    """Return a temporary name beside `folder` that nobody else has."""
    return folder.with_name(f"{folder.name}.part-{os.getpid()}-{os.urandom(4).hex()}")


def sweep(folder: Path) -> None:
    """Remove what killed calls left beside `folder`."""
    for leftover in folder.parent.glob(f"{folder.name}.part-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def make(name: str, folder: Path, extra: str, wished: str) -> None:
    """Make the environment `folder`. Raises Failed or OSError; then there is nothing of the new one."""
    part = unused(folder)
    announce(name, f"making a private environment in {folder} (once; about a minute, longer on a slow line)")
    began_s = time.monotonic()
    part.mkdir()
    try:
        progress = Progress(name, began_s)
        for command in creating(part):
            if why := run(command, part, progress, "making the environment"):
                raise Failed(f"the environment could not be made: {why}")
        pip = [interpreter(str(part)), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
        if why := run([*pip, "-e", f".[{extra}]" if extra else "."], part, progress, "installing"):
            raise Failed(f"the installation failed: {why}")
        wishes = requirements(wished) if wished else []
        if wishes and (why := run([*pip, *wishes], part, progress, f"installing the extra '{wished}'")):
            say(name, f"going on without the extra '{wished}' ({why}); to try again remove {folder}")
        finish(part, folder)
        say(name, f"ready after {time.monotonic() - began_s:.0f} s")
    except Failed as error:
        raise Failed(f"{error}{kept(name, part)}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def creating(part: Path) -> list[list[str]]:
    """Return the commands that make an empty environment and put pip in it."""
    pip = [
        interpreter(str(part)),
        "-I",
        "-m",
        "ensurepip",
        "--upgrade",
        "--default-pip",
    ]  # venv would hide why it fails
    return [[sys.executable, "-I", "-m", "venv", "--without-pip", str(part)], pip]


def requirements(extra: str) -> list[str]:
    """Return what an extra of pyproject.toml asks for."""
    import tomllib

    tables = tomllib.loads(PROJECT.read_text("utf-8"))
    return list(tables["project"].get("optional-dependencies", {}).get(extra, ()))


def finish(part: Path, folder: Path) -> None:
    """Put the complete environment `part` in its place. Raises Failed or OSError."""
    (part / LOG).unlink(missing_ok=True)
    shutil.rmtree(part / SCRATCH, ignore_errors=True)
    if POSIX:  # activate, pyvenv.cfg and the heads of bin/ know their place by name
        for file in [part / "pyvenv.cfg", *(part / "bin").iterdir()]:
            if not file.is_symlink() and encoded(str(part)) in (text := file.read_bytes()):
                file.write_bytes(text.replace(encoded(str(part)), encoded(str(folder))))
    stamp(part, getattr(sys, "_base_executable", sys.executable), b"%d.%d" % sys.version_info[:2])
    if hasattr(os, "sync"):
        os.sync()  # a power cut must not keep the rename and lose the files
    try:
        if folder.is_symlink() or folder.exists():
            old = unused(folder)
            folder.rename(old)
            if old.is_symlink() or not old.is_dir():
                old.unlink()
            shutil.rmtree(old, ignore_errors=True)
        part.rename(folder)
    except PermissionError as error:
        raise Failed(
            f"{folder} cannot be replaced ({error.strerror}): end the coach that still runs from it"
        ) from error


def kept(name: str, part: Path) -> str:
    """Keep a log for the person who has to find out more; return " (log: ...)", or nothing when it cannot be."""
    try:
        number, path = tempfile.mkstemp(prefix=f"psoas-coach-{name}-", suffix=".log")
        with os.fdopen(number, "wb") as target:
            target.write((part / LOG).read_bytes())
    except OSError:
        return ""
    return f" (log: {path})"
