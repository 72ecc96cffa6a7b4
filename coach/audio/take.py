"""One take: its clips put together by pydub, and the key under which its encoded frames are kept.

pydub only ever holds one take, seconds long; growing a whole session with it is quadratic. Importing this
module loads nothing heavy, so the warm path can ask for keys.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from coach.errors import EncoderFailed
from coach.script.timeline import Sound, Take

if TYPE_CHECKING:
    from pydub import AudioSegment

    from coach.audio.mp3 import Profile

TAKE_VERSION = "1"
"""Changes whenever the same clips would be put together or encoded differently."""


def segment_of(pcm: bytes, rate_hz: int) -> AudioSegment:
    """Return mono int16 little-endian PCM as a pydub segment at `rate_hz`."""
    import warnings

    with warnings.catch_warnings():
        # pydub warns at import about an absent ffmpeg (never used here) and, on 3.12, about audioop.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    return AudioSegment(data=pcm, sample_width=2, frame_rate=rate_hz, channels=1)


def assemble(take: Take, pcm_of: Callable[[Sound], bytes], rate_hz: int) -> AudioSegment:
    """Return the sound of the take, exactly `end_ms - start_ms` long, mono int16 at `rate_hz`.

    `pcm_of` gives a sound as mono int16 little-endian, as long as its clip. Raises EncoderFailed when it is not.
    """
    whole = segment_of(bytes(2 * _samples(take.end_ms - take.start_ms, rate_hz)), rate_hz)
    for clip in take.clips:
        pcm = pcm_of(clip.sound)
        if len(pcm) != 2 * _samples(clip.end_ms - clip.start_ms, rate_hz):
            raise EncoderFailed(
                f"a sound planned for {clip.end_ms - clip.start_ms} ms at {clip.start_ms} ms is "
                f"{1000 * len(pcm) / (2 * rate_hz):g} ms long",
                hint="`coach cache verify` finds damaged sounds",
            )
        sound = segment_of(pcm, rate_hz)
        if clip.gain_db:
            sound = sound.apply_gain(clip.gain_db)
        whole = whole.overlay(sound, position=clip.start_ms - take.start_ms)
    return whole


def take_key(take: Take, digest_of: Callable[[Sound], str], profile: Profile, *, encoder: str | None = None) -> str:
    """Return the cache key of the take's frames: the SHA-256 (hex) of everything that changes them.

    Places count from the take's start, so the same words later in a session are the same key. `digest_of`
    stands for a sound's content. `encoder` is `encoder_version()`, looked up when not given.
    """
    made = {
        "version": TAKE_VERSION,
        "encoder": encoder_version() if encoder is None else encoder,
        "profile": profile.parts(),
        "length_ms": take.end_ms - take.start_ms,
        "clips": [
            [digest_of(clip.sound), clip.start_ms - take.start_ms, clip.end_ms - clip.start_ms, clip.gain_db]
            for clip in take.clips
        ],
    }
    return hashlib.sha256(json.dumps(made, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def encoder_version() -> str:
    """Return the installed encoder's version, such as "lameenc-1.8.1". Raises EncoderFailed when there is none.

    Read from the name of its metadata folder: importlib.metadata costs more than a warm export has.
    """
    for folder in sys.path:
        try:
            names = os.listdir(folder or os.curdir)  # noqa: PTH208 - pathlib is slower, this runs at every export
        except OSError:
            continue
        for name in sorted(names):
            stem, _, ending = name.rpartition(".")
            if ending in ("dist-info", "egg-info") and stem.lower().startswith("lameenc-"):
                return stem.lower()
    raise EncoderFailed("the MP3 encoder lameenc is not installed", hint="pip install lameenc")


def _samples(ms: int, rate_hz: int) -> int:
    return ms * rate_hz // 1000
