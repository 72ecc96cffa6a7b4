"""A tiny checkout with the real bootstraps, and a pip that does what the test tells it.

Processes, locks, signals and files are real. Only the slow part is not: `venv` runs without ensurepip and puts
in a `pip` that obeys the file `told` of the checkout (ok, slow, hang, fail) and notes its calls.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
BASE = getattr(sys, "_base_executable", sys.executable)

PYPROJECT = """[project]
name = "psoas-coach"
version = "0"
[project.optional-dependencies]
test = []
ear = ["big-recogniser>=1", "model"]
[tool.some]
setting = 1
"""

PACKAGE = """import os, sys
print("coach", os.getcwd(), sys.argv[1:], *sys.version_info[:2], sep="|")
sys.exit(7 if "seven" in sys.argv else 0)
"""

MAKE = """import pathlib, subprocess, sys
subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", sys.argv[1]], check=True)
[site] = pathlib.Path(sys.argv[1]).glob("lib/python3*/site-packages")
(site / "pip").mkdir()
(site / "pip/__init__.py").touch()
(site / "pip/__main__.py").write_bytes(pathlib.Path(__file__).with_name("pip.py").read_bytes())
"""

PIP = """import json, os, pathlib, sys, time
root, site = pathlib.Path.cwd(), pathlib.Path(__file__).parents[1]
told = (root / "told").read_text()
with (root / "calls").open("a") as calls:
    calls.write(json.dumps({"argv": sys.argv[1:], "env": dict(os.environ), "pid": os.getpid()}) + "\\n")
print("Collecting something", flush=True)
(site / "half.py").touch()
if told == "hang":
    time.sleep(60)
if told == "slow":
    time.sleep(1.5)
if told == "fail" or (told == "deaf" and "-e" not in sys.argv):
    print("ERROR: Could not find a version\\nERROR: No matching distribution found for something>=3\\n\\nhint: no")
    sys.exit(1)
(site / "coach.pth").write_text(str(root))
"""


@dataclass
class Checkout:
    """A checkout in `root` whose bootstraps can be started, by default with the Python that runs the tests."""

    root: Path
    cache: Path
    log: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def made(self) -> Path:
        """Where coach's environment should be."""
        return self.root / ".venv-coach"

    def tell(self, what: str) -> None:
        """Tell pip what to do: ok, slow, hang, fail, or deaf (fail for all but the checkout itself)."""
        (self.root / "told").write_text(what)

    def calls(self) -> list[dict]:
        """What pip was called with."""

        file = self.root / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def leftovers(self) -> list[str]:
        """Temporary folders beside the environments."""
        return [path.name for path in self.root.glob(".venv-*.part*")]

    def start(
        self,
        *arguments: str,
        python: str | None = BASE,
        script: str | Path = "coach",
        cwd: Path | None = None,
        **env: str,
    ) -> subprocess.Popen[str]:
        """Start a bootstrap; `script` is a name in scripts/ or a path."""
        command = [*([python] if python else []), str(self.root / "scripts" / script), *arguments]
        environ = {**os.environ, "XDG_CACHE_HOME": str(self.cache), "TMPDIR": str(self.log), **env}
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command,
            cwd=cwd or self.root,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            text=True,
            preexec_fn=usual_signals,
        )
        self.running.append(process)
        return process

    def run(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run a bootstrap to its end."""
        process = self.start(*arguments, **options)  # type: ignore[arg-type]
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def moved(self, name: str) -> Checkout:
        """The same checkout after a move to another name."""
        return Checkout(self.root.rename(self.root.with_name(name)), self.cache, self.log, self.running)


def usual_signals() -> None:
    """Undo what a background job or nohup left: ignored signals are inherited."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def said(result: subprocess.CompletedProcess[str]) -> tuple[str, list[str], int]:
    """Return stdout, the lines of stderr, and the exit status."""
    return result.stdout, result.stderr.splitlines(), result.returncode


def in_process(checkout: Checkout, code: str) -> subprocess.CompletedProcess[str]:
    """Run `code` with the bootstraps' modules importable."""
    command = [BASE, "-c", f"import sys; sys.path.insert(0, sys.argv[1]); {code}", str(SCRIPTS)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=checkout.root)


def alive(pid: int) -> bool:
    """Whether the process still runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        if Path("/proc/self").exists():
            return False
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return True
    return state != "Z"


def wait_until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until `true()`, or fail."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def interpreters() -> dict[str, str]:
    """Pythons of this computer that are too old: version to path."""
    found: dict[str, str] = {}
    places = [*Path.home().glob(".pyenv/versions/*/bin"), *map(Path, os.get_exec_path())]
    for version in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10"):
        for place in places:
            python = place / f"python{version}"
            if version not in found and python.is_file() and "shims" not in python.parts:
                found[version] = str(python)
    return found
