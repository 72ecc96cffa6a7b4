"""Where things are on this computer: the user's documents, settings, records and the cache.

Only answers; makes no folder. Environment variables win: COACH_HOME (settings, own documents, records)
and COACH_CACHE.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from coach.errors import AskedError, CoachError

_APP = "coach"


def home_dir() -> Path:
    """Return the folder of settings and of the user's own routines and movements. Raises CoachError."""
    if chosen := os.environ.get("COACH_HOME"):
        return expanded(chosen)
    return _platform("config")


def record_dir() -> Path:
    """Return the folder of records: what was shown, what was done, logs."""
    if chosen := os.environ.get("COACH_HOME"):
        return expanded(chosen)
    return _platform("state")


def cache_dir() -> Path:
    """Return $COACH_CACHE, else a writable checkout's audio_cache/, else the platform's cache folder."""
    if chosen := os.environ.get("COACH_CACHE"):
        return expanded(chosen)
    checkout = Path(__file__).parent.parent / "audio_cache"
    if (checkout / "README.md").is_file() and os.access(checkout, os.W_OK):
        return checkout
    return _platform("cache")


def expanded(text: str) -> Path:
    """Return the path with a leading ~ or ~name as that home folder. Raises AskedError when there is none."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise AskedError(f"{text}: that home folder is not known", hint="write the whole path") from error


def _platform(kind: str) -> Path:
    if sys.platform not in ("win32", "darwin"):
        # The XDG rule itself: importing platformdirs would cost a warm export a tenth of its time.
        variable, otherwise = {
            "config": ("XDG_CONFIG_HOME", ".config"),
            "state": ("XDG_STATE_HOME", ".local/state"),
            "cache": ("XDG_CACHE_HOME", ".cache"),
        }[kind]
        chosen = os.environ.get(variable, "")
        return (Path(chosen) if Path(chosen).is_absolute() else _home() / otherwise) / _APP
    import platformdirs

    found = {
        "config": platformdirs.user_config_dir,
        "state": platformdirs.user_state_dir,
        "cache": platformdirs.user_cache_dir,
    }[kind]
    return Path(found(_APP, appauthor=False))


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:  # no $HOME, and a user the system does not know: small containers
        raise CoachError("your home folder is not known", hint="set HOME, or COACH_HOME and COACH_CACHE") from error
