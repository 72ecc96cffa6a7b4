"""Mastering, proven on sounds whose right answer is known, and on what comes out as bytes."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio.clip import TARGET_LUFS, master, own_gain_db, shared_gain_db
from coach.audio.loudness import integrated_lufs, true_peak_dbtp

RATE = 24_000


def tone(ms, level_db=-20.0, rate=22_050, pitch=300.0):
    t = numpy.arange(rate * ms // 1000) / rate
    return (10 ** (level_db / 20) * math.sqrt(2) * numpy.sin(2 * math.pi * pitch * t)).astype(numpy.float32)


def hiss(ms, level_db, rate=22_050, seed=1):
    noise = numpy.random.default_rng(seed).standard_normal(rate * ms // 1000)
    return (10 ** (level_db / 20) * noise).astype(numpy.float32)


def silence(ms, rate=22_050):
    return numpy.zeros(rate * ms // 1000, numpy.float32)


def heard(clip):
    return numpy.frombuffer(clip.pcm, "<i2").astype(numpy.float64) / 32767


def words(seed, ms=2_000, rate=22_050):
    """Syllables of hiss and tone with pauses: as peaky as speech."""
    random = numpy.random.default_rng(seed)
    parts = [silence(150)]
    while sum(map(len, parts)) < rate * ms // 1000:
        parts += [hiss(int(random.integers(30, 90)), -32, seed=seed), tone(int(random.integers(60, 250)), -18)]
        parts += [silence(int(random.integers(0, 120)))]
    sound = numpy.concatenate([*parts, silence(300)])
    spikes = random.integers(0, len(sound), 5)
    sound[spikes] = 0.9
    return sound


def test_a_reference_tone_measures_as_the_standard_says():
    # BS.1770: a 997 Hz sine at 0 dBFS peak on one channel is -3.01 LUFS.
    t = numpy.arange(5 * 48_000) / 48_000
    assert integrated_lufs(numpy.sin(2 * math.pi * 997 * t), 48_000) == pytest.approx(-3.01, abs=0.05)


def test_true_peak_sees_between_the_samples():
    # A quarter-rate sine sampled at 45 degrees: samples at 0.707, truth at 1.
    n = numpy.arange(4_800)
    sound = numpy.sin(math.pi / 2 * n + math.pi / 4) * numpy.hanning(len(n))
    assert 20 * math.log10(numpy.abs(sound).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak_dbtp(sound, RATE) == pytest.approx(0.0, abs=0.1)
    assert true_peak_dbtp(numpy.zeros(100), RATE) == -math.inf


def test_a_count_is_as_loud_as_a_sentence_with_silence_after_it():
    short, long = master(tone(180), 22_050, rate_hz=RATE), master(tone(3_000), 22_050, rate_hz=RATE)
    # The fades cost a short tone that begins and ends at full level 0.16 dB; a word does neither.
    assert integrated_lufs(heard(short), RATE) == pytest.approx(TARGET_LUFS, abs=0.2)
    assert integrated_lufs(heard(long), RATE) == pytest.approx(TARGET_LUFS, abs=0.1)
    assert integrated_lufs(numpy.zeros(100), RATE) == -math.inf


@pytest.mark.parametrize("rate_hz", [24_000, 48_000])
@pytest.mark.parametrize("seed", range(6))
def test_loudness_peak_and_whole_milliseconds(seed, rate_hz):
    clip = master(words(seed), 22_050, rate_hz=rate_hz)
    sound = heard(clip)
    assert len(sound) == clip.ms * rate_hz // 1000
    assert integrated_lufs(sound, rate_hz) == pytest.approx(TARGET_LUFS, abs=0.4)
    assert true_peak_dbtp(sound, rate_hz) <= -1.45
    assert 0 <= clip.onset_ms < clip.ms


@pytest.mark.parametrize(("level_db", "gain_db"), [(-50.0, 12.0), (3.0, -12.0)])
def test_gain_stays_within_twelve_decibels(level_db, gain_db):
    assert own_gain_db(tone(1_000, level_db), 22_050, rate_hz=RATE) == gain_db


def test_counts_share_one_gain():
    counts = [tone(300, -20.0), tone(300, -24.0), tone(300, -28.0)]
    gain_db = shared_gain_db(tuple(own_gain_db(count, 22_050, rate_hz=RATE) for count in counts))
    assert gain_db == own_gain_db(counts[1], 22_050, rate_hz=RATE)
    loudness = [integrated_lufs(heard(master(c, 22_050, rate_hz=RATE, gain_db=gain_db)), RATE) for c in counts]
    assert loudness == pytest.approx([TARGET_LUFS + 4, TARGET_LUFS, TARGET_LUFS - 4], abs=0.2)


def test_silence_around_goes_and_the_quiet_start_and_tail_stay():
    start, tail = hiss(80, -58), hiss(120, -60, seed=2)
    sound = numpy.concatenate((silence(400), start, tone(300, -18), tail, silence(700)))
    clip = master(sound, 22_050, rate_hz=RATE)
    assert 80 + 300 + 120 + 15 + 40 - 10 <= clip.ms <= 80 + 300 + 120 + 15 + 40 + 15


def test_a_constant_offset_is_not_taken_for_sound():
    sound = numpy.concatenate((silence(400), tone(300), silence(400))) + numpy.float32(0.05)
    assert master(sound, 22_050, rate_hz=RATE).ms < 380


@pytest.mark.parametrize(
    ("before", "due_ms"),
    [
        (silence(0), 15),
        (hiss(120, -30), 15),  # the s of "switch": loud enough, heard from its start
        (hiss(90, -46), 105),  # the breathy start of "three": a lossy encoder moves it, so it does not decide
        (hiss(90, -58), 105),  # the breath before a "three" is kept, and is not its beginning
        (numpy.concatenate((tone(4, -10), silence(150))), 169),  # a click of the lips
    ],
)
def test_onset_is_where_the_ear_hears_it_begin(before, due_ms):
    clip = master(numpy.concatenate((silence(200), before, tone(300, -18), silence(200))), 22_050, rate_hz=RATE)
    assert clip.onset_ms == pytest.approx(due_ms, abs=9)


def test_edges_are_faded():
    sound = numpy.abs(heard(master(tone(400, pitch=2_000.0), 22_050, rate_hz=RATE)))
    assert sound[0] == 0
    for edge in (sound, sound[::-1]):
        first = numpy.flatnonzero(edge > 0.01)[0]
        assert edge[first : first + 24].max() < 0.35 * sound.max()


@pytest.mark.parametrize(
    ("sound", "reason"),
    [
        (numpy.zeros(20_000, numpy.float32), "silent"),
        (numpy.zeros(0, numpy.float32), "no sound"),
        (numpy.full(20_000, 0.5, numpy.float32), "silent"),
        (numpy.array([0.1, numpy.nan] * 5_000, numpy.float32), "impossible"),
        (numpy.array([0.1, numpy.inf] * 5_000, numpy.float32), "impossible"),
        (numpy.ones((1_000, 2), numpy.float32), "no sound"),
    ],
)
def test_what_is_no_speech_is_refused(sound, reason):
    with pytest.raises(ValueError, match=reason):
        master(sound, 22_050, rate_hz=RATE)


def test_same_bytes_alone_and_in_a_pool():
    sounds = [words(seed, 800) for seed in range(8)]
    alone = [master(sound, 22_050, rate_hz=RATE) for sound in sounds]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda sound: master(sound, 22_050, rate_hz=RATE), sounds)) == alone


def test_the_samples_given_are_not_changed():
    sound = words(1)
    before = sound.copy()
    master(sound, 22_050, rate_hz=RATE)
    assert numpy.array_equal(sound, before)


@settings(max_examples=60, deadline=None)
@given(
    ms=st.integers(25, 1_500),
    level_db=st.floats(-55, 0),
    rate=st.sampled_from([8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000]),
    pitch=st.floats(80, 3_500),
    seed=st.integers(0, 99),
)
def test_any_sound_becomes_a_clip_below_the_ceiling(ms, level_db, rate, pitch, seed):
    sound = tone(ms, level_db, rate, pitch) + hiss(ms, level_db - 12, rate, seed)[: rate * ms // 1000]
    clip = master(sound, rate, rate_hz=RATE)
    assert len(clip.pcm) == clip.ms * 48
    assert true_peak_dbtp(heard(clip), RATE) <= -1.4
    assert 0 <= clip.onset_ms < clip.ms
