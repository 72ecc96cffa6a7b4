"""How loud a sound is to the ear, and how high it really peaks. Measures only; changes nothing.

The only file that imports pyloudnorm. Heavy (it brings scipy): loaded when a clip is mastered or a file
is verified, never on the warm path.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

BLOCK_MS = 400
"""The meter's block. A shorter sound is measured with silence after it: so "two" can be matched to a sentence."""
OVERSAMPLING = 4


def integrated_lufs(samples: numpy.ndarray, rate_hz: int) -> float:
    """Return the integrated loudness (BS.1770) of mono float samples, shape (n,); -inf for silence."""
    import numpy
    import pyloudnorm

    least = -(-rate_hz * BLOCK_MS // 1000)
    if len(samples) < least:
        samples = numpy.concatenate((samples, numpy.zeros(least - len(samples), samples.dtype)))
    with numpy.errstate(divide="ignore", invalid="ignore"):
        lufs = float(pyloudnorm.Meter(rate_hz).integrated_loudness(samples.astype(numpy.float64)))
    return -math.inf if math.isnan(lufs) else lufs


def true_peak_dbtp(samples: numpy.ndarray, rate_hz: int) -> float:
    """Return the true peak of mono float samples in dBTP (four times oversampled); -inf for silence."""
    import numpy

    if not len(samples):
        return -math.inf
    between = numpy.abs(oversampled(samples, rate_hz)).max()
    peak = max(float(between), float(numpy.abs(samples).max()))
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def oversampled(samples: numpy.ndarray, rate_hz: int) -> numpy.ndarray:
    """Return the samples at four times their rate, float32, in place with the original ones."""
    import numpy
    import soxr

    up: numpy.ndarray = soxr.resample(samples.astype(numpy.float32), rate_hz, rate_hz * OVERSAMPLING, quality="HQ")
    return up
