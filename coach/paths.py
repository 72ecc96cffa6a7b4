"""Where things are on this computer: the user's documents, settings, records and the cache.

Only answers; makes no folder. Environment variables win: COACH_HOME (settings, own documents, records)
and COACH_CACHE.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_APP = "coach"


def home_dir() -> Path:
    """Return the folder of settings and of the user's own routines and movements."""
    if chosen := os.environ.get("COACH_HOME"):
        return Path(chosen).expanduser()
    return _platform("config")


def record_dir() -> Path:
    """Return the folder of records: what was shown, what was done, logs."""
    if chosen := os.environ.get("COACH_HOME"):
        return Path(chosen).expanduser()
    return _platform("state")


def cache_dir() -> Path:
    """Return $COACH_CACHE, else a writable checkout's audio_cache/, else the platform's cache folder."""
    if chosen := os.environ.get("COACH_CACHE"):
        return Path(chosen).expanduser()
    checkout = Path(__file__).parent.parent / "audio_cache"
    if (checkout / "README.md").is_file() and os.access(checkout, os.W_OK):
        return checkout
    return _platform("cache")


def _platform(kind: str) -> Path:
    if sys.platform not in ("win32", "darwin"):
        # The XDG rule itself: importing platformdirs would cost a warm export a tenth of its time.
        variable, otherwise = {
            "config": ("XDG_CONFIG_HOME", ".config"),
            "state": ("XDG_STATE_HOME", ".local/state"),
            "cache": ("XDG_CACHE_HOME", ".cache"),
        }[kind]
        chosen = os.environ.get(variable, "")
        return (Path(chosen) if os.path.isabs(chosen) else Path.home() / otherwise) / _APP
    import platformdirs

    found = {
        "config": platformdirs.user_config_dir,
        "state": platformdirs.user_state_dir,
        "cache": platformdirs.user_cache_dir,
    }[kind]
    return Path(found(_APP, appauthor=False))
