"""The sounds no voice makes: start, end, tick, pre-tone and the comfort bed, synthesised the same every time.

Lengths and the shape of the bed are plain numbers here, so layout and splicing read them without numpy;
only the functions that draw a waveform load it. Knows nothing of takes, files or sessions.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from coach.script.model import ToneName

if TYPE_CHECKING:
    import numpy

TONES_VERSION = "2"
"""Changes whenever a tone or the bed sounds different; part of every cache key that holds one."""

TONE_LENGTHS_MS: Mapping[ToneName, int] = MappingProxyType({"start": 720, "end": 864, "tick": 72, "pre": 300})
"""How long each tone is, in milliseconds."""

BED_RUN_MS = 6000
"""One run of the bed: 250 frames of 24 ms. A gap is filled with runs from its first frame on."""

BED_QUIET_MS = 48
"""The first part of every run without sound, where the encoder's delay sits; also the quiet before each take."""

BED_SOUND_MS = BED_RUN_MS - BED_QUIET_MS
"""The part of a run that sounds: 248 frames."""

_START_DB = _END_DB = -30.0  # RMS of the loudest 200 ms: soft, and below the gate of the loudness meter
_TICK_DB = -30.0  # peak: added to a limited word (-1.5 dBTP) it stays below -1 dBTP
_PRE_DB = -38.0  # RMS of the middle part: over the headphones' gate, under attention
_BED_DB = -60.0  # RMS
_LOW_HZ, _HIGH_HZ = 392.0, 523.25  # a fourth, G4 and C5: friendly upwards, settled downwards


def tone_digest(name: ToneName, rate_hz: int) -> str:
    """Return what stands for this tone in a cache key. Needs no numpy."""
    return f"tone:{name}:{TONES_VERSION}:{rate_hz}"


def tone_pcm(name: ToneName, rate_hz: int) -> bytes:
    """Return the tone: mono int16 little-endian, exactly `TONE_LENGTHS_MS[name]` long."""
    if name == "start":
        wave = _two_notes(_LOW_HZ, _HIGH_HZ, TONE_LENGTHS_MS["start"], rate_hz, _START_DB)
    elif name == "end":
        wave = _two_notes(_HIGH_HZ, _LOW_HZ, TONE_LENGTHS_MS["end"], rate_hz, _END_DB)
    elif name == "tick":
        wave = _tick(rate_hz)
    else:
        wave = _breath(rate_hz)
    return _int16(wave)


def bed_pcm(rate_hz: int) -> bytes:
    """Return the sounding part of one bed run: mono int16 little-endian, `BED_SOUND_MS` long, about -60 dBFS RMS."""
    wave = _noise(BED_SOUND_MS, rate_hz, 120.0, 1600.0, seed=60)
    return _int16(_faded(_level(wave, _BED_DB), 96, 96, rate_hz))


# --- waveforms: float64 in [-1, 1] -------------------------------------------------------------


def _two_notes(first_hz: float, second_hz: float, length_ms: int, rate_hz: int, rms_db: float) -> numpy.ndarray:
    """Two soft notes, the second entering while the first still rings; each a sine and a faint octave."""
    import numpy as np

    wave = np.zeros(_samples(length_ms, rate_hz))
    for hz, at_ms in ((first_hz, 0), (second_hz, 200)):
        start = _samples(at_ms, rate_hz)
        t_s = np.arange(len(wave) - start) / rate_hz
        decay = np.exp(-t_s / 0.22)
        note = np.sin(2 * np.pi * hz * t_s) + 0.18 * np.exp(-t_s / 0.12) * np.sin(4 * np.pi * hz * t_s)
        wave[start:] += _faded(note * decay, 36, 0, rate_hz)
    wave = _faded(wave, 0, 240, rate_hz)
    step = _samples(200, rate_hz)
    loudest = max(np.sqrt(np.mean(wave[i : i + step] ** 2)) for i in range(0, len(wave) - step, step // 8))
    return np.asarray(wave * (_ratio(rms_db) / loudest))


def _tick(rate_hz: int) -> numpy.ndarray:
    """A wooden tap: short, round, without a hard edge."""
    import numpy as np

    t_s = np.arange(_samples(TONE_LENGTHS_MS["tick"], rate_hz)) / rate_hz
    wave = np.exp(-t_s / 0.012) * (np.sin(2 * np.pi * 880 * t_s) + 0.3 * np.sin(2 * np.pi * 1760 * t_s))
    wave = _faded(wave, 4, 24, rate_hz)
    return np.asarray(wave * (_ratio(_TICK_DB) / np.max(np.abs(wave))))


def _breath(rate_hz: int) -> numpy.ndarray:
    """A breath of low noise that opens sleeping Bluetooth headphones before the first syllable."""
    wave = _noise(TONE_LENGTHS_MS["pre"], rate_hz, 180.0, 1200.0, seed=38)
    return _faded(_level(wave, _PRE_DB), 72, 120, rate_hz)


def _noise(length_ms: int, rate_hz: int, low_hz: float, high_hz: float, *, seed: int) -> numpy.ndarray:
    """Noise between two corners, falling softly above and below, like air.

    RandomState is frozen by numpy, newer generators may change their stream: the same bytes need the old one.
    """
    import numpy as np

    n = _samples(length_ms, rate_hz)
    white = np.random.RandomState(seed).random_sample(n) - 0.5
    hz = np.fft.rfftfreq(n, 1 / rate_hz)
    shape = 1 / np.sqrt((1 + (low_hz / np.maximum(hz, 1.0)) ** 4) * (1 + (hz / high_hz) ** 4))
    return np.fft.irfft(np.fft.rfft(white) * shape, n)


def _faded(wave: numpy.ndarray, in_ms: int, out_ms: int, rate_hz: int) -> numpy.ndarray:
    """Raised-cosine ramps at both ends; 0 leaves that end alone."""
    import numpy as np

    wave = wave.copy()
    for ms, part in ((in_ms, slice(None)), (out_ms, slice(None, None, -1))):
        if n := _samples(ms, rate_hz):
            wave[part][:n] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n)
    return wave


def _level(wave: numpy.ndarray, rms_db: float) -> numpy.ndarray:
    import numpy as np

    return np.asarray(wave * (_ratio(rms_db) / np.sqrt(np.mean(wave**2))))


def _ratio(db: float) -> float:
    return float(10 ** (db / 20))


def _samples(ms: int, rate_hz: int) -> int:
    return ms * rate_hz // 1000


def _int16(wave: numpy.ndarray) -> bytes:
    import numpy as np

    return bytes(np.rint(wave * 32768).clip(-32768, 32767).astype("<i2").tobytes())
