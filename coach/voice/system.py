"""The voice of the computer through pyttsx3: SAPI5, AVSpeech or NSSpeech, eSpeak NG. The floor that always speaks.

pyttsx3 is never imported here: each cue has a process of its own (system_worker.py) with a time limit, and
what it leaves is checked before it is believed. A cue that fails is tried once more. Two eSpeak libraries
never meet: Piper's is in this process, this one's in the other.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from coach.errors import EngineMissing, SpeechFailed, UnknownName
from coach.script.model import Utterance
from coach.voice.base import VOICES_HINT, Engine, Pcm, VoiceInfo
from coach.voice.installed import package_folder, package_version
from coach.voice.lexicon import Lexicons

if TYPE_CHECKING:
    from coach.voice.system_voices import SystemVoice, SystemVoices

NAME = "system"
DEFAULT = "default"
"""The name of "whatever this computer speaks the language with"."""

WORDS_PER_MINUTE: Mapping[str, int] = {"setup": 150, "hold": 125, "count": 150}
"""Pace to the rate asked of the driver; drivers understand it as words a minute, roughly."""

SETTINGS_VERSION = "1"
"""Part of every cache key: count up when anything here or in the worker changes the sound."""

LIMIT_S = 30.0
"""Time for one cue: starting the driver and at most a thousand characters, which takes under a second."""
WORDS_PER_S = 2.3
QUIETEST_RMS = 1e-3


class SystemEngine:
    """One voice of the computer. A process is started for each `speak`, and one to ask which voices there are."""

    name = NAME

    def __init__(self, voice: str | None, *, limit_s: float = LIMIT_S) -> None:
        """Keep the voice's name or id (None: the default); which one it is is asked when it is first needed."""
        self.voice = voice or DEFAULT
        self.workers = max(1, os.cpu_count() or 1)  # processes, each the only owner of its driver
        self._asked = voice
        self._limit_s = limit_s
        self._lexicons = Lexicons("respelling")
        self._found: SystemVoices | None = None
        self._looking = threading.Lock()

    def identity(self) -> Mapping[str, str]:
        """Return versions, the platform, settings and the voice that really speaks, however it was asked for.

        The default is a setting of the computer that its owner may change. Raises UnknownName or EngineMissing.
        """
        voice = self._voice("") if self._asked else None
        rates = ",".join(f"{pace}={rate}" for pace, rate in WORDS_PER_MINUTE.items())
        return {
            "engine": NAME,
            "pyttsx3_version": package_version("pyttsx3", "pyttsx3") or "none",
            "driver": _driver(),
            "voice": voice.id if voice else self._voices().default_identity(),
            "settings": f"{SETTINGS_VERSION};{rates}",
        }

    def label(self, language: str) -> str:
        """Return the name that the computer gives the voice. Raises UnknownName or EngineMissing."""
        voice = self._voice(language)
        return voice.name if voice else "System voice"

    def spoken(self, utterance: Utterance) -> str:
        """Return the text with the words of the lexicon respelled."""
        return self._lexicons.apply(utterance.text, utterance.language)

    def speak(self, utterance: Utterance) -> Pcm:
        """Return the sound. Raises UnknownName for the voice, EngineMissing without a driver, SpeechFailed."""
        text = " ".join(self.spoken(utterance).split())
        if not any(character.isalnum() for character in text):
            raise SpeechFailed(NAME, utterance.text, "there is nothing to say")
        voice = self._voice(utterance.language)
        request = {
            "do": "say",
            "text": text,
            "words_per_minute": WORDS_PER_MINUTE[utterance.pace],
            "voice": voice.id if voice else None,
        }
        try:
            return self._once(request, utterance)
        except SpeechFailed:
            # What hung or lost itself once is often well the second time.
            return self._once(request, utterance)

    def close(self) -> None:
        """Nothing is held: each cue has a process of its own, and it has ended."""

    def _voice(self, language: str) -> SystemVoice | None:
        """Return the voice that speaks `language`, None for whatever the driver has. Raises UnknownName."""
        found = self._voices()
        if not self._asked:
            return found.default(language)
        voice = found.named(self._asked)
        if voice is None:
            close = [f"{NAME}:{name}" for name in found.close(self._asked)]
            raise UnknownName("voice", f"{NAME}:{self._asked}", close, hint=VOICES_HINT)
        return voice

    def _voices(self) -> SystemVoices:
        with self._looking:
            if self._found is None:
                self._found = _ask(self._limit_s)
            return self._found

    def _once(self, request: Mapping[str, Any], utterance: Utterance) -> Pcm:
        from coach.voice.system_process import WorkerFailed, run

        try:
            answer, raw = run(request, self._limit_s)
        except WorkerFailed as error:
            raise SpeechFailed(NAME, utterance.text, str(error), hint="`coach doctor` looks at the voices") from error
        if answer.get("missing"):
            raise _no_driver()
        if "error" in answer:
            raise SpeechFailed(NAME, utterance.text, answer["error"])
        return _checked(raw, utterance.text, request["text"])


