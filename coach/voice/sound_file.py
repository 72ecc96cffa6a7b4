"""Reading the sound files that speech engines leave: WAV, and AIFF whatever its name says. Nothing else.

The header is not believed further than the bytes go: a file that ends before its sound does is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy


def decode(raw: bytes) -> tuple[int, numpy.ndarray]:
    """Return (rate in Hz, mono float32 samples in [-1, 1], shape (n,)).

    Raises ValueError with the reason when this is not a whole, plain PCM file.
    """
    if raw[:4] in (b"RIFF", b"RIFX") and raw[8:12] == b"WAVE":
        return _wav(raw) if raw[:4] == b"RIFF" else _refuse("a WAV of another byte order")
    if raw[:4] == b"FORM" and raw[8:12] in (b"AIFF", b"AIFC"):
        return _aiff(raw)
    return _refuse("not a sound file" if raw else "an empty file")


def _refuse(what: str) -> tuple[int, numpy.ndarray]:
    raise ValueError(f"the engine left {what}")


def _wav(raw: bytes) -> tuple[int, numpy.ndarray]:
    form = body = None
    for name, chunk in _chunks(raw, "<"):
        if name == b"fmt ":
            form = chunk
        elif name == b"data":
            body = chunk
    if form is None or body is None or len(form) < 16:
        return _refuse("a WAV without sound")
    coding, channels, rate_hz, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if coding == 0xFFFE and len(form) >= 26:
        coding = struct.unpack("<H", form[24:26])[0]
    return rate_hz, _samples(body, channels, bits, "<", is_float=coding == 3, plain=coding in (1, 3), rate_hz=rate_hz)


def _aiff(raw: bytes) -> tuple[int, numpy.ndarray]:
    common = body = None
    for name, chunk in _chunks(raw, ">"):
        if name == b"COMM":
            common = chunk
        elif name == b"SSND":
            body = chunk
    if common is None or body is None or len(common) < 18 or len(body) < 8:
        return _refuse("an AIFF without sound")
    channels, frames, bits, exponent, mantissa = struct.unpack(">hIhHQ", common[:18])
    # An 80-bit float; rates are small positive numbers, so the sign and the rare forms do not occur.
    rate_hz = round(mantissa * 2.0 ** ((exponent & 0x7FFF) - 16383 - 63))
    coding = common[18:22] if raw[8:12] == b"AIFC" else b"NONE"
    offset = struct.unpack(">I", body[:4])[0]
    sound = body[8 + offset :]
    length = frames * channels * ((bits + 7) // 8)
    if length > len(sound):
        return _refuse("an AIFF that ends early")
    order = "<" if coding == b"sowt" else ">"
    is_float = coding.lower() == b"fl32"
    plain = is_float or coding in (b"NONE", b"sowt", b"twos")
    return rate_hz, _samples(sound[:length], channels, bits, order, is_float=is_float, plain=plain, rate_hz=rate_hz)


def _chunks(raw: bytes, order: str) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(raw):
        name, size = struct.unpack(f"{order}4sI", raw[at : at + 8])
        chunk = raw[at + 8 : at + 8 + size]
        if len(chunk) < size and name in (b"data", b"SSND"):
            _refuse("a file that ends early")
        yield name, chunk
        at += 8 + size + (size & 1)


def _samples(
    body: bytes, channels: int, bits: int, order: str, *, is_float: bool, plain: bool, rate_hz: int
) -> numpy.ndarray:
    import numpy

    width = (bits + 7) // 8
    if not plain or channels < 1 or width not in (1, 2, 3, 4) or not 4_000 <= rate_hz <= 384_000:
        _refuse("a coding that is not plain PCM")
    if is_float and width != 4:
        _refuse("a coding that is not plain PCM")
    body = body[: len(body) // (width * channels) * width * channels]
    if is_float:
        samples = numpy.frombuffer(body, f"{order}f4").astype(numpy.float32)
    elif width == 1:
        # Eight bits are unsigned in WAV and signed in AIFF.
        unsigned = numpy.frombuffer(body, numpy.uint8).astype(numpy.float32) - 128.0
        samples = (unsigned if order == "<" else numpy.frombuffer(body, numpy.int8).astype(numpy.float32)) / 128.0
    elif width == 3:
        parts = numpy.frombuffer(body, numpy.uint8).reshape(-1, 3).astype(numpy.int32)
        low, middle, high = parts.T if order == "<" else parts.T[::-1]
        whole = low | (middle << 8) | (high << 16)
        samples = ((whole ^ 0x800000) - 0x800000).astype(numpy.float32) / 8_388_608.0
    else:
        samples = numpy.frombuffer(body, f"{order}i{width}").astype(numpy.float32) / float(1 << (8 * width - 1))
    mono: numpy.ndarray = samples.reshape(-1, channels).mean(axis=1, dtype=numpy.float32)
    return mono
