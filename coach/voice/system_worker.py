"""The process in which pyttsx3 lives: it reads one request as JSON, answers it as JSON and ends.

Run as a script by system.py and imported by nobody. It knows nothing of the product, so that a fault of a
speech driver (a hang, a crash, a print, a second eSpeak library) stays in here.

    {"do": "list"} -> {"voices": [{"id", "name", "languages"}], "current": the id of the computer's default}
    {"do": "say", text, path, words_per_minute, voice: id or null for the default} -> {} or {"error", "missing"?}
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TypeAlias

_Driver: TypeAlias = Any
"""pyttsx3's engine, or one of its voices; it has no types."""


def main() -> None:
    """Answer the request on standard input."""
    # The real output is kept for the answer; whatever a driver prints goes nowhere.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.stdout = sys.stderr = os.fdopen(nowhere, "w", encoding="utf-8")
    request = json.loads(sys.stdin.buffer.read())
    try:
        engine = _engine()
    except Exception as error:  # whatever a driver raises here: there is none to speak with
        answer: dict[str, Any] = {"error": f"{type(error).__name__}: {error}", "missing": True}
    else:
        try:
            answer = _voices(engine) if request["do"] == "list" else _say(engine, request)
        except Exception as error:  # every fault is an answer; the parent decides
            answer = {"error": f"{type(error).__name__}: {error}"}
    with answers:
        answers.write(json.dumps(answer))


def _engine() -> _Driver:
    if sys.platform == "linux":
        _load_espeak()
    import pyttsx3

    return pyttsx3.init()


def _load_espeak() -> None:
    """Make the eSpeak NG of the wheel the one that pyttsx3 finds; without the wheel, the system's is used."""
    try:
        import ctypes

        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        # Loaded under its own soname, so the later look-up by name gets this one.
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    except (ImportError, OSError, RuntimeError):
        return


def _voices(engine: _Driver) -> dict[str, Any]:
    current = engine.getProperty("voice")
    voices = [_described(voice) for voice in engine.getProperty("voices")]
    return {"voices": voices, "current": None if current is None else str(current)}


def _described(voice: _Driver) -> dict[str, Any]:
    languages = []
    for language in getattr(voice, "languages", None) or []:
        text = language.decode("utf-8", "ignore") if isinstance(language, bytes) else str(language)
        languages.append("".join(c for c in text if c.isprintable()).replace("_", "-"))
    return {"id": str(voice.id), "name": str(voice.name), "languages": languages}


def _say(engine: _Driver, request: dict[str, Any]) -> dict[str, Any]:
    voice = request["voice"]
    _set(engine, voice, request["words_per_minute"])
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    # An unknown voice is accepted in silence and the default speaks.
    now = engine.getProperty("voice")
    if voice is not None and now is not None and str(now).lower() != voice.lower():
        return {"error": f"the voice {voice} was not accepted"}
    return {}


def _set(engine: _Driver, voice: str | None, words_per_minute: int) -> None:
    """Bring the settings to the driver before it gets a text."""
    espeak = engine.driver_name == "espeak"
    if espeak:
        # pyttsx3 queues settings until its loop begins, which begins by cancelling what eSpeak is doing: on a
        # busy computer that is taking the settings, and the cue is spoken at another rate, or not at all.
        engine.proxy.setBusy(False)
    if voice is not None:
        engine.setProperty("voice", voice)
    engine.setProperty("rate", words_per_minute)
    engine.setProperty("volume", 1.0)
    if espeak:
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()
        if engine.getProperty("rate") != words_per_minute:
            raise RuntimeError("the driver did not take the rate")


if __name__ == "__main__":
    main()
