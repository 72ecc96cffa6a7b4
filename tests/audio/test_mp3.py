from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio import mp3
from coach.audio.mix import windows
from coach.audio.mp3 import HIGH, STANDARD, check_frames, encode, encode_take, silence_frame, splice
from coach.audio.take import segment_of
from coach.audio.tones import bed_pcm
from coach.errors import EncoderFailed
from tests.audio import timelines

PROFILES = pytest.mark.parametrize("profile", [STANDARD, HIGH], ids=["24k", "48k"])
SESSION = timelines.session(bed="none")


def decode(frames: bytes) -> np.ndarray:
    return soundfile.read(io.BytesIO(frames), dtype="float64")[0]


def spliced(timeline, profile, bed=None, sound=timelines.sound_pcm) -> bytes:
    make = timelines.take_of(profile.rate_hz, sound)
    return b"".join(splice(timeline, lambda take: encode_take(make(take), profile), profile, bed))


def in_one_pass(timeline, profile, bed=None, sound=timelines.sound_pcm, size_ms=200) -> bytes:
    make = timelines.take_of(profile.rate_hz, sound)
    flow = windows(timeline, make, rate_hz=profile.rate_hz, bed=bed, size_ms=size_ms)
    return b"".join(encode(flow, profile, timeline.length_ms))


def reference(timeline, profile, bed=None, sound=timelines.sound_pcm) -> np.ndarray:
    flow = windows(timeline, timelines.take_of(profile.rate_hz, sound), rate_hz=profile.rate_hz, bed=bed)
    return np.frombuffer(b"".join(w.raw_data for w in flow), "<i2") / 32768


def lag_samples(heard, planned) -> int:
    """How much later `heard` is than `planned`."""
    size = 2 * len(planned)
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(planned, size)), size)
    best = int(np.argmax(product))
    return best if best < size // 2 else best - size


def gain_and_snr_db(heard, planned) -> tuple[float, float]:
    gain = np.dot(heard, planned) / np.dot(planned, planned)
    noise = heard / gain - planned
    return 20 * np.log10(gain), 10 * np.log10(np.mean(planned**2) / np.mean(noise**2))


def main_data_begin(frames: bytes, profile, index: int) -> int:
    at = index * profile.frame_bytes
    return frames[at + 4] if profile is STANDARD else frames[at + 4] << 1 | frames[at + 5] >> 7


# --- frames -----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(frames=st.integers(1, 60), short=st.integers(0, 575), seed=st.integers(0, 99), high=st.booleans())
def test_take_makes_as_many_frames_as_promised_and_leans_on_nothing(frames, short, seed, high):
    profile = HIGH if high else STANDARD
    n = frames * profile.frame_samples - short
    noise = np.random.RandomState(seed).randint(-9000, 9000, n).astype("<i2")
    out = encode_take(segment_of(noise.tobytes(), profile.rate_hz), profile)
    assert check_frames(out, profile) == frames + (1 if high else 2)
    assert main_data_begin(out, profile, 0) == 0


@PROFILES
def test_delay_is_1105_samples(profile):
    planned = np.random.RandomState(5).randint(-9000, 9000, profile.rate_hz).astype("<i2")
    heard = decode(encode_take(segment_of(planned.tobytes(), profile.rate_hz), profile))
    assert lag_samples(heard, np.pad(planned / 32768, (0, len(heard) - len(planned)))) == profile.delay_samples == 1105


@PROFILES
def test_silence_is_exactly_zero_and_whole(profile):
    frame = silence_frame(profile)
    assert len(frame) == profile.frame_bytes == profile.kbps * 24 // 8
    sound = decode(frame * 50)
    assert len(sound) == 50 * profile.frame_samples
    assert not sound.any()


@PROFILES
def test_loud_sound_saturates_and_does_not_wrap(profile):
    loud = (np.sign(np.sin(np.arange(profile.rate_hz) * 2 * np.pi * 100 / profile.rate_hz)) * 32700).astype("<i2")
    planned = loud / 32768
    heard = decode(encode_take(segment_of(loud.tobytes(), profile.rate_hz), profile))[1105 : 1105 + len(loud)]
    assert np.corrcoef(heard, planned)[0, 1] > 0.95


def test_sound_at_another_rate_is_refused():
    with pytest.raises(EncoderFailed, match="24000 Hz"):
        encode_take(segment_of(bytes(9600), 48_000), STANDARD)


