"""Where things are: what the environment says wins, nothing is made by asking."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from coach import paths
from coach.errors import AskedError, CoachError

linux = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the XDG folders")


def test_coach_home_and_cache_win_and_are_not_made(tmp_path, monkeypatch):
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "h"))
    monkeypatch.setenv("COACH_CACHE", str(tmp_path / "c"))
    assert paths.home_dir() == paths.record_dir() == tmp_path / "h"
    assert paths.cache_dir() == tmp_path / "c"
    assert list(tmp_path.iterdir()) == []


def test_a_tilde_is_ones_home(monkeypatch):
    monkeypatch.setenv("COACH_HOME", "~/coaching")
    assert paths.home_dir() == Path.home() / "coaching"


@linux
def test_the_xdg_folders(tmp_path, monkeypatch):
    monkeypatch.delenv("COACH_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")  # the rule: a relative one counts as none
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert paths.home_dir() == tmp_path / "config" / "coach"
    assert paths.record_dir() == tmp_path / ".local" / "state" / "coach"


@linux
def test_the_cache_is_in_a_writable_checkout_else_in_the_platforms_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("COACH_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    checkout = tmp_path / "checkout"
    (checkout / "coach").mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(checkout / "coach" / "paths.py"))
    assert paths.cache_dir() == tmp_path / "xdg" / "coach"
    (checkout / "audio_cache").mkdir()
    (checkout / "audio_cache" / "README.md").write_text("", encoding="utf-8")
    assert paths.cache_dir() == checkout / "audio_cache"
    monkeypatch.setattr(paths.os, "access", lambda path, mode: False)
    assert paths.cache_dir() == tmp_path / "xdg" / "coach"


@linux
def test_no_home_is_a_plain_error(monkeypatch):
    def none():
        raise RuntimeError

    monkeypatch.delenv("COACH_HOME")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(Path, "home", none)
    with pytest.raises(CoachError, match="home folder") as caught:
        paths.home_dir()
    assert "COACH_HOME" in caught.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="Windows invents the folder")
def test_an_unknown_users_home_is_asked_wrongly():
    with pytest.raises(AskedError):
        paths.expanded("~nobody-of-this-name/x")
