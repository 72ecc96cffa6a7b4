from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pyloudnorm
import pytest
import soxr

from coach.audio import mp3
from coach.audio.listen import Meter, decoded
from coach.audio.mix import windows
from coach.audio.mp3 import HIGH, STANDARD, encode, encode_take, splice
from coach.audio.tags import id3_tag
from coach.audio.take import segment_of
from coach.audio.tones import bed_pcm
from coach.audio.verify import verify
from coach.errors import UnreadableFile
from tests.audio import timelines

SESSION = timelines.session()
NAMES = {"artist": "null", "album": "", "genre": "", "comment": "", "lyrics_head": "", "cover": b""}


def pcm_of(timeline=SESSION, rate_hz=24_000, sound=timelines.sound_pcm, bed=True) -> np.ndarray:
    """The session's sound as it should be: int16, to be spoiled by a test."""
    flow = windows(timeline, timelines.take_of(rate_hz, sound), rate_hz=rate_hz, bed=bed_pcm(rate_hz) if bed else None)
    return np.frombuffer(b"".join(w.raw_data for w in flow), "<i2").copy()


def file_of(tmp_path, pcm=None, timeline=SESSION, profile=STANDARD, frames=None):
    """A session file whose sound is `pcm`, whatever the plan says."""
    path = tmp_path / "session.mp3"
    if frames is None:
        parts = (segment_of(pcm[i : i + 48_000].tobytes(), profile.rate_hz) for i in range(0, len(pcm), 48_000))
        frames = b"".join(encode(parts, profile, timeline.length_ms))
    path.write_bytes(id3_tag(timeline, **NAMES) + frames)
    return path


def problems(*args, **kwargs) -> str:
    return "\n".join(verify(file_of(*args, **kwargs)).problems)


@pytest.mark.parametrize("profile", [STANDARD, HIGH], ids=["24k", "48k"])
@pytest.mark.parametrize("bed", [False, True], ids=["none", "comfort"])
def test_a_right_file_has_no_problems(tmp_path, profile, bed):
    make = timelines.take_of(profile.rate_hz)
    run = mp3.bed_frames(profile) if bed else None
    frames = b"".join(splice(SESSION, lambda take: encode_take(make(take), profile), profile, run))
    report = verify(file_of(tmp_path, frames=frames))
    assert report.problems == ()
    assert report.decoded_ms == report.planned_ms == SESSION.length_ms
    assert len(report.takes) == len(list(SESSION.takes()))
    assert all(take.off_ms in range(-4, 5) for take in report.takes)
    assert [(c.text, c.before_end_ms) for c in report.counts] == [("Three", 3000), ("Two", 2000), ("One", 1000)] * 2
    assert all(abs(c.heard_ms - c.planned_ms) <= 8 for c in report.counts)
    assert report.left_work_ms == report.right_work_ms == 10_000
    assert report.loudness_lufs == pytest.approx(-19, abs=0.5)
    assert report.true_peak_db < -1
    assert (report.overlaps, report.clipped) == (0, 0)


def test_one_pass_files_are_right_too(tmp_path):
    assert problems(tmp_path, pcm_of()) == ""


@pytest.mark.parametrize("by_ms", [-120, -60, 60, 120, 400])
def test_a_shifted_take_is_found(tmp_path, by_ms):
    pcm = pcm_of()
    take = list(SESSION.takes())[1]
    start, end = take.start_ms * 24, take.end_ms * 24
    part = pcm[start:end].copy()
    pcm[start:end] = 0
    pcm[start + by_ms * 24 : end + by_ms * 24] = part
    found = problems(tmp_path, pcm)
    assert "0:05.000" in found or "where silence is planned" in found


def test_how_far_a_take_is_shifted_is_said(tmp_path):
    pcm = pcm_of()
    take = next(take for take in SESSION.takes() if take.clips[0].sound == "end")
    cut = slice(take.start_ms * 24, take.end_ms * 24 + 2400)
    pcm[cut] = np.roll(pcm[cut], 2400)
    report = verify(file_of(tmp_path, pcm))
    assert [abs(t.off_ms - 100) <= 6 for t in report.takes].count(True) == 1
    assert "the end tone at 0:20.000 is heard +1" in "\n".join(report.problems)


