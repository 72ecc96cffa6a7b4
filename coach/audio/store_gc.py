"""Keeping the store's house: how large it is, whether it is whole, and what goes when it is too large.

Walks whole folders, so it is never part of a session's warm path. Files may come and go under it: other
processes read and write at the same time; only the removal of objects is under the store's commit lock.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO

from coach.audio import atomic, entries

STALE_S = 3600
"""A temporary file older than this has no writer any more, whatever its name says."""
QUARANTINE_S = 7 * 86_400
EVICT_TO = 0.9
"""Going below the cap by this much means that not every session evicts."""


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store holds; sizes in bytes of content."""

    folder: str
    clips: int
    objects: int
    blobs: int
    quarantined: int
    size_bytes: int
    cap_bytes: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of everything found. `damaged` has the names of the files put aside."""

    checked: int
    damaged: tuple[str, ...]
    missing: int
    """Clips whose object is gone; they will be rendered again."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep took away, and how large the store is now, in bytes."""

    evicted: int
    orphans: int
    """Temporary files, objects without an entry and entries without an object."""
    size_bytes: int


@dataclass(slots=True)
class _File:
    path: str
    name: str
    size: int
    mtime: float


def info(folder: str, cap_bytes: int) -> StoreInfo:
    """Return the counts and sizes of the store under `folder` (empty: a store in memory)."""
    keys, objects, blobs = (list(_files(folder, kind)) for kind in ("keys", "objects", "blobs"))
    size = sum(file.size for file in (*keys, *objects, *blobs))
    quarantined = sum(1 for _ in _flat(folder, "quarantine"))
    return StoreInfo(folder, len(keys), len(objects), len(blobs), quarantined, size, cap_bytes)


def verify(folder: str) -> Verified:
    """Check every entry; damaged files are moved to quarantine/."""
    damaged: list[str] = []
    checked = missing = 0
    wanted: list[str] = []
    for kind in ("objects", "keys", "blobs"):
        for file in _files(folder, kind):
            raw = _content(file.path)
            if raw is None:
                continue
            checked += 1
            if kind == "objects":
                good = entries.decode_wav(file.name.removesuffix(".wav"), raw) is not None
            elif kind == "blobs":
                good = entries.decode_blob(file.name, raw) is not None
            else:
                clip = entries.decode_clip(file.name.removesuffix(".json"), raw)
                good = clip is not None
                if clip is not None:
                    wanted.append(clip.sha256)
            if not good:
                damaged.append(file.name)
                with contextlib.suppress(OSError):
                    os.replace(file.path, f"{folder}/quarantine/{os.urandom(4).hex()}.{file.name}")  # noqa: PTH105
    for sha256 in wanted:
        missing += not os.path.exists(_object(folder, sha256))  # noqa: PTH110
    return Verified(checked, tuple(damaged), missing)


def gc(folder: str, cap_bytes: int) -> Swept:
    """Remove what nothing refers to, then evict down to 90 % of the cap when above it. Needs the commit lock."""
    orphans = sweep_temporary(folder)
    try:
        return _gc(folder, cap_bytes, orphans)
    except OSError:  # what cannot be read now is not called useless
        return Swept(0, orphans, info(folder, cap_bytes).size_bytes)


def _gc(folder: str, cap_bytes: int, orphans: int) -> Swept:
    keys, objects, blobs = (list(_files(folder, kind, strict=True)) for kind in ("keys", "objects", "blobs"))
    refers: dict[str, str] = {}
    users: dict[str, int] = {}
    for file in keys:
        raw = _content(file.path, strict=True)
        clip = None if raw is None else entries.decode_clip(file.name.removesuffix(".json"), raw)
        if clip is not None:
            refers[file.path] = clip.sha256
            users[clip.sha256] = users.get(clip.sha256, 0) + 1
    by_sha256 = {file.name.removesuffix(".wav"): file for file in objects}
    size = sum(file.size for file in (*keys, *objects, *blobs))
    for sha256, file in by_sha256.items():
        if sha256 not in users and _unlink(file.path):
            size -= file.size
            orphans += 1
    for file in keys:
        # Damaged, or its object is gone: a miss that would stay one until somebody renders it again.
        if refers.get(file.path) not in by_sha256 and _unlink(file.path):
            size -= file.size
            orphans += 1
    keys = [file for file in keys if refers.get(file.path) in by_sha256]
    evicted = 0
    if size > cap_bytes:
        for file in sorted((*keys, *blobs), key=lambda file: (file.mtime, file.name)):
            if size <= cap_bytes * EVICT_TO:
                break
            # The entry first: a reader then misses cleanly instead of finding an entry without its sound.
            if not _unlink(file.path):
                continue
            size -= file.size
            evicted += 1
            sha256 = refers.get(file.path, "")
            users[sha256] = users.get(sha256, 0) - 1
            kept = by_sha256.get(sha256)
            if kept is not None and users[sha256] == 0 and _unlink(kept.path):
                size -= kept.size
    return Swept(evicted, orphans, size)


def sweep_temporary(folder: str) -> int:
    """Remove the temporary files of writers that are gone, and old quarantine; return how many."""
    now = time.time()
    swept = 0
    for file in _flat(folder, "tmp"):
        if now - file.mtime > STALE_S or not atomic.alive(file.name.partition(".")[0]):
            swept += _unlink(file.path)
    for file in _flat(folder, "quarantine"):
        if now - file.mtime > QUARANTINE_S:
            swept += _unlink(file.path)
    return swept


def _files(folder: str, kind: str, *, strict: bool = False) -> Iterator[_File]:
    """Yield the files in the shards of one kind; with `strict` a folder that cannot be read is an OSError."""
    if folder:
        for shard in _scan(f"{folder}/{kind}", strict=strict):
            yield from _described(shard.path, strict=strict)


def _flat(folder: str, kind: str) -> Iterator[_File]:
    if folder:
        yield from _described(f"{folder}/{kind}")


def _described(folder: str, *, strict: bool = False) -> Iterator[_File]:
    for entry in _scan(folder, strict=strict):
        with contextlib.suppress(OSError):  # gone since
            told = entry.stat()
            yield _File(entry.path, entry.name, told.st_size, told.st_mtime)


def _scan(folder: str, *, strict: bool = False) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except FileNotFoundError:
        return []
    except OSError:
        if strict:
            raise
        return []


def _content(path: str, *, strict: bool = False) -> bytes | None:
    """Return the bytes, or None when the file is gone or (unless `strict`) cannot be read."""
    try:
        with FileIO(path) as file:
            return file.readall()
    except FileNotFoundError:
        return None
    except OSError:
        if strict:
            raise
        return None


def _object(folder: str, sha256: str) -> str:
    return f"{folder}/objects/{sha256[:2]}/{sha256}.wav"


def _unlink(path: str) -> bool:
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:  # gone already, or open on Windows: next time
        return False
    return True
