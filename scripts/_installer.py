"""Runs the commands that make an environment, shows how far they are, and finds the line that says why not.

Everything that knows how pip talks is here. It decides nothing: `_build.py` does.
"""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from _environment import POSIX, ROOT, clean

LOG, SCRATCH = "setup.log", "scratch"
HEARTBEAT_S = 10.0
# Settings that would install somewhere else; every other PIP_* setting of the user counts.
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN")
FRAME = " \t\r\n\u2502\u2570\u2500>\u00d7"  # blanks and the frame that pip draws around a sub-process
NOISE = re.compile(
    r"note:|hint:|warning:|\[notice]|\[end of|error: subprocess-exited|error: exception:|exit code|$", re.IGNORECASE
)
NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|name resolution|ConnectTimeout|ReadTimeout|ProxyError|SSLError"
    r"|Max retries exceeded|ConnectionError|Connection refused|Network is unreachable"
)


class Progress:
    """Says on stderr what goes on and how long already: on a terminal in place, else a line now and then."""

    def __init__(self, name: str, began_s: float) -> None:
        """`began_s` is the monotonic time of the beginning."""
        self.name, self.began_s, self.told_s = name, began_s, began_s
        self.title = ""
        self.live = sys.stderr.isatty()

    def tell(self, what: str, *, now: bool = False) -> None:
        """Show `what` with the seconds since the beginning; `now` is for a new step."""
        at_s = time.monotonic()
        line = f"{self.name}: {at_s - self.began_s:4.0f} s  {what}"
        if self.live:
            sys.stderr.write(f"\r{line[:78]:<78}")
            sys.stderr.flush()
        elif now or at_s - self.told_s >= HEARTBEAT_S:
            self.told_s = at_s
            sys.stderr.write(line + "\n")

    def clear(self) -> None:
        """Take the line in place away."""
        if self.live:
            sys.stderr.write("\r" + " " * 78 + "\r")
            sys.stderr.flush()


def run(command: list[str], part: Path, progress: Progress, title: str) -> str | None:
    """Run `command` in the checkout with its output in a log in `part`; return None, or why it failed in one line.

    Whatever ends the waiting (Ctrl-C, SIGTERM) ends the command too. Raises OSError.
    """
    scratch = part / SCRATCH
    scratch.mkdir(exist_ok=True)
    environ = {key: value for key, value in clean().items() if key not in ELSEWHERE}
    environ |= {"PIP_USER": "0", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    if POSIX:
        environ["TMPDIR"] = str(scratch)  # what a killed pip leaves is then swept with the rest
    lines: list[str] = []
    progress.tell(title, now=title != progress.title)
    progress.title = title
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        reader = threading.Thread(target=collect, args=(process, lines, part / LOG), daemon=True)
        reader.start()
        try:
            while reader.is_alive():
                reader.join(0.2)
                progress.tell(shown(lines, title))
        except BaseException:
            end(process)
            raise
        finally:
            progress.clear()
    return None if process.returncode == 0 else cause(lines, process.returncode)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a command: Ctrl-C at a terminal has reached it already, so it gets a moment to clean up first."""
    for grace_s in (1.0, 5.0):
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT if POSIX else signal.SIGTERM)
        else:
            return
    process.kill()


def collect(process: subprocess.Popen[bytes], lines: list[str], log: Path) -> None:
    """Read all output of `process` into `lines` and, as far as the disk allows, into `log`."""
    for raw in process.stdout or ():
        lines.append(raw.decode("utf-8", "replace").strip(FRAME))
        with contextlib.suppress(OSError), log.open("ab") as target:
            target.write(raw)


def shown(lines: list[str], title: str) -> str:
    """Return the newest thing of pip's output that says something to a person."""
    for line in reversed(lines[-40:]):
        if found := re.match(r"(Collecting|Downloading|Building|Installing build|Preparing)\s+(\S+)", line):
            return f"{title}: {found[1].lower()} {found[2].rpartition('/')[2]}"
        if line.startswith("Installing collected packages"):
            return f"{title}: unpacking {line.count(',') + 1} packages"
        if "Retrying" in line:
            return f"{title}: no answer from the package index, trying again"
    return title


def cause(lines: list[str], status: int) -> str:
    """Return in one line why a command failed: the last line of its output that means something."""
    telling = [line for line in lines if not NOISE.match(line)]
    marked = [line for line in telling if line.lower().startswith("error")]
    last = (marked or telling or [f"exit status {status}"])[-1]
    last = re.sub(r"^error:\s*", "", last, flags=re.IGNORECASE)
    broken = [line for line in lines if NO_NETWORK.search(line)]
    if broken and re.search(f"No matching distribution|Could not find a version|{NO_NETWORK.pattern}", last):
        why = re.search(r"\[Errno[^]]*\][^'\"()]*|timed out|Temporary failure[^'\"()]*", broken[-1])
        return f"the package index cannot be reached{f' ({why[0].strip()})' if why else ''}; is there a network?"
    return last