def test_a_late_count_is_found(tmp_path):
    pcm = pcm_of()
    count = next(cue for cue in SESSION.cues if cue.text == "Two")
    pcm[count.start_ms * 24 : count.end_ms * 24 + 960] = np.roll(
        pcm[count.start_ms * 24 : count.end_ms * 24 + 960], 960
    )
    assert "the count at 0:18.000 is heard +3" in problems(tmp_path, pcm)


def test_a_missing_take_is_found(tmp_path):
    pcm = pcm_of()
    cue = SESSION.cues[0]
    pcm[cue.start_ms * 24 : cue.end_ms * 24] = 0
    assert "nothing is heard at 0:01.000" in problems(tmp_path, pcm)


def test_a_missing_word_under_a_tone_is_found(tmp_path):
    silent = timelines.Utterance("Two")
    pcm = pcm_of(
        sound=lambda s, rate: (
            bytes(2 * 24 * timelines.length_ms("Two")) if s == silent else timelines.sound_pcm(s, rate)
        )
    )
    assert problems(tmp_path, pcm).count('"Two" at 0:18.000 is not heard') == 1


def test_noise_where_silence_is_planned_is_found_once(tmp_path):
    pcm = pcm_of()
    place = 13_500 * 24
    pcm[place : place + 24_000] += np.random.RandomState(1).randint(-400, 400, 24_000).astype("<i2")
    found = problems(tmp_path, pcm)
    assert found.count("where silence is planned") == 1
    assert "at 0:13." in found


def test_a_loud_bed_is_found(tmp_path):
    pcm = pcm_of(bed=False).astype(int) + np.random.RandomState(1).randint(-250, 250, SESSION.length_ms * 24)
    assert "where silence is planned" in problems(tmp_path, pcm.astype("<i2"))


LINE = "Stand tall, and let the shoulders go where they like to"


def talking(count, line=LINE, every_ms=4800, length_ms=None):
    """A session of one line said `count` times."""
    clips = [timelines.spoken(1200 + n * every_ms, line) for n in range(count)]
    return timelines.bare(length_ms or count * every_ms + 2400, clips)


def loudness_problems(tmp_path, timeline, gain_db=0.0):
    # Without counts and ticks the sines are too loud by this: ordinary speech then measures -19 LUFS.
    pcm = np.rint(pcm_of(timeline) * 10 ** ((gain_db - 1.3) / 20)).astype("<i2")
    report = verify(file_of(tmp_path, pcm, timeline))
    return report.loudness_slack_lu, [problem for problem in report.problems if "loudness is -" in problem]


@pytest.mark.parametrize("gain_db", [-1.0, 1.0])
def test_wrong_loudness_of_ordinary_speech_is_found(tmp_path, gain_db):
    assert loudness_problems(tmp_path, talking(8)) == (0.5, [])
    slack_lu, found = loudness_problems(tmp_path, talking(8), gain_db)
    assert (slack_lu, len(found)) == (0.5, 1)
    assert "it should be -19 within 0.5" in found[0]


@pytest.mark.parametrize(
    "timeline",
    [
        talking(3),
        talking(8, length_ms=180_000),
        talking(40, "Down, slowly"),
        talking(4, LINE * 3, every_ms=7200),
    ],
    ids=["little", "sparse", "single words", "long talks"],
)
def test_little_and_unusual_speech_is_judged_widely(tmp_path, timeline):
    assert loudness_problems(tmp_path, timeline, -1.0) == (2.5, [])
    slack_lu, found = loudness_problems(tmp_path, timeline, 6.0)
    assert (slack_lu, len(found)) == (2.5, 1)
    assert "it should be -19 within 2.5" in found[0]


def test_clipping_and_true_peak_are_found(tmp_path):
    pcm = pcm_of().astype(int)
    cue = SESSION.cues[0]
    pcm[cue.start_ms * 24 : cue.end_ms * 24] *= 60
    found = problems(tmp_path, pcm.clip(-32768, 32767).astype("<i2"))
    assert "samples clip" in found
    assert "the true peak is" in found


