"""Mastering: raw speech of any engine becomes a clip that sits beside every other clip.

check -> trim -> resample once -> -18.4 LUFS -> limit -2 dBTP -> 5 ms fades -> whole milliseconds -> onset.
The same samples give the same bytes, alone or in a pool. It knows no engine and no store.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

MASTERING_VERSION = "5"
"""Part of every cache key: count up when anything in here or in loudness.py changes the bytes."""

TARGET_LUFS = -18.4
"""What a clip reads on its own. In a session the meter's blocks also straddle the edges of cues and it reads
0.6 LU less (measured on the shipped routines): -19, the podcast loudness for mono."""
MOST_GAIN_DB = 12.0
CEILING_DBTP = -2.0
"""The encoder adds up to 0.5 dB to a peak and a tick may sound under a count; decoded, -1 dBTP must hold."""
FADE_MS = 5

SILENT_RMS = 1e-4
LEAST_MS = 20

TRIM_DB = -50.0
"""Quieter than this against the loudest 10 ms is silence: below the breathy start of "three" and end of "half"."""
TRIM_LEAST_DB = -75.0
"""Nor is anything below this heard, however quiet the engine speaks (dBFS)."""
LEAD_MS = 15
TAIL_MS = 40
"""Kept before and after what is heard, so that no breath and no tail is cut."""

ONSET_DB = -20.0
"""A clip is heard to begin where 10 ms first come this close to its loudest, and stay there for 20 ms.

