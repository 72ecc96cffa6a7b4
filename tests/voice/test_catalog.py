from __future__ import annotations

import importlib.metadata

import pytest

from coach.errors import EngineError, UnknownName
from coach.voice import catalog, null, system
from coach.voice.system_voices import SystemVoice, SystemVoices


@pytest.mark.parametrize(("spec", "name"), [("null", "null"), ("null:tone", "null"), ("system", "system")])
def test_a_name_we_ship_never_scans_entry_points(monkeypatch, spec, name):
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: pytest.fail("scanned"))
    assert catalog.open_voice(spec).name == name


def test_the_part_after_the_first_colon_is_the_voice(monkeypatch):
    any_name = SystemVoice("x", "Any: Name", ("en",))
    monkeypatch.setattr(system, "_ask", lambda limit_s: SystemVoices((any_name,), "x"))
    assert catalog.open_voice("system:Any: Name").voice == "Any: Name"


@pytest.mark.parametrize("spec", ["piper:nobody", "null:nobody"])
def test_an_unknown_voice_is_refused_when_it_is_opened(spec):
    with pytest.raises(UnknownName) as caught:
        catalog.open_voice(spec)
    assert caught.value.close
    assert "coach voices list" in caught.value.hint


@pytest.mark.parametrize(("asked", "near"), [("pipr", "piper"), ("sytem", "system"), ("jo", "joe"), ("Piper", "piper")])
def test_an_unknown_name_offers_near_ones(asked, near):
    with pytest.raises(UnknownName) as caught:
        catalog.open_voice(asked)
    assert near in caught.value.close


class _Point:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def load(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


def _install(monkeypatch, *points):
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points if group == "coach.engines" else ())


def test_an_installed_engine_is_opened_and_listed(monkeypatch):
    _install(monkeypatch, _Point("mine", null), _Point("null", ImportError("ours wins")))
    assert catalog.open_voice("mine:tone").name == "null"
    assert sum(voice.engine == "null" for voice in catalog.list_voices()) == 2


@pytest.mark.parametrize("value", [ImportError("no such thing"), object()])
def test_a_broken_installed_engine_is_one_sentence(monkeypatch, value):
    _install(monkeypatch, _Point("mine", value))
    with pytest.raises(EngineError, match="mine"):
        catalog.open_voice("mine")
    assert catalog.list_voices()
