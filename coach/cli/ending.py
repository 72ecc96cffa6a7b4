"""How the command ends: stopped by a signal, its reader gone, a full disk behind stdout, the unforeseen.

Whatever happens: quickly, with at most one message, and without a traceback.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

STOPPED = "stopped; nothing was left half-written"
_PATIENCE_S = 1.5
"""How long after a signal the command may clean up; a sentence being rendered is not waited for."""

_OUTPUT_CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file is as large as it may be",
    errno.EIO: "the device reports an error",
    errno.EBADF: "there is nowhere to write it to",
}


_instead: tuple[Callable[[], None], Callable[[], None]] | None = None
_LAST_S = 0.2
"""How long giving the terminal back may take; one that takes no more output would hold it up for ever."""


class Stopped(Exception):
    """Somebody asked the command to stop: Ctrl-C, a terminal that was closed, `kill`."""


def catch_signals() -> None:
    """Make SIGTERM and a closed terminal end the command like Ctrl-C, within `_PATIENCE_S` at the latest."""
    import signal

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [getattr(signal, name) for name in names]
    # What the caller ignores (nohup, a background job) stays ignored.
    numbers = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]

    def stop(number: int, frame: object) -> None:
        for other in numbers:
            signal.signal(other, signal.SIG_IGN)
        import _thread

        # Not threading.Thread: its locks may be held by whoever was interrupted.
        if _instead is not None:
            _thread.start_new_thread(_hand_over, _instead)
            return
        _thread.start_new_thread(_end_soon, ())
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, stop)


@contextlib.contextmanager
def handing_over(stop: Callable[[], None], give_back: Callable[[], None]) -> Iterator[None]:
    """Let a signal call `stop`, in a thread of its own, instead of interrupting what happens in the block.

    The block has to come to its end then; if it does not within `_PATIENCE_S`, `give_back` is called (for the
    terminal) and the process ended.
    """
    global _instead
    _instead = stop, give_back
    try:
        yield
    finally:
        _instead = None


def _hand_over(stop: Callable[[], None], give_back: Callable[[], None]) -> None:
    import _thread

    def last() -> None:
        time.sleep(_PATIENCE_S - _LAST_S)
        _thread.start_new_thread(give_back, ())
        time.sleep(_LAST_S)
        os._exit(1)

    _thread.start_new_thread(last, ())
    stop()


def _end_soon() -> None:
    time.sleep(_PATIENCE_S)
    with contextlib.suppress(OSError):
        os.write(2, b"coach: " + STOPPED.encode() + b"\n")
    os._exit(1)


def end(status: int) -> NoReturn:
    """End the process now, without waiting for threads that still render."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def fill_stderr() -> None:
    """Open something where a caller has closed stderr (2>&-).

    Else the next file that is opened, perhaps the MP3, would get what the voice's own libraries write there.
    """
    with contextlib.suppress(OSError):
        try:
            os.fstat(2)
        except OSError:
            null = os.open(os.devnull, os.O_WRONLY)
            if null != 2:
                os.dup2(null, 2)
                os.close(null)


def forgive_encoding() -> None:
    """Let a terminal that lacks a letter show a question mark instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def plain_output_error(error: OSError) -> str | None:
    """Return why stdout took no more, or None when `error` is about something else."""
    if error.filename is not None or error.errno not in _OUTPUT_CAUSES:
        return None
    return f"the output could not be written: {_OUTPUT_CAUSES[error.errno]}"


def silence_stdout() -> None:
    """Nobody reads stdout any more; keep Python from complaining about it at exit."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def keep_traceback(error: BaseException) -> str:
    """Keep the traceback of the unforeseen in a file for a report; return a hint that says where."""
    import traceback

    from coach import paths
    from coach.errors import CoachError

    try:
        path = paths.record_dir() / "error.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="replace")
    except (OSError, CoachError):
        return "please report this"
    return f"the details are in {path}"
