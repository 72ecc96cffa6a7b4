"""The tiny checkout, as a fixture."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.fakes import MAKE, PACKAGE, PIP, PYPROJECT, SCRIPTS, Checkout, alive


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A fresh checkout in a folder with a blank and an umlaut in its name."""
    root = tmp_path / "my chéckout"
    shutil.copytree(SCRIPTS, root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "coach").mkdir()
    (root / "coach/__init__.py").touch()
    (root / "coach/__main__.py").write_text(PACKAGE)
    fakes = tmp_path / "fakes"
    fakes.mkdir()
    (fakes / "make.py").write_text(MAKE)
    (fakes / "pip.py").write_text(PIP)
    with (root / "scripts/_build.py").open("a") as build:
        build.write(
            f"\n\ndef creating(part):\n    return [[sys.executable, '-I', {str(fakes / 'make.py')!r}, str(part)]]\n"
        )
    log = tmp_path / "log"
    log.mkdir()
    made = Checkout(root, tmp_path / "cache", log)
    made.tell("ok")
    yield made
    for process in made.running:
        if process.poll() is None:
            process.kill()
            process.communicate()
    for call in made.calls():
        if alive(call["pid"]):
            os.kill(call["pid"], signal.SIGKILL)