Nearer to silence the breathy start of "three" would decide, which a lossy encoder moves by a frame."""

LOOKAHEAD_MS = 5


@dataclass(frozen=True, slots=True)
class Mastered:
    """A clip: int16 mono little-endian `pcm` of exactly `ms` milliseconds, heard to begin at `onset_ms`."""

    pcm: bytes
    ms: int
    onset_ms: int


def master(samples: numpy.ndarray, source_hz: int, *, rate_hz: int, gain_db: float | None = None) -> Mastered:
    """Return the clip of mono float samples, shape (n,), at `rate_hz` (a multiple of 1,000).

    `gain_db` is a gain shared by several clips (counts); None brings this clip to the target by itself.
    Raises ValueError with the reason when the samples are no speech: empty, not finite, silent.
    """
    import numpy

    raw = _prepared(samples, source_hz, rate_hz)
    sound = _levelled(raw, rate_hz) if gain_db is None else _limited(raw * 10 ** (gain_db / 20), rate_hz)
    fade = numpy.linspace(0.0, 1.0, rate_hz * FADE_MS // 1000, endpoint=False)
    sound[: len(fade)] *= fade
    sound[-len(fade) :] *= fade[::-1]
    per_ms = rate_hz // 1000
    sound = numpy.concatenate((sound, numpy.zeros(-len(sound) % per_ms)))
    pcm = numpy.clip(numpy.rint(sound * 32767.0), -32768, 32767).astype("<i2").tobytes()
    ms = len(sound) // per_ms
    return Mastered(pcm, ms, min(_onset_ms(sound, rate_hz), ms - 1))


def own_gain_db(samples: numpy.ndarray, source_hz: int, *, rate_hz: int) -> float:
    """Return the gain that would bring this clip to the target, within +-12 dB. Raises ValueError as `master`."""
    return _gain_db(_prepared(samples, source_hz, rate_hz), rate_hz)


def shared_gain_db(gains_db: tuple[float, ...]) -> float:
    """Return one gain for clips that are heard in a row (counts): the median of their own ones."""
    ordered = sorted(gains_db)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _prepared(samples: numpy.ndarray, source_hz: int, rate_hz: int) -> numpy.ndarray:
    """Return checked, trimmed samples at `rate_hz`, float64."""
    import numpy
    import soxr

    if samples.ndim != 1 or len(samples) < source_hz * LEAST_MS // 1000:
        raise ValueError("there is next to no sound")
    if not numpy.isfinite(samples).all():
        raise ValueError("the sound holds impossible values")
    sound = samples.astype(numpy.float64)
    # A constant offset would click at the edges. Not the mean: that of lopsided speech would fill its pauses.
    sound -= numpy.median(sound)
    if math.sqrt(float(numpy.mean(numpy.square(sound)))) < SILENT_RMS:
        raise ValueError("the sound is silent")
    sound = _trimmed(sound, source_hz)
    if source_hz != rate_hz:
        sound = soxr.resample(sound, source_hz, rate_hz, quality="VHQ")
    least = rate_hz * LEAST_MS // 1000
    return numpy.concatenate((sound, numpy.zeros(max(0, least - len(sound)))))


def _levels(sound: numpy.ndarray, rate_hz: int) -> tuple[numpy.ndarray, int]:
    """Return (RMS of 10 ms windows, samples from one window to the next: 2 ms)."""
    import numpy

    step, window = max(1, rate_hz // 500), max(1, rate_hz // 100)
    energy = numpy.concatenate(([0.0], numpy.cumsum(numpy.square(sound))))
    starts = numpy.arange(0, max(1, len(sound) - window + 1), step)
    ends = numpy.minimum(starts + window, len(sound))
    return numpy.sqrt(numpy.maximum(energy[ends] - energy[starts], 0.0) / window), step


def _trimmed(sound: numpy.ndarray, rate_hz: int) -> numpy.ndarray:
    import numpy

    levels, step = _levels(sound, rate_hz)
    floor = max(float(levels.max()) * 10 ** (TRIM_DB / 20), 10 ** (TRIM_LEAST_DB / 20))
    heard = numpy.flatnonzero(levels > floor)
    if not len(heard):
        raise ValueError("the sound is silent")
    start = int(heard[0]) * step - rate_hz * LEAD_MS // 1000
    end = int(heard[-1]) * step + rate_hz // 100 + rate_hz * TAIL_MS // 1000
    return sound[max(0, start) : end]


def _gain_db(sound: numpy.ndarray, rate_hz: int) -> float:
    from coach.audio.loudness import integrated_lufs

    lufs = integrated_lufs(sound, rate_hz)
    if math.isinf(lufs):  # below the meter's gate: as loud as is allowed
        return MOST_GAIN_DB
    return max(-MOST_GAIN_DB, min(MOST_GAIN_DB, TARGET_LUFS - lufs))


def _levelled(raw: numpy.ndarray, rate_hz: int) -> numpy.ndarray:
    """Return the sound at the target loudness, limited; what the limiter takes from a peaky word is given back."""
    gain_db = _gain_db(raw, rate_hz)
    for _ in range(3):
        sound = _limited(raw * 10 ** (gain_db / 20), rate_hz)
        missing_db = _gain_db(sound, rate_hz)
        if missing_db < 0.05 or gain_db >= MOST_GAIN_DB:
            break
        gain_db = min(MOST_GAIN_DB, gain_db + missing_db)
    return sound


def _limited(sound: numpy.ndarray, rate_hz: int) -> numpy.ndarray:
    """Return the sound with its true peak at or below the ceiling, turned down smoothly around each peak."""
    import numpy

    from coach.audio.loudness import true_peak_dbtp

    ceiling = 10 ** (CEILING_DBTP / 20)
    for _ in range(3):  # turning down moves the peaks between samples a little
        peaks = _true_peaks(sound, rate_hz)
        if peaks.max() <= ceiling:
            return sound
        needed = numpy.minimum(1.0, ceiling / numpy.maximum(peaks, 1e-12))
        reach = rate_hz * LOOKAHEAD_MS // 1000
        padded = numpy.pad(needed, 2 * reach, mode="edge")
        lowest = numpy.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
        smooth = numpy.hanning(2 * reach + 3)[1:-1]
        # Each weight is positive and meets a value at or below what is needed, so the mean is too.
        sound = sound * numpy.convolve(lowest, smooth / smooth.sum(), mode="valid")
    over_db = true_peak_dbtp(sound, rate_hz) - CEILING_DBTP
    limited: numpy.ndarray = sound * 10 ** (-max(0.0, over_db) / 20)
    return limited


def _true_peaks(sound: numpy.ndarray, rate_hz: int) -> numpy.ndarray:
    """Return, for each sample, the highest peak from it to the next one."""
    import numpy

    from coach.audio.loudness import OVERSAMPLING, oversampled

    up = numpy.abs(oversampled(sound, rate_hz))
    wanted = len(sound) * OVERSAMPLING
    up = numpy.pad(up, (0, max(0, wanted - len(up))))[:wanted]
    peaks: numpy.ndarray = numpy.maximum(up.reshape(-1, OVERSAMPLING).max(axis=1), numpy.abs(sound))
    return peaks


def _onset_ms(sound: numpy.ndarray, rate_hz: int) -> int:
    """Return where the ear hears the sound begin, in milliseconds from its start."""
    import numpy

    levels, step = _levels(sound, rate_hz)
    loud = levels > levels.max() * 10 ** (ONSET_DB / 20)
    held = max(1, rate_hz // 50 // step)  # a click or a smack of the lips is shorter than 20 ms
    if len(loud) >= held:
        steady = numpy.lib.stride_tricks.sliding_window_view(loud, held).all(axis=1)
        first = numpy.flatnonzero(steady)
    else:
        first = numpy.flatnonzero(loud)
    if not len(first):
        return 0
    # The window is 10 ms long and reaches the threshold when the sound is in its second half.
    return int(first[0]) * step * 1000 // rate_hz + 5
