"""Makes the n-th call of the file functions of `os` fail, in this process, as a full or broken disk would."""

from __future__ import annotations

import os
from typing import Any

CALLS = (
    "open", "read", "write", "fsync", "close", "replace", "link", "unlink", "mkdir", "makedirs", "utime", "fstat",
    "stat", "lstat", "scandir",
)  # fmt: skip


class Faults:
    """Within it the n-th of the calls (from 0) raises OSError(code); with `lasting` every later one too."""

    def __init__(self, n: int, code: int, *, lasting: bool = False, under: str = "") -> None:
        self.n, self.code, self.lasting, self.under = n, code, lasting, under
        self.count = 0
        self.hit = ""

    def __enter__(self) -> Faults:
        self.real = {name: getattr(os, name) for name in CALLS}
        for name in CALLS:
            setattr(os, name, self._failing(name))
        return self

    def __exit__(self, *_: object) -> None:
        for name, real in self.real.items():
            setattr(os, name, real)

    def _failing(self, name: str) -> Any:
        real = self.real[name]

        def call(*given: Any, **named: Any) -> Any:
            if given and isinstance(given[0], str | os.PathLike) and self.under not in os.fspath(given[0]):
                return real(*given, **named)
            now = self.count == self.n or (self.lasting and self.count > self.n)
            self.count += 1
            if not now:
                return real(*given, **named)
            self.hit = self.hit or name
            if name == "close":
                real(*given, **named)  # the descriptor is gone all the same
            raise OSError(self.code, os.strerror(self.code), given[0] if given else None)

        return call
