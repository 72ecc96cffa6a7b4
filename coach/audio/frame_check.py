"""Is every MP3 frame there that the Timeline asks for, and nothing else?

Reads headers only: the part of `verify` that neither listens nor decodes.
"""

from __future__ import annotations

from pathlib import Path

from coach.audio.mp3 import HIGH, STANDARD, Profile, check_frames, silence_frame
from coach.audio.tag_check import clock
from coach.audio.tags import audio_start
from coach.errors import EncoderFailed, UnreadableFile
from coach.script.timeline import Timeline
from coach.units import GRID_MS


def right_frames(path: Path, timeline: Timeline) -> tuple[int, str]:
    """Return how many frames are right from the first on, and what is wrong with the rest; empty: nothing.

    Raises UnreadableFile when the file cannot be read, or has no frame of ours.
    """
    planned, count, damage = timeline.length_ms // GRID_MS, 0, ""
    try:
        with Path(path).open("rb") as file:
            file.seek(audio_start(file.read(10)))
            chunk = file.read(HIGH.frame_bytes * STANDARD.frame_bytes)
            profile = HIGH if chunk[1:2] == b"\xfb" else STANDARD
            size = profile.frame_bytes
            while chunk and not damage:
                try:
                    count += check_frames(chunk, profile)
                except EncoderFailed:
                    right = _whole_frames(chunk, profile)
                    count, rest = count + right, len(chunk) - right * size
                    damage = "cut" if rest < size else "damaged"
                chunk = file.read(size * 1024)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or "cannot be read") from error
    if not count and planned:
        raise UnreadableFile(path, "cannot be decoded: no MP3 frame of coach follows the tag")
    whole = clock(planned * GRID_MS)
    if damage == "damaged" and count < planned:
        return count, f"the MP3 is damaged at {clock(count * GRID_MS)} of {whole}"
    if count < planned:
        missing = clock((planned - count) * GRID_MS)
        return count, f"it ends at {clock(count * GRID_MS)} of {whole}: {missing} are missing"
    if count > planned:
        return count, f"it goes on after its end at {whole}"
    return count, "something that is no MP3 frame follows its end" if damage else ""


def _whole_frames(chunk: bytes, profile: Profile) -> int:
    """Return how many whole frames of the profile `chunk` begins with."""
    header, size = silence_frame(profile)[:4], profile.frame_bytes
    count = 0
    while len(chunk) >= (count + 1) * size and chunk.startswith(header, count * size):
        count += 1
    return count
