"""The voice for tests: a tone as long as the words would take. Also the template of an engine: copy this file.

What an engine needs: a class that meets `Engine` of base.py, `open` and `list` of the module, and a line
under the entry point group `coach.engines`. It gets text and gives raw sound; trimming, loudness, storing
and everything about files is done elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coach.errors import SpeechFailed, UnknownName
from coach.script.model import Utterance
from coach.voice.base import VOICES_HINT, Engine, Pcm, VoiceInfo
from coach.voice.lexicon import Lexicons

NAME = "null"
VOICE = "tone"
RATE_HZ = 24_000
WORDS_PER_S = 2.3
VERSION = "1"
"""Part of every cache key: count up when the same text gives another sound."""


class NullEngine:
    """A steady tone of words / 2.3 seconds; its pitch comes from the text, so two texts sound different."""

    name = NAME
    voice = VOICE
    workers = 4  # speaking touches nothing shared

    def __init__(self) -> None:
        """Open; nothing to load."""
        self._lexicons = Lexicons("respelling")

    def identity(self) -> Mapping[str, str]:
        """Return all that changes the sound besides the utterance."""
        return {"engine": NAME, "version": VERSION, "voice": VOICE}

    def label(self, language: str) -> str:
        """Return the voice's name for people, whatever the language."""
        return "Tones (null)"

    def spoken(self, utterance: Utterance) -> str:
        """Return the text after the lexicon."""
        return self._lexicons.apply(utterance.text, utterance.language)

    def speak(self, utterance: Utterance) -> Pcm:
        """Return the tone. Raises SpeechFailed when there is no word in the text."""
        import zlib

        import numpy

        text = self.spoken(utterance)
        words = len(text.split())
        if not words:
            raise SpeechFailed(NAME, utterance.text, "there is nothing to say")
        count = round(words / WORDS_PER_S * RATE_HZ)
        pitch_hz = 220.0 * 2.0 ** (zlib.crc32(text.encode()) % 12 / 12)
        phase = numpy.arange(count, dtype=numpy.float64) * (2.0 * numpy.pi * pitch_hz / RATE_HZ)
        return Pcm(RATE_HZ, (0.2 * numpy.sin(phase)).astype(numpy.float32))

    def close(self) -> None:
        """Nothing is held."""


def open(voice: str | None) -> Engine:
    """Return the engine; "tone" is its only voice. Raises UnknownName for another."""
    if voice not in (None, VOICE):
        raise UnknownName("voice", f"{NAME}:{voice}", [f"{NAME}:{VOICE}"], hint=VOICES_HINT)
    return NullEngine()


def list() -> Sequence[VoiceInfo]:
    """Return the one voice."""
    return (VoiceInfo(NAME, VOICE, "en", "GPL-3.0-or-later", False, True, "tones in place of words, for tests"),)
