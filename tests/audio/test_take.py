from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.audio.mp3 import HIGH, STANDARD
from coach.audio.take import assemble, encoder_version, take_key
from coach.errors import EncoderFailed
from coach.script.model import Utterance
from coach.script.timeline import Take
from tests.audio import timelines

ROOT = Path(__file__).parents[2]
CLIPS = [timelines.tone(1000, "pre"), timelines.spoken(1301, "Stand tall"), timelines.tone(1301, "tick")]
TAKE = next(timelines.bare(4800, CLIPS).takes())


def digest(sound) -> str:
    return sound.text if isinstance(sound, Utterance) else sound


@given(starts=st.lists(st.integers(0, 900), min_size=1, max_size=5), rate_hz=st.sampled_from([24_000, 48_000]))
def test_take_is_exactly_as_long_as_its_slot_and_holds_the_sum_of_its_clips(starts, rate_hz):
    clips = [timelines.tone(2000 + start, "tick") for start in sorted(starts)]
    clips = [replace(clip, gain_db=0.0) for clip in clips]
    take = Take(1992, 24 * 131, tuple(clips))
    sound = assemble(take, lambda s: timelines.sound_pcm(s, rate_hz), rate_hz)
    expected = np.zeros((take.end_ms - take.start_ms) * rate_hz // 1000, int)
    for clip in clips:
        pcm = np.frombuffer(timelines.sound_pcm(clip.sound, rate_hz), "<i2")
        at = (clip.start_ms - take.start_ms) * rate_hz // 1000
        expected[at : at + len(pcm)] += pcm
    assert np.array_equal(np.frombuffer(sound.raw_data, "<i2"), expected.clip(-32768, 32767))


def test_gain_is_applied_and_overload_saturates():
    loud = b"\x00\x70" * 2400
    clip = replace(timelines.tone(0, "tick"), end_ms=100)
    take = Take(0, 120, (clip, clip))
    assert max(assemble(take, lambda _: loud, 24_000).get_array_of_samples()) == 32767
    softer = Take(0, 120, (replace(clip, gain_db=-6.0),))
    heard = max(assemble(softer, lambda _: loud, 24_000).get_array_of_samples())
    assert heard == pytest.approx(0x7000 * 10 ** (-6 / 20), abs=2)


def test_sound_of_another_length_than_planned_is_refused():
    with pytest.raises(EncoderFailed, match="300 ms at 1000 ms is 299 ms"):
        assemble(TAKE, lambda s: timelines.sound_pcm(s)[:-48], 24_000)


def test_key_changes_with_everything_that_changes_the_frames():
    first, second, third = TAKE.clips
    base = take_key(TAKE, digest, STANDARD)
    others = [
        take_key(replace(TAKE, clips=(first, replace(second, gain_db=-3.0), third)), digest, STANDARD),
        take_key(replace(TAKE, clips=(first, replace(second, start_ms=second.start_ms + 1), third)), digest, STANDARD),
        take_key(replace(TAKE, clips=(first, second)), digest, STANDARD),
        take_key(replace(TAKE, end_ms=TAKE.end_ms + 24), digest, STANDARD),
        take_key(TAKE, lambda s: digest(s) + "2", STANDARD),
        take_key(TAKE, digest, HIGH),
        take_key(TAKE, digest, replace(STANDARD, kbps=96)),
        take_key(TAKE, digest, STANDARD, encoder="lameenc-0.0.1"),
    ]
    assert len({base, *others}) == 1 + len(others)
    assert len(base) == 64


@given(st.integers(0, 10_000))
def test_key_is_the_same_anywhere_in_a_session(frames):
    moved = Take(
        TAKE.start_ms + 24 * frames,
        TAKE.end_ms + 24 * frames,
        tuple(replace(c, start_ms=c.start_ms + 24 * frames, end_ms=c.end_ms + 24 * frames) for c in TAKE.clips),
    )
    assert take_key(moved, digest, STANDARD, encoder="x") == take_key(TAKE, digest, STANDARD, encoder="x")


def test_encoder_version_is_the_installed_one(monkeypatch):
    from importlib.metadata import version

    assert encoder_version() == f"lameenc-{version('lameenc')}"
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(EncoderFailed, match="not installed"):
        encoder_version()


def test_pydub_is_silent_with_an_empty_path():
    code = "from coach.audio.take import segment_of; print(len(segment_of(bytes(4800), 24000)))"
    command = [sys.executable, "-W", "always", "-c", code]
    bare = {"PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=bare)
    assert done.stdout.strip() == "100"
    assert done.stderr == ""
