"""Listening to a file in constant memory: decoded blocks, loudness, peaks and levels.

The measuring half of `verify`, which knows what should be heard; this half only knows sound. One pass, one
block at a time, so ten hours need no more memory than ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.errors import UnreadableFile

if TYPE_CHECKING:
    import numpy

_BLOCK_S = 2
_MARGIN = 480  # samples of the neighbours that the oversampling filter sees and the peak does not
_OVERSAMPLE = 4
_PEAK_FROM = 10 ** (-13 / 20)  # quieter blocks cannot reach -1 dBTP between samples
_FULL_SCALE = 32767 / 32768
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU, _OFFSET_LUFS = -70.0, -10.0, -0.691


def decoded(path: Path) -> tuple[int, Iterator[numpy.ndarray]]:
    """Return the rate in Hz and an iterator of mono float32 blocks of about two seconds.

    Raises UnreadableFile, at once or while reading, when the file cannot be decoded.
    """
    import soundfile

    class OneWay(soundfile.SoundFile):  # type: ignore[misc]
        """soundfile seeks after every read it can, and an MP3 decoder that seeks loses its bit reservoir."""

        def seekable(self) -> bool:
            return False

    def blocks() -> Iterator[numpy.ndarray]:
        try:
            with file:
                while len(block := file.read(rate_hz * _BLOCK_S, dtype="float32", always_2d=True)):
                    yield block.mean(axis=1) if block.shape[1] > 1 else block[:, 0]
        except (soundfile.SoundFileError, OSError) as error:
            raise UnreadableFile(path, "cannot be decoded to its end") from error

    try:
        file = OneWay(path)
    except (soundfile.SoundFileError, OSError) as error:
        raise UnreadableFile(path, "cannot be decoded as sound") from error
    rate_hz = int(file.samplerate)
    return rate_hz, blocks()


class Meter:
    """Integrated loudness (ITU-R BS.1770, K-weighting of pyloudnorm), true peak and clipping, block by block."""

    def __init__(self, rate_hz: int) -> None:
        """Prepare for mono sound at `rate_hz`."""
        import numpy as np
        import pyloudnorm

        stages = pyloudnorm.Meter(rate_hz)._filters.values()
        self._filters: list[tuple[Any, Any, float]] = [(s.b, s.a, float(s.passband_gain)) for s in stages]
        self._states = [np.zeros(max(len(a), len(b)) - 1) for b, a, _ in self._filters]
        self._step = rate_hz // 10  # gating blocks of 400 ms overlap by three quarters
        self._rest = np.zeros(0)
        self._energies: list[float] = []
        self._rate_hz = rate_hz
        self._before = np.zeros(0, np.float32)
        self._peak = 0.0
        self.samples = 0
        self.clipped = 0
        """Samples at or over full scale."""

    def add(self, block: numpy.ndarray) -> None:
        """Take the next samples into account."""
        import numpy as np
        from scipy.signal import lfilter

        self.samples += len(block)
        self.clipped += int(np.count_nonzero(np.abs(block) >= _FULL_SCALE))
        self._oversample(block)
        weighted = block.astype(np.float64)
        for i, (b, a, gain) in enumerate(self._filters):
            weighted, self._states[i] = lfilter(b, a, weighted, zi=self._states[i])
            weighted = weighted * gain
        weighted = np.concatenate((self._rest, weighted))
        whole = len(weighted) // self._step * self._step
        self._energies.extend(np.mean(weighted[:whole].reshape(-1, self._step) ** 2, axis=1).tolist())
        self._rest = weighted[whole:]

    def loudness_lufs(self) -> float | None:
        """Return the integrated loudness so far; None while nothing passes the gate or under 400 ms."""
        import numpy as np

        if len(self._energies) < 4:
            return None
        power = np.convolve(self._energies, np.full(4, 0.25), "valid")
        loud = power[power > 10 ** ((_ABSOLUTE_GATE_LUFS - _OFFSET_LUFS) / 10)]
        if not len(loud):
            return None
        loud = loud[loud > loud.mean() * 10 ** (_RELATIVE_GATE_LU / 10)]
        return float(_OFFSET_LUFS + 10 * np.log10(loud.mean()))

    def true_peak_db(self) -> float | None:
        """Return the highest level between samples in dBTP (quiet sound: dBFS of the samples); None for silence."""
        import numpy as np

        self._oversample(np.zeros(0, np.float32))
        return float(20 * np.log10(self._peak)) if self._peak > 0 else None

    def _oversample(self, block: numpy.ndarray) -> None:
        """Peak of the last block with both neighbours' margins seen; each sample is judged once."""
        import numpy as np
        import soxr

        joined = np.concatenate((self._before, block))
        last = not len(block)
        if len(joined) <= 2 * _MARGIN and not last:
            self._before = joined
            return
        if len(joined):
            sample_peak = float(np.max(np.abs(joined)))
            self._peak = max(self._peak, sample_peak)
            if sample_peak > _PEAK_FROM:
                padded = np.concatenate((joined, np.zeros(_MARGIN, np.float32))) if last else joined
                fine = soxr.resample(padded, self._rate_hz, self._rate_hz * _OVERSAMPLE)
                # The resampler sees an edge at both ends of the block, a step that is not in the sound.
                edge = _MARGIN // 2 * _OVERSAMPLE
                self._peak = max(self._peak, float(np.max(np.abs(fine[edge : len(fine) - edge]), initial=0.0)))
        self._before = joined[:0] if last else joined[-2 * _MARGIN :]


def levels_db(samples: numpy.ndarray, rate_hz: int, step_ms: int) -> numpy.ndarray:
    """Return the RMS level in dBFS of each whole `step_ms`, -inf for digital silence."""
    import numpy as np

    step = rate_hz * step_ms // 1000
    whole = len(samples) // step * step
    power = np.mean(samples[:whole].astype(np.float64).reshape(-1, step) ** 2, axis=1)
    with np.errstate(divide="ignore"):
        return np.asarray(10 * np.log10(power))


class Reader:
    """Blocks cut anew at the places asked for, in order, each sample handed out once."""

    def __init__(self, blocks: Iterator[numpy.ndarray], meter: Meter) -> None:
        """Read from `blocks`; the meter hears every sample."""
        import numpy as np

        self._blocks, self._meter = blocks, meter
        self._held = np.zeros(0, np.float32)
        self.place = 0
        """Samples handed out so far."""

    def until(self, sample: int) -> numpy.ndarray:
        """Return the samples from the last place to `sample`, fewer when the file ends before."""
        import numpy as np

        parts, have = [self._held], len(self._held)
        while have < sample - self.place:
            block = next(self._blocks, None)
            if block is None:
                break
            self._meter.add(block)
            parts.append(block)
            have += len(block)
        joined = np.concatenate(parts)
        cut = max(0, min(sample - self.place, len(joined)))
        self._held, self.place = joined[cut:], self.place + cut
        return joined[:cut]

    def drain(self) -> None:
        """Read to the end of the file, for the meter."""
        for block in self._blocks:
            self._meter.add(block)
