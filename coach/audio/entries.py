"""The files of the store as bytes: what a key, an object and a blob look like, and how each proves itself.

Pure, and part of the warm path. A key entry is a line of JSON and its checksum; an object is a WAV named
by its own SHA-256; a blob begins with the SHA-256 of its key and content. A checksum covers the key too, so
an entry that got under another name is no entry. Nothing here opens a file.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass

FORMAT = 1
_DIGEST_BYTES = 32
_WAV_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


@dataclass(frozen=True, slots=True)
class StoredClip:
    """A mastered clip in the store: int16 mono at `rate_hz`, `ms` long, heard to begin at `onset_ms`."""

    key: str
    sha256: str
    ms: int
    onset_ms: int
    rate_hz: int


def render_key(spec: Mapping[str, str | int]) -> str:
    """Return the key of a render: the SHA-256 of its inputs in canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def encode_clip(clip: StoredClip, spec: Mapping[str, str | int], size: int) -> bytes:
    """Return the key entry of a clip whose object has `size` bytes; `spec` is kept for people to read."""
    line = json.dumps(
        {
            "v": FORMAT,
            "sha256": clip.sha256,
            "bytes": size,
            "ms": clip.ms,
            "onset_ms": clip.onset_ms,
            "rate_hz": clip.rate_hz,
            "spec": dict(spec),
        },
        sort_keys=True,
    ).encode()
    return line + b"\n" + _checksum(clip.key, line) + b"\n"


def decode_clip(key: str, raw: bytes) -> StoredClip | None:
    """Return the clip of a key entry, or None when a bit of it is wrong or another version wrote it."""
    line, _, rest = raw.partition(b"\n")
    if rest != _checksum(key, line) + b"\n":
        return None
    told = json.loads(line)
    if told["v"] != FORMAT:
        return None
    return StoredClip(key, told["sha256"], told["ms"], told["onset_ms"], told["rate_hz"])


def encode_wav(pcm: bytes, rate_hz: int) -> bytes:
    """Return a WAV of int16 mono little-endian PCM."""
    size = len(pcm)
    header = (b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate_hz, rate_hz * 2, 2, 16, b"data", size)
    return _WAV_HEADER.pack(*header) + pcm


def decode_wav(sha256: str, raw: bytes) -> bytes | None:
    """Return the PCM of an object, or None when its bytes are not the ones it is named after."""
    return raw[_WAV_HEADER.size :] if sha256_of(raw) == sha256 else None


def encode_blob(key: str, content: bytes) -> bytes:
    """Return the file of a blob: its digest, then the content."""
    return _digest(key, content) + content


def decode_blob(key: str, raw: bytes) -> bytes | None:
    """Return the content of a blob, or None when a bit of it is wrong."""
    content = raw[_DIGEST_BYTES:]
    return content if raw[:_DIGEST_BYTES] == _digest(key, content) else None


def sha256_of(raw: bytes) -> str:
    """Return the name of an object."""
    return hashlib.sha256(raw).hexdigest()


def _checksum(key: str, line: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\n" + line).hexdigest().encode()


def _digest(key: str, content: bytes) -> bytes:
    digest = hashlib.sha256(key.encode())
    digest.update(content)
    return digest.digest()