def test_unequal_sides_overlapping_cues_and_counts_off_the_second_are_found(tmp_path):
    work = [s for s in SESSION.segments if s.kind == "work"]
    longer = tuple(replace(s, side="left") if s is work[1] else s for s in SESSION.segments)
    assert "left side works 20000 ms, the right side 0 ms" in problems(
        tmp_path, pcm_of(), replace(SESSION, segments=longer)
    )
    cues = tuple(replace(c, end_ms=c.end_ms + 30_000) if c.id == "0" else c for c in SESSION.cues)
    assert "cues begin before" in problems(tmp_path, pcm_of(), replace(SESSION, cues=cues))
    cues = tuple(replace(c, onset_ms=c.onset_ms + 100) if c.text == "Two" else c for c in SESSION.cues)
    assert "is planned -100 ms off the second" in problems(tmp_path, pcm_of(), replace(SESSION, cues=cues))


@pytest.fixture
def no_decoder(monkeypatch):
    """What is wrong before the first sound is told without decoding, which would complain by itself."""

    def forbidden(path):
        raise AssertionError("decoded")

    monkeypatch.setattr("coach.audio.verify.decoded", forbidden)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda whole: whole[: -192 * 40], "it ends at 0:47.040 of 0:48.000: 0:00.960 are missing"),
        (lambda whole: whole[:-50], "it ends at 0:47.976 of 0:48.000: 0:00.024 are missing"),
        (lambda whole: whole + whole[-192:], "it goes on after its end at 0:48.000"),
        (lambda whole: whole + b"TAG" + bytes(125), "something that is no MP3 frame follows its end"),
        (lambda whole: whole[: -192 * 1000] + b"\0" + whole[-192 * 1000 + 1 :], "damaged at 0:24.000 of 0:48.000"),
        (lambda whole: whole[: -192 * 1000] + whole[-192 * 1000 + 7 :], "damaged at 0:24.000 of 0:48.000"),
    ],
    ids=["cut", "cut in a frame", "longer", "a foreign end", "a wrong header", "bytes lost"],
)
def test_damaged_and_cut_files_are_one_problem_that_says_where(tmp_path, no_decoder, spoil, said):
    path = file_of(tmp_path, pcm_of())
    path.write_bytes(spoil(path.read_bytes()))
    (problem,) = verify(path).problems
    assert said in problem


def test_a_plan_much_longer_than_the_sound_is_not_listened_for(tmp_path, no_decoder):
    path = file_of(tmp_path, frames=mp3.silence_frame(STANDARD) * 50, timeline=timelines.bare(12 * 3_600_000, []))
    (problem,) = verify(path).problems
    assert problem.startswith("it ends at 0:01.200 of 12:00:00.000: 11:59:58.800 are missing")


def test_texts_of_a_foreign_file_reach_no_terminal_as_they_are(tmp_path):
    evil = "\x1b[31mred\x1b]0;title\x07\r\n\u202eover" + "x" * 5000
    shown = "\ufffd[31mred\ufffd]0;title\ufffd\ufffd\ufffd\ufffdover"
    cues = [timelines.Clip("speech", timelines.Utterance(evil), 1200, 2400)]
    report = verify(file_of(tmp_path, pcm_of(timelines.bare(4800, []), bed=False), timelines.bare(4800, cues)))
    assert report.problems
    assert shown in report.problems[0]
    assert all(problem.isprintable() and len(problem) < 300 for problem in report.problems)
    title = replace(SESSION, title=evil)
    for frames in (None, b"\0" * 192 + mp3.silence_frame(STANDARD)):
        with suppress(UnreadableFile):
            found = verify(file_of(tmp_path, pcm_of(), title, frames=frames)).title
            assert found.startswith(shown)
            assert len(found) <= 200
    counts = tuple(replace(cue, text=f"\x1b{cue.text}") for cue in SESSION.cues)
    report = verify(file_of(tmp_path, pcm_of(), replace(SESSION, cues=counts)))
    assert [count.text for count in report.counts] == ["\ufffdThree", "\ufffdTwo", "\ufffdOne"] * 2


