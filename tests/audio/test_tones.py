from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from coach.audio.listen import Meter
from coach.audio.mp3 import HIGH, STANDARD, encode_take
from coach.audio.take import segment_of
from coach.audio.tones import BED_SOUND_MS, TONE_LENGTHS_MS, bed_pcm, tone_digest, tone_pcm

ROOT = Path(__file__).parents[2]
RATES = (24_000, 48_000)


def floats(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2") / 32768


def rms_db(wave) -> float:
    return float(10 * np.log10(np.mean(wave**2)))


def peak_hz(wave, rate_hz) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(wave * np.hanning(len(wave))))) * rate_hz / len(wave))


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("name", TONE_LENGTHS_MS)
def test_tone_is_as_long_as_said_starts_and_ends_in_silence_and_is_always_the_same(name, rate_hz):
    pcm = tone_pcm(name, rate_hz)
    assert len(pcm) == 2 * TONE_LENGTHS_MS[name] * rate_hz // 1000
    wave = floats(pcm)
    assert abs(wave[0]) < 0.0005
    assert abs(wave[-1]) < 0.0005
    assert pcm == tone_pcm(name, rate_hz)


@pytest.mark.parametrize("rate_hz", RATES)
def test_levels_are_soft(rate_hz):
    step = rate_hz // 5
    for name in ("start", "end"):
        wave = floats(tone_pcm(name, rate_hz))
        assert max(rms_db(wave[i : i + step]) for i in range(0, len(wave) - step, 240)) == pytest.approx(-30, abs=0.3)
    assert 20 * np.log10(np.abs(floats(tone_pcm("tick", rate_hz))).max()) == pytest.approx(-30, abs=0.1)
    assert np.abs(floats(tone_pcm("pre", rate_hz))).max() < 10 ** (-26 / 20)
    assert -42 < rms_db(floats(tone_pcm("pre", rate_hz))) < -38
    bed = floats(bed_pcm(rate_hz))
    assert rms_db(bed) == pytest.approx(-60, abs=0.5)
    assert len(bed) == BED_SOUND_MS * rate_hz // 1000 == 248 * 24 * rate_hz // 1000


def test_start_rises_and_end_falls():
    rate_hz = 24_000
    for name, up in (("start", True), ("end", False)):
        wave = floats(tone_pcm(name, rate_hz))
        first, last = peak_hz(wave[: rate_hz // 5], rate_hz), peak_hz(wave[-rate_hz // 4 :], rate_hz)
        assert (last > first * 1.2) if up else (last < first / 1.2)


def test_no_sudden_edge_anywhere():
    # a click is a jump; the steepest step of a soft tone stays near that of its own sine
    for name in ("start", "end"):
        wave = floats(tone_pcm(name, 24_000))
        assert np.abs(np.diff(wave)).max() < np.abs(wave).max() * 2 * np.pi * 1100 / 24_000


@pytest.mark.parametrize("profile", [STANDARD, HIGH])
def test_tick_under_the_loudest_word_stays_below_full_scale_after_coding(profile):
    """A word at the limiter's ceiling (-1.5 dBTP) with the tick at its peaks decodes to at most -1 dBTP."""
    rate_hz = profile.rate_hz
    tick = floats(tone_pcm("tick", rate_hz))
    t_s = np.arange(rate_hz) / rate_hz
    word = sum(np.sin(2 * np.pi * 220 * k * t_s + k * k) / k for k in range(1, 12)) * np.hanning(rate_hz) ** 0.3
    word *= 10 ** (-1.5 / 20) / np.abs(word).max()
    at = int(np.argmax(word)) - int(np.argmax(tick))
    word[at : at + len(tick)] += tick
    frames = encode_take(segment_of(np.rint(word * 32767).astype("<i2").tobytes(), rate_hz), profile)
    sound, _ = soundfile.read(io.BytesIO(frames), dtype="float32")
    meter = Meter(rate_hz)
    meter.add(sound)
    assert meter.true_peak_db() <= -1.0


def test_lengths_and_digests_need_no_numpy():
    code = "import sys; from coach.audio import tones, mp3, take, mix, captions, tags, verify, cover, picture;"
    code += "tones.tone_digest('tick', 24000); dict(tones.TONE_LENGTHS_MS); mp3.silence_frame(mp3.STANDARD);"
    code += (
        "heavy = {'numpy', 'pydub', 'PIL', 'mutagen', 'soundfile', 'lameenc', 'importlib.metadata'} & set(sys.modules);"
    )
    code += "sys.exit(' '.join(heavy) or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert tone_digest("tick", 24_000) != tone_digest("tick", 48_000)