def open(voice: str | None) -> Engine:
    """Return the engine with `voice`, a name or id of this computer (None: its default).

    A name is looked up now, in a process of its own. Raises UnknownName or EngineMissing.
    """
    if package_folder("pyttsx3") is None:
        raise EngineMissing(NAME, "needs pyttsx3, which is not installed", hint="pip install pyttsx3")
    engine = SystemEngine(None if voice in (None, "", DEFAULT) else voice)
    if engine.voice != DEFAULT:
        engine.label("")
    return engine


def list() -> Sequence[VoiceInfo]:
    """Return the voices the driver reports; starts it."""
    licence = "GPL-3.0-or-later" if sys.platform == "linux" else "with this computer"
    natural = sys.platform != "linux"
    about = _driver()
    try:
        found = _ask(LIMIT_S).voices
    except EngineMissing:
        return (VoiceInfo(NAME, DEFAULT, "und", licence, natural, False, "no speech driver answers here"),)
    return tuple(
        VoiceInfo(NAME, v.name, v.languages[0] if v.languages else "und", licence, natural, True, about) for v in found
    )


def _ask(limit_s: float) -> SystemVoices:
    """Return the voices the driver reports; what fails once is asked again. Raises EngineMissing."""
    from coach.voice.system_process import WorkerFailed, run
    from coach.voice.system_voices import SystemVoices

    why = ""
    for _ in range(2):
        try:
            answer, _raw = run({"do": "list"}, limit_s)
        except WorkerFailed as error:
            why = str(error)
            continue
        if answer.get("missing"):
            raise _no_driver()
        if "error" not in answer:
            return SystemVoices.of(answer)
        why = str(answer["error"])
    raise EngineMissing(NAME, f"cannot be asked for its voices: {why}", hint="`coach doctor` looks at the voices")


def _no_driver() -> EngineMissing:
    return EngineMissing(NAME, "has no speech driver on this computer", hint=_missing_hint())


def _driver() -> str:
    """Return what speaks: on Linux the wheel's eSpeak NG, elsewhere the platform with its version."""
    if sys.platform == "linux":
        wheel = package_version("espeakng_loader", "espeakng-loader")
        return f"espeakng-loader {wheel}" if wheel else "eSpeak of the system"
    if sys.platform == "win32":
        version = sys.getwindowsversion()
        return f"SAPI5 {version.major}.{version.minor}.{version.build}"
    return f"{sys.platform} {os.uname().release}"


def _missing_hint() -> str:
    return "pip install espeakng-loader" if sys.platform == "linux" else "use --voice piper"


def _checked(raw: bytes, text: str, said: str) -> Pcm:
    """Return the sound when it can be the text's. Raises SpeechFailed."""
    import numpy

    from coach.voice.sound_file import decode

    try:
        rate_hz, samples = decode(raw)
    except ValueError as error:
        raise SpeechFailed(NAME, text, str(error)) from error
    if not len(samples) or float(numpy.sqrt(numpy.mean(numpy.square(samples)))) < QUIETEST_RMS:
        raise SpeechFailed(NAME, text, "the engine left silence")
    length_s, guess_s = len(samples) / rate_hz, len(said.split()) / WORDS_PER_S
    # Drivers add up to a second of silence, which trimming takes away; figures are one word but many spoken ones.
    most_s = 3 * guess_s + 1.5 + sum(character.isdigit() for character in said)
    if not 0.3 * guess_s <= length_s <= most_s:
        raise SpeechFailed(
            NAME, text, f"the engine left {length_s:.1f} s of sound where about {guess_s:.1f} s were due"
        )
    return Pcm(rate_hz, samples)
