"""The locks of the store: one file each, held against other processes and threads. Waiting has an end.

Without locks (no file locks on this disk, or nobody lets go) work is done twice, not wrongly.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

WAIT_S, IMPATIENT_WAIT_S = 10.0, 0.2
"""How long a lock is waited for, then without it. Who holds one that long was stopped: next time it is less."""


class Locks:
    """The locks in `folder`/locks of one store; `make` sees to it that the folder is there, and may raise OSError."""

    def __init__(self, folder: str, make: Callable[[], None]) -> None:
        """Keep where they are; nothing is made before the first lock."""
        self._folder, self._make = folder, make
        self._wait_s = WAIT_S
        self._held = threading.local()

    @contextlib.contextmanager
    def hold_once(self, name: str) -> Iterator[None]:
        """Hold a lock; a thread that holds it already has it."""
        held: set[str] = getattr(self._held, "names", set())
        if name in held:
            yield
            return
        with self.hold(name):
            self._held.names = held | {name}
            try:
                yield
            finally:
                self._held.names = held

    @contextlib.contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold a lock, or go on without it after the wait."""
        try:
            self._make()
            from filelock import FileLock

            lock = FileLock(f"{self._folder}/locks/{name}.lock", timeout=self._wait_s, thread_local=False)
            lock.acquire(poll_interval=0.005)
        except (OSError, NotImplementedError) as error:
            if isinstance(error, TimeoutError):
                self._wait_s = IMPATIENT_WAIT_S
            yield
            return
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                lock.release()
