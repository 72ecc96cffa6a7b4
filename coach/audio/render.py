"""From a Timeline to sound: one Desk gives the MP3 (spliced or encoded) and the windows, all from the same takes.

Asks for each spoken sound through callables, so it knows no engine. What it makes it keeps in the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coach.audio import mix, mp3
from coach.audio.cover import COVER_VERSION
from coach.audio.mp3 import Profile
from coach.audio.store import Store
from coach.audio.tags import id3_tag
from coach.audio.take import assemble, encoder_version, take_key
from coach.audio.tones import TONES_VERSION, bed_pcm, tone_digest, tone_pcm
from coach.script.model import Utterance
from coach.script.timeline import Sound, Take, Timeline
from coach.units import format_clock

if TYPE_CHECKING:
    from pydub import AudioSegment


@dataclass
class Desk:
    """What is needed to turn takes into sound for one profile."""

    store: Store
    profile: Profile
    spoken_pcm: Callable[[Utterance], bytes]
    """Mono int16 of an utterance, verified."""
    spoken_digest: Callable[[Utterance], str]
    """SHA-256 of that sound; reads no sound."""
    _tones: dict[str, bytes] = field(default_factory=dict)
    _encoder: str = ""

    def pcm(self, sound: Sound) -> bytes:
        """Return a sound of a clip: mono int16 little-endian at the profile's rate."""
        if isinstance(sound, Utterance):
            return self.spoken_pcm(sound)
        if sound not in self._tones:
            self._tones[sound] = tone_pcm(sound, self.profile.rate_hz)
        return self._tones[sound]

    def take(self, take: Take) -> AudioSegment:
        """Return the sound of one take."""
        return assemble(take, self.pcm, self.profile.rate_hz)

    def frames(self, take: Take) -> bytes:
        """Return the encoded frames of one take, from the store when they are there and whole."""
        self._encoder = self._encoder or encoder_version()
        key = take_key(take, self._digest, self.profile, encoder=self._encoder)
        found = self.store.blob(key)
        if found is None:
            found = mp3.encode_take(self.take(take), self.profile)
            self.store.put_blob(key, found)
        return found

    def splice(self, timeline: Timeline) -> Iterator[bytes]:
        """Yield the session's MP3 frames, joined from those of its takes."""
        bed = self._bed_frames() if timeline.bed == "comfort" else None
        return mp3.splice(timeline, self.frames, self.profile, bed)

    def windows(self, timeline: Timeline, start_ms: int = 0, size_ms: int = 200) -> Iterator[AudioSegment]:
        """Yield the session's sound from `start_ms` in segments of `size_ms`."""
        rate_hz = self.profile.rate_hz
        bed = bed_pcm(rate_hz) if timeline.bed == "comfort" else None
        return mix.windows(timeline, self.take, rate_hz=rate_hz, bed=bed, start_ms=start_ms, size_ms=size_ms)

    def encode(self, timeline: Timeline) -> Iterator[bytes]:
        """Yield the session's MP3 frames, encoded in one pass from its windows: slower, for comparison and music."""
        return mp3.encode(self.windows(timeline), self.profile, timeline.length_ms)

    def tag(self, timeline: Timeline, *, artist: str, album: str, genre: str, read_first: str) -> bytes:
        """Return the ID3 tag of the session's file; `artist` speaks, `read_first` opens comment and lyrics."""
        return id3_tag(
            timeline,
            artist=artist,
            album=album,
            genre=genre,
            comment=read_first,
            lyrics_head=read_first,
            cover=self._cover(timeline),
        )

    def _digest(self, sound: Sound) -> str:
        if isinstance(sound, Utterance):
            return self.spoken_digest(sound)
        return tone_digest(sound, self.profile.rate_hz)

    def _cover(self, timeline: Timeline) -> bytes:
        subtitle = format_clock(timeline.length_ms)

        def drawn() -> bytes:
            from coach.audio.cover import cover_jpeg

            return cover_jpeg(timeline.title, subtitle)

        return self._kept(f"cover:{COVER_VERSION}:{subtitle}:{timeline.title}", drawn)

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return what the store holds under this name, made and stored if it is not there."""
        key = hashlib.sha256(name.encode()).hexdigest()
        found = self.store.blob(key)
        if found is None:
            found = make()
            self.store.put_blob(key, found)
        return found

    def _bed_frames(self) -> bytes:
        name = f"bed:{TONES_VERSION}:{encoder_version()}:{self.profile.rate_hz}:{self.profile.kbps}"
        return self._kept(name, lambda: mp3.bed_frames(self.profile))
