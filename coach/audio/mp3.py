"""MP3 frames: encoding takes, silence by hand, joining frames into a session, and checking them.

Rules that make joining legal, each proven in the tests by breaking it. Frames of one run come from one fresh
encoder and are cut only at the end: later frames lean on earlier ones (the bit reservoir), the first leans on
nothing. Silence is written by hand, so it never leans on anything. The decoder hands out sound `delay_samples`
late, so a take's frames begin `lead_frames` before its place. No tags here; knows no engine and no store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.audio.tones import BED_QUIET_MS, BED_RUN_MS, bed_pcm
from coach.errors import EncoderFailed
from coach.script.timeline import Take, Timeline
from coach.units import GRID_MS

if TYPE_CHECKING:
    from pydub import AudioSegment

_QUALITY = 3  # of LAME: 2 is slower by a factor of three without a better signal-to-noise ratio
_MPEG1_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RUN_FRAMES = BED_RUN_MS // GRID_MS


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to encode, constant bit rate and mono, one frame every 24 ms."""

    rate_hz: int
    kbps: int
    frame_bytes: int
    frame_samples: int
    delay_samples: int
    """Encoder and decoder together: decoded sound is this much late."""
    lead_frames: int
    """Frames of a take before its place; the remainder of the delay is -47 samples: 2 ms (1 ms at 48 kHz) early."""
    tail_frames: int
    """Frames of a take after its end: none, the lead already covers the delay."""
    gain: float
    """What PCM is multiplied by before the encoder, which scales by 0.95 on its own."""

    def parts(self) -> list[int | float]:
        """Return what changes the frames, for a cache key."""
        return [
            self.rate_hz, self.kbps, self.frame_bytes, self.frame_samples, self.delay_samples, self.lead_frames,
            self.tail_frames, self.gain, _QUALITY,
        ]  # fmt: skip


STANDARD = Profile(24_000, 64, 192, 576, 1105, 2, 0, 1 / 0.95)
"""24 kHz, 64 kbit/s: MPEG-2 layer III."""

HIGH = Profile(48_000, 96, 288, 1152, 1105, 1, 0, 1 / 0.95)
"""48 kHz, 96 kbit/s: MPEG-1 layer III. The delay is 1105 samples here too: less than one frame."""


# --- frames -----------------------------------------------------------------------------------


def silence_frame(profile: Profile) -> bytes:
    """Return one frame of digital silence: the header, side information of zeros, nothing else."""
    return _header(profile).ljust(profile.frame_bytes, b"\0")


