"""The command line as a person meets it: arguments in, exit status and two streams out."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from coach.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Result:
    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def work_folder(tmp_path, monkeypatch):
    """Every test runs in an empty folder of its own, with a terminal width that is nobody's."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "TERM", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def coach(capsys):
    """Run the command line in this process."""

    def run(*arguments):
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return run


# A voice that takes its time, so that a signal meets it at work; it tells on stderr when the first cue is due.
SLOW = """
import sys, time
from coach.voice.null import NullEngine
fast = NullEngine.speak
def speak(self, utterance):
    sys.stderr.write("speaking\\n"); sys.stderr.flush()
    time.sleep({pause_s})
    return fast(self, utterance)
NullEngine.speak = speak
"""

RUN = """
from coach.cli import run
run()
"""

LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
"""
"""A runner in the background may have these signals ignored, and processes inherit that."""


@pytest.fixture
def process():
    """Start the command line in a process of its own; `before` is Python that runs first."""
    started = []

    def start(*arguments, before="", **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        env = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
        code = [sys.executable, "-c", LISTENING + before + RUN, *map(str, arguments)]
        started.append(subprocess.Popen(code, env=env, **options))
        return started[-1]

    yield start
    for running in started:
        if running.poll() is None:
            running.kill()
        running.communicate()
