"""Runs the worker process of system.py for one request and takes the file it leaves.

Loaded when the first cue is spoken, never on the warm path. It judges only what a disk and a process can
do wrong; whether the sound is the text's is decided in system.py.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FREE_BYTES = 8 * 1024 * 1024
"""Free space that must be left after a cue. On a full disk eSpeak leaves a shorter file and reports success."""

_SCRIPT = Path(__file__).with_name("system_worker.py")


class WorkerFailed(Exception):
    """The process did not answer, or did not leave a file; the reason is in plain words."""


def run(request: Mapping[str, Any], limit_s: float) -> tuple[dict[str, Any], bytes]:
    """Return the worker's answer and the bytes of the file it left (none unless it was asked to say something).

    One process for one request: a driver keeps rate and voice from the cue before, and from one run of its
    loop to the next not every change is taken. Raises WorkerFailed.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="coach-voice-"))
    except OSError as error:
        raise WorkerFailed(f"there is no folder for temporary files ({error.strerror})") from error
    try:
        path = folder / "cue.wav"
        answer = _ask({**request, "path": str(path)}, folder, limit_s)
        if request["do"] != "say" or "error" in answer:
            return answer, b""
        return answer, _take(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ask(request: Mapping[str, Any], folder: Path, limit_s: float) -> dict[str, Any]:
    try:
        # -P: the script's folder is not put in front of the packages it imports.
        process = subprocess.Popen(
            [sys.executable, "-P", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise WorkerFailed(f"its process cannot be started ({error.strerror})") from error
    with process:
        try:
            said, _ = process.communicate(json.dumps(request).encode(), timeout=limit_s)
        except subprocess.TimeoutExpired as error:
            raise WorkerFailed(f"no answer within {limit_s:g} seconds") from error
        finally:
            process.kill()  # does nothing to a process that has ended
    try:
        answer = json.loads(said)
    except ValueError as error:
        raise WorkerFailed("its process ended without an answer") from error
    if not isinstance(answer, dict):
        raise WorkerFailed("its process answered nonsense")
    return answer


def _take(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        free = shutil.disk_usage(path.parent).free
    except FileNotFoundError as error:
        raise WorkerFailed("it left no file: is the disk for temporary files full?") from error
    except OSError as error:
        raise WorkerFailed(f"its file cannot be read ({error.strerror})") from error
    if free < FREE_BYTES:
        raise WorkerFailed("the disk for temporary files is full, so its file cannot be trusted")
    return raw
