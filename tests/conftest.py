"""Every test has its own home and cache; nothing of the user's is read or written."""

from __future__ import annotations

import pytest

from coach.audio.store import Store


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    for name in ("COACH_VOICE", "COACH_BED", "COACH_OUTPUT", "COACH_CACHE_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COACH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")
