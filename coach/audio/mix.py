"""Windows: the whole session as short segments in order, for speakers, other formats and the one-pass encoder.

The bytes do not depend on the window's size or on where reading begins, and only one take is held at a time.
Decides no time: everything sits where the Timeline says. Knows no device and no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from coach.audio.take import segment_of
from coach.audio.tones import BED_QUIET_MS, BED_RUN_MS
from coach.errors import AskedError
from coach.script.timeline import Take, Timeline

if TYPE_CHECKING:
    from pydub import AudioSegment


class _Piece(NamedTuple):
    """A span of the session that is one thing: a take, a gap under the bed, or (both None) no sound."""

    start_ms: int
    end_ms: int
    take: Take | None
    bed: bytes | None


def windows(
    timeline: Timeline,
    take_of: Callable[[Take], AudioSegment],
    *,
    rate_hz: int,
    bed: bytes | None,
    start_ms: int = 0,
    size_ms: int = 200,
) -> Iterator[AudioSegment]:
    """Yield the session from `start_ms` on in segments of `size_ms` (the last may be shorter), mono int16 at `rate_hz`.

    `take_of` gives a take's sound as `assemble` makes it, asked once for each take when its time comes. `bed`
    is `bed_pcm(rate_hz)`, or None for digital silence between takes. Raises AskedError for a wrong size or start.
    """
    if size_ms <= 0 or start_ms < 0:
        raise AskedError(f"windows of {size_ms} ms from {start_ms} ms cannot be cut")
    run = None if bed is None else bytes(_bytes(BED_QUIET_MS, rate_hz)) + bed
    window = bytearray()
    full = _bytes(size_ms, rate_hz)
    for part in _parts(timeline, take_of, rate_hz, run, start_ms, size_ms):
        window += part
        while len(window) >= full:
            yield segment_of(bytes(window[:full]), rate_hz)
            del window[:full]
    if window:
        yield segment_of(bytes(window), rate_hz)


def _parts(
    timeline: Timeline,
    take_of: Callable[[Take], AudioSegment],
    rate_hz: int,
    run: bytes | None,
    start_ms: int,
    size_ms: int,
) -> Iterator[bytes]:
    """Yield PCM from `start_ms` on, never much more than a window, a take or a run of the bed at once."""
    for piece in _pieces(timeline, run):
        skip_ms = max(0, start_ms - piece.start_ms)
        left_ms = piece.end_ms - piece.start_ms - skip_ms
        if left_ms <= 0:
            continue
        if piece.take is not None:
            yield take_of(piece.take).raw_data[_bytes(skip_ms, rate_hz) :]
            continue
        while left_ms > 0:
            if piece.bed is None:
                part_ms = min(left_ms, size_ms)
                yield bytes(_bytes(part_ms, rate_hz))
            else:
                at_ms = skip_ms % BED_RUN_MS
                part_ms = min(left_ms, size_ms, BED_RUN_MS - at_ms)
                yield piece.bed[_bytes(at_ms, rate_hz) : _bytes(at_ms + part_ms, rate_hz)]
            skip_ms += part_ms
            left_ms -= part_ms


def _pieces(timeline: Timeline, run: bytes | None) -> Iterator[_Piece]:
    """Yield takes and the gaps between them. The bed stops where the next take's frames would begin."""
    place_ms = 0
    for take in timeline.takes():
        quiet_ms = max(place_ms, take.start_ms - BED_QUIET_MS)
        yield _Piece(place_ms, quiet_ms, None, run)
        yield _Piece(quiet_ms, take.start_ms, None, None)
        yield _Piece(take.start_ms, take.end_ms, take, None)
        place_ms = take.end_ms
    yield _Piece(place_ms, timeline.length_ms, None, run)


def _bytes(ms: int, rate_hz: int) -> int:
    return 2 * (ms * rate_hz // 1000)
