"""The store of what was rendered: mastered clips, and encoded frames, tones and pictures as blobs.

Content-addressed, safe to delete at any time, shared by processes. It is only a cache: a damaged, missing
or unwritable entry is a miss, never an error and never a wrong sound. It knows no engine and no encoder.

    v1/keys/<2 hex>/<key>.json     a clip: lengths, the name of its object, its own checksum
    v1/objects/<2 hex>/<sha256>.wav    its sound, named by its content; the same sound is there once
    v1/blobs/<2 hex>/<key>         other content with its digest, in one file
    v1/locks/  v1/tmp/  v1/quarantine/
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from coach.audio import atomic, entries
from coach.audio.entries import StoredClip, render_key
from coach.audio.store_locks import Locks

if TYPE_CHECKING:
    from coach.audio.store_gc import StoreInfo, Swept, Verified

__all__ = ["CAP_BYTES", "Store", "StoredClip", "render_key"]

CAP_BYTES = 500_000_000

_TOUCH_S = 86_400  # a use is noted once a day: enough for "least recently used", and no write on most reads
_CACHEDIR_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of coach. It can be deleted.\n"
_README = b"What coach rendered, kept so that it is rendered once. It can be deleted at any time.\n"


class Store:
    """A store under `root`; None keeps everything in memory. Safe to use from several threads.

    `trouble` is one line for a person when the disk could not be used; what was put is then kept in memory.
    """

    def __init__(self, root: Path | None, cap_bytes: int = CAP_BYTES) -> None:
        """Keep where it is; nothing is read or made before the first use."""
        self.root = None if root is None else root / "v1"
        self.cap_bytes = cap_bytes
        self.trouble: str | None = None
        self._folder = "" if self.root is None else os.path.abspath(self.root)  # noqa: PTH100
        self._ready = False
        self._grown = False
        self._clips: dict[str, tuple[StoredClip, bytes]] = {}
        self._blobs: dict[str, bytes] = {}
        self._locks = Locks(self._folder, self._make)

    # --- reading ----------------------------------------------------------------------------------

    def clip(self, key: str) -> StoredClip | None:
        """Return the clip of `key`, or None. Only its entry is read; its sound may still turn out damaged."""
        kept = self._clips.get(key)
        if kept is not None:
            return kept[0]
        path = self._path("keys", key, ".json")
        if (raw := self._read(path, touch=True)) is None:
            return None
        clip = entries.decode_clip(key, raw)
        if clip is None:
            self._quarantine(path)
        return clip

    def pcm(self, clip: StoredClip) -> bytes | None:
        """Return the sound of a clip: int16 mono little-endian; None when it is gone or damaged."""
        kept = self._clips.get(clip.key)
        if kept is not None and kept[0].sha256 == clip.sha256:
            return kept[1]
        path = self._path("objects", clip.sha256, ".wav")
        if (raw := self._read(path)) is None:
            return None
        pcm = entries.decode_wav(clip.sha256, raw)
        if pcm is None:
            self._quarantine(path)
        return pcm

    def blob(self, key: str) -> bytes | None:
        """Return the content put under `key`, or None when it is not there or damaged."""
        kept = self._blobs.get(key)
        if kept is not None:
            return kept
        path = self._path("blobs", key)
        if (raw := self._read(path, touch=True)) is None:
            return None
        content = entries.decode_blob(key, raw)
        if content is None:
            self._quarantine(path)
        return content

    # --- writing ----------------------------------------------------------------------------------

    def put_clip(
        self, key: str, spec: Mapping[str, str | int], pcm: bytes, *, onset_ms: int, rate_hz: int
    ) -> StoredClip:
        """Keep a mastered clip of whole milliseconds (int16 mono `pcm`) under the key of its `spec`."""
        wav = entries.encode_wav(pcm, rate_hz)
        clip = StoredClip(key, entries.sha256_of(wav), len(pcm) * 500 // rate_hz, onset_ms, rate_hz)
        if not self._folder:
            self._clips[key] = clip, pcm
            return clip
        target, entry = self._path("objects", clip.sha256, ".wav"), self._path("keys", key, ".json")
        parts: list[str] = []
        try:
            parts.append(self._part(wav))
            parts.append(self._part(entries.encode_clip(clip, spec, len(wav))))
            # Both names under one lock: the sweep never takes an object whose entry is about to appear.
            with self._commit():
                self._name(parts[0], target)
                self._name(parts[1], entry)
            self._clips.pop(key, None)
        except OSError as error:
            self._note("cannot be written", error)
            self._clips[key] = clip, pcm
            self._remove(parts)
        return clip

    def put_blob(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`."""
        if not self._folder:
            self._blobs[key] = content
            return
        parts: list[str] = []
        try:
            parts.append(self._part(entries.encode_blob(key, content)))
            self._name(parts[0], self._path("blobs", key))
            self._blobs.pop(key, None)
        except OSError as error:
            self._note("cannot be written", error)
            self._blobs[key] = content
            self._remove(parts)

    @contextlib.contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the lock of `key` against other processes and threads, so that one renders and the rest wait.

        Look again with `clip` once inside. Without locks, or after a wait, the work is done twice, not wrongly.
        Keys share 256 locks, so hold one at a time.
        """
        if not self._folder:
            yield
            return
        with self._locks.hold_once(key[:2]):
            yield

    # --- keeping house ----------------------------------------------------------------------------

    def info(self) -> StoreInfo:
        """Return what is in the store and how large it is."""
        from coach.audio import store_gc

        return store_gc.info(self._folder, self.cap_bytes)

    def verify(self) -> Verified:
        """Check every entry against its checksum; damaged ones are put aside and will be rendered again."""
        from coach.audio import store_gc

        return store_gc.verify(self._folder)

    def tidy(self) -> None:
        """Do `gc` if this store put something on the disk since the last time; whatever fails there is nobody's error.

        For the end of a session: one that found everything pays nothing.
        """
        if not self._grown:
            return
        self._grown = False
        with contextlib.suppress(Exception):  # what the session made is in place: no reason to fail
            self.gc()

    def gc(self, cap_bytes: int | None = None) -> Swept:
        """Bring the store under its cap, the least recently used first, and sweep what dead writers left.

        Safe beside running sessions: one that loses an entry renders it again.
        """
        from coach.audio import store_gc

        with self._commit():
            return store_gc.gc(self._folder, self.cap_bytes if cap_bytes is None else cap_bytes)

    # --- inside -----------------------------------------------------------------------------------

    def _path(self, kind: str, name: str, ending: str = "") -> str:
        if len(name) != 64 or not name.isalnum():
            raise ValueError(f"'{name}' is not a key of the store")
        return f"{self._folder}/{kind}/{name[:2]}/{name}{ending}"

    def _read(self, path: str, *, touch: bool = False) -> bytes | None:
        if not self._folder:
            return None
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            self._note("cannot be read", error)
            return None
        try:
            found = os.fstat(descriptor)
            # Exactly as large as it is: fresh memory is what reading costs. One that was cut short proves damaged.
            raw = os.read(descriptor, found.st_size)
            while len(raw) < found.st_size and (more := os.read(descriptor, found.st_size - len(raw))):
                raw += more
            if touch and time.time() - found.st_mtime > _TOUCH_S:
                with contextlib.suppress(OSError):  # a read-only store is still a store
                    os.utime(path)
        except OSError as error:
            self._note("cannot be read", error)
            return None
        finally:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        return raw

    def _part(self, content: bytes) -> str:
        """Return the name of a new file in tmp/ that holds `content`, on the disk. Raises OSError."""
        self._make()
        part = f"{self._folder}/tmp/{os.getpid()}.{os.urandom(6).hex()}{atomic.PART}"
        descriptor = atomic.create(part)
        try:
            try:
                atomic.write_all(descriptor, content)
                atomic.sync(descriptor)
            finally:
                os.close(descriptor)
        except BaseException:
            self._remove([part])
            raise
        self._grown = True
        return part

    def _name(self, part: str, target: str) -> None:
        folder = os.path.dirname(target)  # noqa: PTH120
        try:
            atomic.replace(part, target)
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            atomic.replace(part, target)
        atomic.sync_folder(folder)

    def _make(self) -> None:
        if self._ready:
            return
        for name in ("keys", "objects", "blobs", "locks", "tmp", "quarantine"):
            os.makedirs(f"{self._folder}/{name}", exist_ok=True)  # noqa: PTH103
        for name, text in (("CACHEDIR.TAG", _CACHEDIR_TAG), ("README", _README)):
            with contextlib.suppress(FileExistsError):
                descriptor = atomic.create(f"{self._folder}/{name}")
                try:
                    atomic.write_all(descriptor, text)
                finally:
                    os.close(descriptor)
        from coach.audio import store_gc

        store_gc.sweep_temporary(self._folder)
        self._ready = True

    @contextlib.contextmanager
    def _commit(self) -> Iterator[None]:
        if not self._folder:
            yield
            return
        with self._locks.hold("commit"):
            yield

    def _quarantine(self, path: str) -> None:
        aside = f"{self._folder}/quarantine/{os.urandom(4).hex()}.{os.path.basename(path)}"  # noqa: PTH119
        with contextlib.suppress(OSError):  # it stays where it is, and stays a miss
            os.replace(path, aside)  # noqa: PTH105

    def _remove(self, parts: list[str]) -> None:
        for part in parts:
            with contextlib.suppress(OSError):
                os.unlink(part)  # noqa: PTH108

    def _note(self, what: str, error: OSError) -> None:
        self.trouble = f"the store of clips {what} ({atomic.plain_cause(error)}); this session goes on without it"
