"""What every engine must do, run over every engine there is."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import pytest

from coach.errors import EngineMissing, SpeechFailed, UnknownName
from coach.script.model import Utterance
from coach.voice import catalog
from coach.voice.base import Engine, VoiceInfo

ROOT = Path(__file__).parents[2]
TEXTS = ("Three.", "Stretch the psoas.", "Kneel on your left knee. Tuck, and breathe out slowly.")


@pytest.fixture(scope="module", params=[pytest.param(n, marks=pytest.mark.engine) for n in catalog.SHIPPED])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    try:
        opened = catalog.open_voice(request.param)
    except EngineMissing as missing:
        pytest.skip(str(missing))
    yield opened
    opened.close()
    opened.close()


def test_meets_the_protocol(engine):
    assert isinstance(engine, Engine)
    assert engine.name
    assert engine.voice
    assert engine.workers >= 1


def test_speaks_mono_float_of_a_likely_length(engine):
    for text in TEXTS:
        pcm = engine.speak(Utterance(text))
        words = len(text.split())
        assert pcm.samples.dtype == numpy.float32
        assert pcm.samples.ndim == 1
        assert numpy.abs(pcm.samples).max() <= 1.0
        assert numpy.sqrt(numpy.mean(pcm.samples**2)) > 0.01
        assert 0.15 * words < len(pcm.samples) / pcm.rate_hz < 0.8 * words + 1.0


def test_same_bytes_alone_pooled_and_in_another_process(engine):
    alone = [_digest(engine.speak(Utterance(text, "hold")).samples) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        pooled = list(pool.map(lambda text: _digest(engine.speak(Utterance(text, "hold")).samples), TEXTS * 3))
    assert pooled == alone * 3
    script = (
        "import sys, json, hashlib\n"
        "from coach.voice.catalog import open_voice\n"
        "from coach.script.model import Utterance\n"
        "engine = open_voice(sys.argv[1])\n"
        "said = [engine.speak(Utterance(t, 'hold')).samples.tobytes() for t in json.loads(sys.argv[2])]\n"
        "print(json.dumps([hashlib.sha256(s).hexdigest() for s in said]))\n"
    )
    command = [sys.executable, "-c", script, engine.name, json.dumps(TEXTS)]
    other = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120)
    assert json.loads(other.stdout) == alone


def test_paces_are_slower_in_a_hold_than_in_a_count(engine):
    text = "Keep the left heel heavy, and lift the front of the pelvis."
    lengths = {pace: len(engine.speak(Utterance(text, pace)).samples) for pace in ("setup", "hold", "count")}
    assert lengths["hold"] >= lengths["setup"] >= lengths["count"]


def test_nothing_to_say_is_an_error_with_a_sentence(engine):
    with pytest.raises(SpeechFailed, match="nothing to say"):
        engine.speak(Utterance("  "))


def test_identity_is_plain_text_and_the_same_each_time(engine):
    first, second = engine.identity(), catalog.open_voice(engine.name).identity()
    assert dict(first) == dict(second)
    assert all(isinstance(k, str) and isinstance(v, str) and v for k, v in first.items())
    assert first["engine"] == engine.name
    assert "unknown" not in first.values()


def test_spoken_is_what_the_engine_gets(engine):
    plain = engine.spoken(Utterance("Stretch the hip."))
    assert plain == "Stretch the hip."
    assert "psoas" not in engine.spoken(Utterance("Stretch the psoas."))


def test_an_unknown_voice_of_the_engine_is_named(engine):
    with pytest.raises(UnknownName, match=f"{engine.name}:nobody-at-all"):
        catalog.open_voice(f"{engine.name}:nobody-at-all")


def test_the_name_for_people_is_short_and_no_id(engine):
    label = engine.label("en")
    assert label == label.strip()
    assert label[0].isupper()
    assert ":" not in label
    assert label == engine.label("en-US")


def test_lists_its_voices():
    listed = catalog.list_voices()
    assert all(isinstance(voice, VoiceInfo) for voice in listed)
    assert {"piper", "system", "null"} <= {voice.engine for voice in listed}


def test_opening_and_identity_import_nothing_heavy():
    script = (
        "import sys\n"
        "from coach.voice.catalog import open_voice\n"
        "for name in ('piper', 'system', 'null'):\n"
        "    engine = open_voice(name)\n"
        "    name == 'system' or engine.identity()\n"  # it asks the computer which voice is its default
        "print(*[m for m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"numpy", "onnxruntime", "piper", "pyttsx3", "importlib.metadata", "tempfile", "subprocess", "logging"}
    assert not heavy & set(done.stdout.split())


def _digest(samples: numpy.ndarray) -> str:
    return hashlib.sha256(samples.tobytes()).hexdigest()


def test_no_temporary_folder_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    catalog.open_voice("system").speak(Utterance("One."))
    assert list(tmp_path.iterdir()) == []
