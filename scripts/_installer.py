"""Runs the commands that make an environment, shows how far they are, and finds the line that says why not.

Everything that knows how pip talks is here. It decides nothing: `_build.py` does.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

from _environment import POSIX, ROOT, clean, say

SITES = ("lib/python3*/site-packages",) if POSIX else ("Lib/site-packages",)
SIGNS = "|/-\\"
STEPS = {
    "Installing build": "fetching the build tools",
    "Getting requirements": "looking at what is needed",
    "Preparing": "preparing the package",
    "Building": "building the package",
}
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
        self.drawn = self.turn = 0

    def tell(self, what: str, *, now: bool = False) -> None:
        """Show `what` with the seconds since the beginning; `now` is for a new step."""
        at_s = time.monotonic()
        head = f"{self.name}: {at_s - self.began_s:4.0f} s"
        if self.live:
            # The sign turns with every call: what takes long without news is still seen to live.
            self.turn += 1
            self.draw(f"{head} {SIGNS[self.turn % len(SIGNS)]} {what}")
        elif now or at_s - self.told_s >= HEARTBEAT_S:
            self.told_s = at_s
            sys.stderr.write(f"{head}  {what}\n")

    def draw(self, line: str) -> None:
        """Put `line` in place of the one before. It never reaches the last column, where terminals begin a new line."""
        most = columns() - 1
        line = line[:most]
        sys.stderr.write("\r" + line.ljust(min(self.drawn, most)))
        sys.stderr.flush()
        self.drawn = len(line)

    def clear(self) -> None:
        """Take the line in place away."""
        if self.live:
            self.draw("")
            sys.stderr.write("\r")
            sys.stderr.flush()


def columns() -> int:
    """Return how wide the terminal behind stderr is; 80 when nobody knows."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def announce(name: str, text: str) -> None:
    """Write a sentence for people; on a terminal it is folded between its words."""
    if sys.stderr.isatty():
        wide = max(columns() - len(name) - 3, 20)
        text = "\n  ".join(textwrap.wrap(text, wide, break_long_words=False, break_on_hyphens=False))
    say(name, text)


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
    before = unpacked(part)
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
                progress.tell(shown(lines, title, unpacked(part) - before))
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


def unpacked(part: Path) -> int:
    """Return how many packages are installed in the environment `part`."""
    return sum(1 for site in SITES for _ in part.glob(f"{site}/*.dist-info"))


def shown(lines: list[str], title: str, done: int = 0) -> str:
    """Return the newest thing of pip's output that says something to a person, else `title`.

    `done` is how many packages this call of pip has unpacked: it tells nothing itself while it does.
    """
    for line in reversed(lines[-40:]):
        if found := re.match(r"(Collecting|Downloading|Using cached)\s+(\S+)", line):
            name = found[2].rpartition("/")[2]
            file = re.match(r"([^-]+)-([^-]+?)(?:-.*)?\.(?:whl|tar\.gz|zip)", name)
            if file:
                name = f"{file[1]} {file[2]}"
            return f"{found[1].lower()} {name}"
        if found := re.match("|".join(map(re.escape, STEPS)), line):
            return STEPS[found[0]]
        if line.startswith("Installing collected packages") and (count := line.count(",") + 1) > 1:
            return f"unpacking package {min(done + 1, count)} of {count}"
        if "Retrying" in line:
            return "no answer from the package index, trying again"
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
