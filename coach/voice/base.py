"""What a speech engine is: the Protocol every engine meets, and the values that pass it.

To write an engine copy `null.py`, then name it under the entry point group `coach.engines`; the contract
test in tests/voice/test_contract.py tells you what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from coach.script.model import Utterance

if TYPE_CHECKING:
    import numpy


VOICES_HINT = "`coach voices list --all` shows every voice"


@dataclass(frozen=True, slots=True)
class Pcm:
    """Raw sound of one utterance: mono float32, shape (n,), in [-1, 1], at `rate_hz`."""

    rate_hz: int
    samples: numpy.ndarray


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """One voice as `coach voices` lists it. `natural` is False for a robotic one."""

    engine: str
    name: str
    language: str
    """BCP 47 tag."""
    licence: str
    natural: bool
    installed: bool
    about: str = ""


@runtime_checkable
class Engine(Protocol):
    """A speech engine opened with one of its voices.

    Opening is cheap: a model is loaded by the first `speak`. `speak` may be called from `workers` threads
    at once. Nothing reaches the network.
    """

    name: str
    """Short name: "piper"."""
    voice: str
    """Name of the opened voice: "joe"."""
    workers: int
    """How many threads may speak at the same time; at least 1."""

    def identity(self) -> Mapping[str, str]:
        """Return all that changes the sound besides the utterance: versions, model hash, voice, settings.

        Cheap (no model is loaded): it is part of every cache key, also on the warm path. Raises EngineMissing.
        """
        ...

    def label(self, language: str) -> str:
        """Return who speaks `language` (BCP 47), for people to read: "Joe (Piper)". Raises EngineMissing."""
        ...

    def spoken(self, utterance: Utterance) -> str:
        """Return the text as the engine will get it, after the lexicon. Part of the cache key."""
        ...

    def speak(self, utterance: Utterance) -> Pcm:
        """Return the sound. Raises EngineMissing or SpeechFailed, never a foreign exception."""
        ...

    def close(self) -> None:
        """Give back what was held; safe to call twice."""
        ...


class Voices(Protocol):
    """The module side of an engine: `coach.engines` entry points name an object with these two."""

    def open(self, voice: str | None) -> Engine:
        """Return the engine with `voice` (None: its own default). Raises UnknownName or EngineMissing."""
        ...

    def list(self) -> Sequence[VoiceInfo]:
        """Return its voices, installed or not. Never raises."""
        ...