def test_files_that_are_no_sessions_are_refused(tmp_path):
    path = tmp_path / "x.mp3"
    path.write_bytes(b"hello")
    with pytest.raises(UnreadableFile):
        verify(path)
    path.write_bytes(id3_tag(SESSION, **NAMES))
    with pytest.raises(UnreadableFile, match="decoded"):
        verify(path)
    path.write_bytes(id3_tag(SESSION, **NAMES) + b"no frames at all" * 100)
    with pytest.raises(UnreadableFile, match="decoded"):
        verify(path)


def test_short_and_wordless_sessions_are_judged_without_loudness(tmp_path):
    short = timelines.bare(984, [timelines.spoken(240, "Hi")])
    report = verify(file_of(tmp_path, pcm_of(short), short))
    assert report.problems == ()
    tiny = timelines.bare(240, [timelines.tone(96, "tick")])
    report = verify(file_of(tmp_path, pcm_of(tiny), tiny))
    assert (report.problems, report.loudness_lufs, report.loudness_slack_lu) == ((), None, None)
    tones = timelines.bare(12_000, [timelines.tone(2000, "start"), timelines.tone(8000, "end")])
    assert verify(file_of(tmp_path, pcm_of(tones), tones)).problems == ()
    nothing = timelines.bare(4800, [])
    report = verify(file_of(tmp_path, pcm_of(nothing, bed=False), nothing))
    assert (report.problems, report.true_peak_db, report.takes) == ((), None, ())


# --- the meter --------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [1000, 4801, 48_000])
def test_meter_agrees_with_the_measures_of_the_whole(block):
    rate_hz = 24_000
    sound = pcm_of().astype(np.float32) / 32768
    meter = Meter(rate_hz)
    for at in range(0, len(sound), block):
        meter.add(sound[at : at + block])
    whole = sound[: len(sound) // 2400 * 2400].astype(float)
    assert meter.loudness_lufs() == pytest.approx(pyloudnorm.Meter(rate_hz).integrated_loudness(whole), abs=0.02)
    assert meter.samples == len(sound)


@pytest.mark.parametrize("block", [700, 48_000])
def test_true_peak_between_samples_is_seen_in_any_block(block):
    rate_hz = 24_000
    t = np.arange(rate_hz * 2)
    sound = (0.8 * np.sin(2 * np.pi * t / 4 + np.pi / 4) * np.hanning(len(t))).astype(np.float32)
    meter = Meter(rate_hz)
    for at in range(0, len(sound), block):
        meter.add(sound[at : at + block])
    planned_db = 20 * np.log10(np.abs(soxr.resample(sound, rate_hz, 4 * rate_hz)).max())
    assert meter.true_peak_db() == pytest.approx(planned_db, abs=0.02)
    assert meter.true_peak_db() > 20 * np.log10(np.abs(sound).max()) + 2.5


@pytest.mark.parametrize("at", [4799, 4800, 4801, 23_990])
def test_true_peak_at_the_border_of_blocks_and_at_the_end_is_seen(at):
    rate_hz = 24_000
    t = np.arange(-200, 200)
    sound = np.zeros(rate_hz, np.float32)
    burst = 0.8 * np.sin(2 * np.pi * t / 4 + np.pi / 4) * np.hanning(400)
    sound[at - 200 : at + 200] = burst[: len(sound[at - 200 : at + 200])]
    meter = Meter(rate_hz)
    for begin in range(0, len(sound), 4800):
        meter.add(sound[begin : begin + 4800])
    assert meter.true_peak_db() > 20 * np.log10(np.abs(sound).max()) + 2.5


def test_blocks_are_the_whole_decode(tmp_path):
    import soundfile

    path = file_of(tmp_path, pcm_of(sound=timelines.buzz_pcm))
    _, blocks = decoded(path)
    assert np.array_equal(np.concatenate(list(blocks)), soundfile.read(path, dtype="float32")[0])
