"""Which voices there are and how a name becomes an opened engine. Knows the engines by name, none by its inside.

A name we ship is found without looking at installed packages; only an unknown one scans the entry point
group `coach.engines`, where others add theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coach.errors import CoachError, EngineError, EngineMissing, UnknownName
from coach.voice.base import VOICES_HINT, Engine, VoiceInfo, Voices

GROUP = "coach.engines"
SHIPPED = ("piper", "system", "null")
"""Engines of this package; each is the module of that name."""
LADDER = ("piper", "system")
"""The default is the first of these that is installed."""
ALIASES = {"joe": "piper:joe", "default": "system"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The voice spoken with when none is asked for; `notice` says why it is not the best one."""

    spec: str
    notice: str | None = None


def open_voice(spec: str | None = None) -> Engine:
    """Return the engine for "piper", "piper:joe", "joe", "system:NAME", "null" or an installed engine's name.

    None opens the best one installed. Opening is cheap. Raises UnknownName, or EngineMissing with a hint.
    """
    if spec is None:
        return _best()[1]
    engine, _, voice = ALIASES.get(spec, spec).partition(":")
    return _voices(engine, spec).open(voice or None)


def default_voice() -> Choice:
    """Return what `open_voice(None)` opens, with a one-line notice when a better voice is missing.

    Raises EngineMissing when no engine can be used.
    """
    return _best()[0]


def list_voices() -> Sequence[VoiceInfo]:
    """Return every voice of every engine, shipped ones first. An engine that fails to list is left out."""
    found: list[VoiceInfo] = []
    for name in (*SHIPPED, *(name for name in _entry_points() if name not in SHIPPED)):
        try:
            found += _voices(name, name).list()
        except CoachError:
            continue
    return tuple(found)


def _best() -> tuple[Choice, Engine]:
    missing: list[EngineMissing] = []
    for name in LADDER:
        try:
            engine = _voices(name, name).open(None)
        except EngineMissing as error:
            missing.append(error)
            continue
        notice = f"{missing[0]}; speaking with '{name}' instead" if missing else None
        return Choice(name, notice), engine
    raise missing[0]


def _voices(engine: str, asked: str) -> Voices:
    # Written out, so that type checkers and packagers see the imports.
    if engine == "piper":
        from coach.voice import piper

        return piper
    if engine == "system":
        from coach.voice import system

        return system
    if engine == "null":
        from coach.voice import null

        return null
    points = _entry_points()
    if engine not in points:
        import difflib

        known = list(dict.fromkeys([*SHIPPED, *ALIASES, *points]))
        close = difflib.get_close_matches(asked, known, 2, 0.6) or difflib.get_close_matches(engine, known, 2, 0.6)
        raise UnknownName("voice", asked, close, hint=VOICES_HINT)
    try:
        loaded = points[engine].load()
    except Exception as error:
        raise EngineError(engine, f"cannot be loaded: {error}") from error
    if not (hasattr(loaded, "open") and hasattr(loaded, "list")):
        raise EngineError(engine, "is no engine: it has no `open` and `list`")
    return loaded  # type: ignore[no-any-return]


def _entry_points() -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}