@PROFILES
def test_bed_is_one_run_of_250_frames_with_48_ms_of_silence_in_front(profile):
    run = mp3.bed_frames(profile)
    assert check_frames(run, profile) == 250
    heard = decode(run)
    planned = np.concatenate(
        (np.zeros(profile.rate_hz * 48 // 1000), np.frombuffer(bed_pcm(profile.rate_hz), "<i2") / 32768)
    )
    assert abs(lag_samples(heard, planned)) <= profile.rate_hz * 2 // 1000
    assert 20 * np.log10(np.sqrt(np.mean(heard**2))) == pytest.approx(-60, abs=1)


@PROFILES
def test_check_finds_every_damaged_header_and_every_cut(profile):
    frames = spliced(SESSION, profile)
    count = SESSION.length_ms // 24
    assert check_frames(frames, profile) == count
    for frame in (0, 1, count // 2, count - 1):
        for byte in range(4):
            hurt = bytearray(frames)
            hurt[frame * profile.frame_bytes + byte] ^= 0x10
            with pytest.raises(EncoderFailed):
                check_frames(bytes(hurt), profile)
    for cut in (1, profile.frame_bytes - 1):
        with pytest.raises(EncoderFailed, match="left over"):
            check_frames(frames[:-cut], profile)
    with pytest.raises(EncoderFailed):
        check_frames(frames, HIGH if profile is STANDARD else STANDARD)


# --- ways out ---------------------------------------------------------------------------------


@PROFILES
@pytest.mark.parametrize("bed", [False, True], ids=["none", "comfort"])
def test_both_ways_out_are_the_same_session(profile, bed):
    """Same frames, same places within 2 ms, quality within 0.5 dB of each other."""
    pcm = bed_pcm(profile.rate_hz) if bed else None
    one = spliced(SESSION, profile, mp3.bed_frames(profile) if bed else None, timelines.buzz_pcm)
    two = in_one_pass(SESSION, profile, pcm, timelines.buzz_pcm)
    assert check_frames(one, profile) == check_frames(two, profile) == SESSION.length_ms // 24
    planned = reference(SESSION, profile, pcm, timelines.buzz_pcm)
    heard_one, heard_two = decode(one), decode(two)
    assert len(heard_one) == len(heard_two) == len(planned)
    assert lag_samples(heard_two, planned) == 0
    early = lag_samples(heard_one, planned)
    assert early == 1105 - profile.lead_frames * profile.frame_samples == -47
    _, snr_one = gain_and_snr_db(np.roll(heard_one, -early), planned)
    _, snr_two = gain_and_snr_db(heard_two, planned)
    assert abs(snr_one - snr_two) < 0.5
    assert min(snr_one, snr_two) > 15


@PROFILES
def test_level_is_kept_within_a_twentieth_of_a_decibel(profile):
    planned = reference(SESSION, profile)
    for frames, early in ((spliced(SESSION, profile), -47), (in_one_pass(SESSION, profile), 0)):
        gain_db, _ = gain_and_snr_db(np.roll(decode(frames), -early), planned)
        assert abs(gain_db) < 0.05


@PROFILES
def test_every_take_sits_within_2_ms_of_its_place(profile):
    heard, planned = decode(spliced(SESSION, profile)), reference(SESSION, profile)
    ms = profile.rate_hz // 1000
    for take in SESSION.takes():
        cut = slice((take.start_ms - 48) * ms, (take.end_ms + 24) * ms)
        assert abs(lag_samples(heard[cut], planned[cut])) <= 2 * ms


@PROFILES
def test_without_a_bed_silence_between_takes_is_exactly_zero(profile):
    heard = decode(spliced(SESSION, profile))
    assert not heard[: 1000 * profile.rate_hz // 1000 - 48 * profile.rate_hz // 1000].any()
    place_ms = 0
    for take in SESSION.takes():
        # the filter bank rings for one more frame after the take's last
        quiet = heard[(place_ms + 48) * profile.rate_hz // 1000 : (take.start_ms - 48) * profile.rate_hz // 1000]
        assert not quiet.any()
        place_ms = take.end_ms


@PROFILES
def test_every_run_begins_with_a_frame_that_needs_no_other(profile):
    bed = mp3.bed_frames(profile)
    frames = spliced(SESSION, profile, bed)
    place = 0
    for take in SESSION.takes():
        start = take.start_ms // 24
        for run in range(place, start - 2, 250):
            assert main_data_begin(frames, profile, run) == 0
        assert main_data_begin(frames, profile, start - profile.lead_frames) == 0
        place = take.end_ms // 24


def test_frames_from_the_middle_of_a_stream_would_be_wrong():
    """The rule broken on purpose: a run cut at its front decodes to something else than the same run cut at its end."""
    # full noise after a quiet beginning: the encoder saves bits and spends them later
    noise = np.random.RandomState(1).randint(-12000, 12000, 576 * 40).astype("<i2")
    noise[: 576 * 10] //= 400
    frames = encode_take(segment_of(noise.tobytes(), 24_000), STANDARD)
    assert any(main_data_begin(frames, STANDARD, i) for i in range(11, 20))
    whole = decode(frames)
    begin = next(i for i in range(11, 20) if main_data_begin(frames, STANDARD, i))
    front = decode(silence_frame(STANDARD) * begin + frames[begin * 192 :])[: len(whole)]
    first = slice(begin * 576 + 600, (begin + 2) * 576)
    assert np.abs(front[first] - whole[first]).max() > 0.05
    end = decode(frames[: 30 * 192])
    assert np.array_equal(end, whole[: 30 * 576])


@settings(deadline=None, max_examples=12)
@given(
    starts=st.lists(st.integers(0, 800), min_size=0, max_size=6, unique=True),
    length_frames=st.integers(1500, 2100),
    bed=st.booleans(),
)
def test_splice_has_exactly_the_planned_frames_for_any_plan(starts, length_frames, bed):
    clips, place_ms = [], 60
    for start in sorted(starts):
        place_ms = max(place_ms + 1, 60 + start * 40)
        clips.append(timelines.tone(place_ms, "tick"))
        place_ms += 72
    timeline = timelines.bare(length_frames * 24, clips)
    frames = spliced(timeline, STANDARD, mp3.bed_frames(STANDARD) if bed else None)
    assert check_frames(frames, STANDARD) == length_frames
    for take in timeline.takes():
        assert main_data_begin(frames, STANDARD, take.start_ms // 24 - 2) == 0


def test_one_pass_does_not_depend_on_the_size_of_windows():
    assert in_one_pass(SESSION, STANDARD, size_ms=37) == in_one_pass(SESSION, STANDARD, size_ms=4000)


def test_chunks_stay_small_in_long_silence():
    timeline = timelines.bare(24 * 150_000, [timelines.spoken(1000, "Hello")])
    make = timelines.take_of()
    sizes = [len(part) for part in splice(timeline, lambda take: encode_take(make(take), STANDARD), STANDARD, None)]
    assert sum(sizes) == 150_000 * 192
    assert max(sizes) <= 250 * 192


def test_what_does_not_fit_is_refused():
    make = timelines.take_of()

    def frames_of(take):
        return encode_take(make(take), STANDARD)

    early = timelines.bare(4800, [timelines.spoken(30, "Too early")])
    with pytest.raises(EncoderFailed, match="no room"):
        list(splice(early, frames_of, STANDARD, None))
    late = timelines.bare(480, [timelines.spoken(240, "Runs over the end")])
    with pytest.raises(EncoderFailed, match="no room"):
        list(splice(late, frames_of, STANDARD, None))
    fine = timelines.bare(4800, [timelines.spoken(480, "Fine")])
    with pytest.raises(EncoderFailed, match="480 ms has"):
        list(splice(fine, lambda take: frames_of(take)[:-192], STANDARD, None))
    with pytest.raises(EncoderFailed, match="run of the bed"):
        list(splice(fine, frames_of, STANDARD, silence_frame(STANDARD)))
    flow = windows(fine, make, rate_hz=24_000, bed=None)
    with pytest.raises(EncoderFailed, match="ms early"):
        list(encode(flow, STANDARD, fine.length_ms + 240))


def test_an_encoder_that_breaks_the_rules_is_caught(monkeypatch):
    real = mp3._encoder

    class Cutting:
        def __init__(self, profile):
            self.encoder = real(profile)

        def encode(self, pcm):
            self.begun = self.encoder.encode(pcm)
            return b""

        def flush(self):
            return (bytes(self.begun) + bytes(self.encoder.flush()))[192 * 12 :]

    monkeypatch.setattr(mp3, "_encoder", Cutting)
    noise = np.random.RandomState(1).randint(-12000, 12000, 576 * 40).astype("<i2")
    with pytest.raises(EncoderFailed, match="made 30 frames"):
        encode_take(segment_of(noise.tobytes(), 24_000), STANDARD)
    with pytest.raises(EncoderFailed, match="needs an earlier one"):
        encode_take(segment_of(noise.tobytes(), 24_000), replace(STANDARD, tail_frames=-12))