def encode_take(segment: AudioSegment, profile: Profile) -> bytes:
    """Return the frames of one take from a fresh encoder: ceil(samples / frame_samples) + lead + tail of them.

    `segment` is mono int16 at the profile's rate. Raises EncoderFailed when the encoder does not keep the rules.
    """
    if (segment.frame_rate, segment.channels, segment.sample_width) != (profile.rate_hz, 1, 2):
        raise EncoderFailed(f"the sound is not mono 16 bit at {profile.rate_hz} Hz")
    encoder = _encoder(profile)
    frames = bytes(encoder.encode(_louder(segment.raw_data, profile)) + encoder.flush())
    count = -(-len(segment.raw_data) // (2 * profile.frame_samples)) + profile.lead_frames + profile.tail_frames
    if check_frames(frames, profile) != count:
        raise EncoderFailed(f"the encoder made {len(frames) // profile.frame_bytes} frames, not {count}")
    if frames and _leans_back(frames, profile):
        raise EncoderFailed("the encoder began a run with a frame that needs an earlier one")
    return frames


def bed_frames(profile: Profile) -> bytes:
    """Return one run of the comfort bed: 250 frames (6 s), the first 48 ms of it without sound."""
    from coach.audio.take import segment_of

    frames = encode_take(segment_of(bed_pcm(profile.rate_hz), profile.rate_hz), profile)
    return silence_frame(profile) * (BED_QUIET_MS // GRID_MS - profile.lead_frames) + frames


def check_frames(data: bytes | bytearray, profile: Profile) -> int:
    """Return how many frames `data` (no tag) holds. Raises EncoderFailed unless it is whole frames of this profile."""
    count, rest = divmod(len(data), profile.frame_bytes)
    if rest:
        raise EncoderFailed(f"{rest} bytes are left over after {count} frames")
    for place, byte in enumerate(_header(profile)):
        if data[place :: profile.frame_bytes].count(byte) != count:
            raise EncoderFailed(f"a frame's header is wrong in byte {place}")
    return count


def check_session(path: Path, tag: bytes, profile: Profile, length_ms: int) -> None:
    """Raise EncoderFailed unless a written file is this tag and exactly `length_ms` of whole frames; OSError too."""
    count = 0
    with path.open("rb") as file:
        if file.read(len(tag)) != tag:
            raise EncoderFailed("what was written does not begin with its tag")
        buffer = bytearray(_RUN_FRAMES * profile.frame_bytes)
        while filled := file.readinto(buffer):
            count += check_frames(buffer if filled == len(buffer) else buffer[:filled], profile)
    if count != length_ms // GRID_MS:
        raise EncoderFailed(f"{count} frames were written, planned are {length_ms // GRID_MS}")


# --- ways out ---------------------------------------------------------------------------------


def splice(
    timeline: Timeline, frames_of: Callable[[Take], bytes], profile: Profile, bed_frames: bytes | None
) -> Iterator[bytes]:
    """Yield the session's frames in chunks, exactly `length_ms / 24` of them: takes, and the bed or silence between.

    `frames_of` gives a take's frames as `encode_take` makes them; `bed_frames` is one run of the bed, or None for
    digital silence. Raises EncoderFailed when a take does not fit its place.
    """
    total = timeline.length_ms // GRID_MS
    quiet = BED_QUIET_MS // GRID_MS
    size = profile.frame_bytes
    silence = silence_frame(profile)
    still = silence * _RUN_FRAMES
    run = still if bed_frames is None else bed_frames
    if len(run) != _RUN_FRAMES * size:
        raise EncoderFailed(f"a run of the bed is {len(run) // size} frames, not {_RUN_FRAMES}")
    place = 0
    for take in timeline.takes():
        start, end = take.start_ms // GRID_MS, take.end_ms // GRID_MS
        if start - quiet < place or end > total:
            raise EncoderFailed(f"the take at {take.start_ms} ms has no room for its frames")
        frames = frames_of(take)
        if len(frames) != (end - start + profile.lead_frames + profile.tail_frames) * size:
            raise EncoderFailed(f"the take at {take.start_ms} ms has {len(frames) // size} frames")
        yield from _filled(start - quiet - place, run, size)
        if quiet > profile.lead_frames:
            yield silence * (quiet - profile.lead_frames)
        yield frames
        place = end
    yield from _filled(total - place, run, size)


def encode(windows: Iterable[AudioSegment], profile: Profile, length_ms: int) -> Iterator[bytes]:
    """Yield the frames of a session from its windows in one pass, exactly `length_ms / 24` of them.

    The first 1105 samples are dropped (a session opens with more silence than that), so that the decoded
    sound sits where `splice` puts it. Raises EncoderFailed when the windows end early.
    """
    left = length_ms // GRID_MS * profile.frame_bytes
    drop = 2 * profile.delay_samples
    encoder = _encoder(profile)
    for window in windows:
        pcm = window.raw_data
        if drop:
            cut = min(drop, len(pcm))
            pcm, drop = pcm[cut:], drop - cut
        if pcm and left:
            frames = bytes(encoder.encode(_louder(pcm, profile)))[:left]
            left -= len(frames)
            if frames:
                yield frames
    if left:
        frames = bytes(encoder.flush())[:left]
        left -= len(frames)
        yield frames
    if left:
        raise EncoderFailed(f"the sound ended {left // profile.frame_bytes * GRID_MS} ms early")


# --- inside -----------------------------------------------------------------------------------


def _header(profile: Profile) -> bytes:
    """Four bytes: sync, version, layer III without CRC; bit rate and sample rate; mono, original."""
    if profile.rate_hz == 48_000:
        return bytes((0xFF, 0xFB, _MPEG1_KBPS.index(profile.kbps) << 4 | 0b0100, 0xC4))
    return bytes((0xFF, 0xF3, _MPEG2_KBPS.index(profile.kbps) << 4 | 0b0100, 0xC4))


def _leans_back(frames: bytes, profile: Profile) -> bool:
    """Whether the first frame's main data begins in an earlier one: 9 bits at 48 kHz, 8 at 24 kHz."""
    return frames[4] != 0 or (profile.rate_hz == 48_000 and frames[5] & 0x80 != 0)


def _filled(count: int, run: bytes, size: int) -> Iterator[bytes]:
    """Yield `count` frames of the run over and over; a run is cut only at its end."""
    while count > 0:
        part = min(count, _RUN_FRAMES)
        yield run[: part * size]
        count -= part


def _encoder(profile: Profile) -> Any:  # noqa: ANN401 - lameenc has no types
    import lameenc

    encoder = lameenc.Encoder()
    encoder.set_bit_rate(profile.kbps)
    encoder.set_in_sample_rate(profile.rate_hz)
    encoder.set_out_sample_rate(profile.rate_hz)
    encoder.set_channels(1)
    encoder.set_quality(_QUALITY)
    encoder.silence()
    return encoder


def _louder(pcm: bytes, profile: Profile) -> bytes:
    """The PCM times the profile's gain; what would overflow stays at full scale."""
    import numpy as np

    scaled = np.frombuffer(pcm, "<i2") * profile.gain
    return bytes(np.rint(scaled).clip(-32768, 32767).astype("<i2").tobytes())
