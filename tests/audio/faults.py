"""Makes the n-th call of the file functions of `os` fail, in this process, as a full or broken disk would."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Self

CALLS = (
    "open", "read", "write", "fsync", "close", "replace", "link", "unlink", "mkdir", "makedirs", "utime", "fstat",
    "stat", "lstat", "scandir",
)  # fmt: skip


class PatchedOs:
    """Within it every function of os in `calls` is what `patched` makes of it; afterwards it is the real one again.

    Counts, from every thread, the calls that `due` is asked about: the n-th of them (from 0) is to fail, with
    `lasting` every later one too.
    """

    calls: tuple[str, ...] = CALLS

    def __init__(self, n: int, *, lasting: bool = False) -> None:
        self.n, self.lasting, self.count = n, lasting, 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.real = {name: getattr(os, name) for name in self.calls}
        for name, real in self.real.items():
            setattr(os, name, self.patched(name, real))
        return self

    def __exit__(self, *_: object) -> None:
        for name, real in self.real.items():
            setattr(os, name, real)

    def due(self) -> bool:
        """Count a call, and say whether it is to fail."""
        with self._lock:
            now = self.count == self.n or (self.lasting and self.count > self.n)
            self.count += 1
        return now

    def patched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        raise NotImplementedError


class Faults(PatchedOs):
    """The failing call raises OSError(code); only calls on paths with `under` in them count, and on descriptors."""

    def __init__(self, n: int, code: int, *, lasting: bool = False, under: str = "") -> None:
        super().__init__(n, lasting=lasting)
        self.code, self.under = code, under
        self.hit = ""

    def patched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if given and isinstance(given[0], str | os.PathLike) and self.under not in os.fspath(given[0]):
                return real(*given, **named)
            if not self.due():
                return real(*given, **named)
            self.hit = self.hit or name
            if name == "close":
                real(*given, **named)  # the descriptor is gone all the same
            raise OSError(self.code, os.strerror(self.code), given[0] if given else None)

        return call


class Killed(BaseException):
    """The process is no more."""


class Kill(PatchedOs):
    """The process dies before the n-th call: neither that one nor any later one does anything, so nothing is tidied."""

    def __init__(self, n: int) -> None:
        super().__init__(n, lasting=True)
        self.hit = ""

    def patched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if not self.due():
                return real(*given, **named)
            self.hit = self.hit or name
            if name == "close":
                real(*given, **named)  # the system does that for the dead
            raise Killed

        return call
