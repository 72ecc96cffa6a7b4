"""Every test has its own home and cache; nothing of the user's is read or written."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from coach.audio.store import Store


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    for name in ("COACH_VOICE", "COACH_BED", "COACH_OUTPUT", "COACH_CACHE_LIMIT", "COACH_CALLED_AS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COACH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def pytest_configure(config):
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    for name, examples in (("quick", 250), ("soak", 2000)):
        settings.register_profile(name, max_examples=examples, deadline=None, suppress_health_check=slow)
    settings.load_profile("soak" if config.option.markexpr == "soak" else "quick")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Properties marked `every_example` run in the default suite and, with more examples, in the long one."""
    if config.option.markexpr == "soak":
        for item in items:
            if item.get_closest_marker("every_example"):
                item.add_marker("soak")
