"""Other decoders than ours hear the same session at the same places, without one complaint."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

from coach.audio import mp3
from coach.audio.mp3 import HIGH, STANDARD
from coach.audio.take import segment_of
from tests.audio import timelines
from tests.audio.test_mp3 import SESSION, gain_and_snr_db, in_one_pass, lag_samples, reference, spliced

COMMANDS = {
    "ffmpeg": ["ffmpeg", "-v", "warning", "-f", "mp3", "-i", "FILE", "-f", "s16le", "-"],
    "mpg123": ["mpg123", "-q", "--no-gapless", "-e", "s16", "-s", "FILE"],
    "madplay": ["madplay", "-q", "-b", "16", "-d", "-o", "raw:-", "FILE"],
}
pytestmark = pytest.mark.decoders


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("profile", [STANDARD, HIGH], ids=["24k", "48k"])
@pytest.mark.parametrize("way", ["splice", "one pass"])
def test_decoder_hears_the_session_in_its_place(tmp_path, name, profile, way):
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    path = tmp_path / "session.mp3"
    bed = mp3.bed_frames(profile)
    if way == "splice":
        frames = spliced(SESSION, profile, bed, timelines.buzz_pcm)
    else:
        frames = in_one_pass(SESSION, profile, mp3.bed_pcm(profile.rate_hz), timelines.buzz_pcm)
    path.write_bytes(frames)
    done = subprocess.run(
        [str(path) if part == "FILE" else part for part in COMMANDS[name]], capture_output=True, check=True
    )
    complaints = [line for line in done.stderr.decode().splitlines() if "Estimating duration" not in line]
    assert complaints == []
    heard = np.frombuffer(done.stdout, "<i2") / 32768
    planned = reference(SESSION, profile, mp3.bed_pcm(profile.rate_hz), timelines.buzz_pcm)
    # some decoders hold back their last frame
    assert 0 <= len(planned) - len(heard) <= profile.frame_samples
    heard = np.pad(heard, (0, len(planned) - len(heard)))
    early = lag_samples(heard, planned)
    assert early == (-47 if way == "splice" else 0)
    _, snr_db = gain_and_snr_db(np.roll(heard, -early), planned)
    assert snr_db > 15


@pytest.mark.skipif(not shutil.which("madplay"), reason="madplay is not installed")
def test_libmad_hears_what_the_rules_prevent(tmp_path):
    """Frames cut from the middle of a stream come out of libmad as a full-scale crack. So the test above can fail."""
    noise = np.random.RandomState(1).randint(-12000, 12000, 576 * 40).astype("<i2")
    noise[: 576 * 10] //= 400
    frames = mp3.encode_take(segment_of(noise.tobytes(), 24_000), STANDARD)
    begin = next(i for i in range(11, 20) if frames[i * 192 + 4])
    clipped = []
    for part in (frames, frames[begin * 192 :]):
        path = tmp_path / "cut.mp3"
        path.write_bytes(mp3.silence_frame(STANDARD) * 20 + part)
        done = subprocess.run(["madplay", "-b", "16", "-o", "raw:-", str(path)], capture_output=True, check=False)
        clipped.append(b" 0 clipped" not in done.stderr)
    assert clipped == [False, True]
