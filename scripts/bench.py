#!/usr/bin/env python3
"""Speed and memory, as ratios within one run: run it with the environment of ./scripts/test.

    .venv-test/bin/python scripts/bench.py [--quick]

Absolute times depend on the machine and on what else it does; compare only figures of the same run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUTINE = """\
schema: 1
id: bench
name: Bench
length: {{default: {minutes}m, least: {minutes}m, most: {minutes}m}}
intro: Thirty minutes of everything.
steps:
  - block:
      repeat: {repeat}
      steps:
        - movement: standing-desk-lunge
          sets: 1
        - movement: fencers-stretch
          sets: 1
        - movement: squat
          sets: 1
        - rest: 30s
        - breathe: 3
outro: Done.
"""

PEAK = """
def peak_mib():
    # ru_maxrss remembers the process that started this one; the kernel's own mark begins anew.
    try:
        lines = open("/proc/self/status").read().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except OSError:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
"""

TEN_HOURS = """
import sys
from pathlib import Path
from dataclasses import replace
from coach.audio.store import Store
from coach.routine.library import Library
from coach.routine.model import BlockStep
from coach.session import Session, content_of
from coach.voice.catalog import open_voice
library = Library()
routine = library.routine("strong-hips")
long = replace(routine, steps=(BlockStep(41, routine.steps),), length=None)
session = Session(long, content_of(long, library), open_voice("null"), Store(Path(sys.argv[1])))
timeline = session.prepare() if sys.argv[2] == "splice" else session.outlook()
if sys.argv[2] == "splice":
    for chunk in session.desk.splice(timeline):
        pass
print(f"{timeline.length_ms / 3_600_000:.2f} {len(timeline.clips)} {peak_mib():.1f}")
"""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="five minutes instead of thirty, no naive pydub")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COACH_HOME"] = str(Path(folder) / "home")
        os.environ["COACH_CACHE"] = str(Path(folder) / "cache")
        measure(Path(folder), 5 if quick else 30, naive=not quick)


def measure(folder: Path, minutes: int, *, naive: bool) -> None:
    """Run every measurement; `minutes` is the length of the session."""
    routine = folder / "bench.yaml"
    routine.write_text(ROUTINE.format(minutes=minutes, repeat=minutes // 5), encoding="utf-8")
    export = [sys.executable, "-m", "coach", "export", str(routine), "--voice", "null", "-f", "-o"]
    run([*export, str(folder / "cold.mp3")])
    warm = median(lambda: run([*export, str(folder / "warm.mp3")]), 7)
    bare, inside = encoders(routine)
    print(f"session of {minutes} minutes")
    row("bare encoder on ready PCM", bare, bare)
    row("warm export, the whole process", warm, bare)
    for name, seconds in inside.items():
        row(name, seconds, bare)
    if naive:
        for name, seconds in naive_pydub(routine).items():
            row(name, seconds, bare)
    print("memory")
    base = float(run([sys.executable, "-c", PEAK + "print(peak_mib())"], out=True))
    for what in ("outlook", "splice"):
        command = [sys.executable, "-c", PEAK + TEN_HOURS, str(folder / "ten"), what]
        hours, clips, peak = run(command, out=True).split()
        if what == "splice":  # the first run rendered; the second is the warm one
            command = [sys.executable, "-c", PEAK + TEN_HOURS, str(folder / "ten"), what]
        hours, clips, peak = run(command, out=True).split()
        print(f"  {hours} h timeline, {what:<8} {clips} clips: {float(peak) - base:6.1f} MiB above the interpreter")
    print("process")
    nothing = median(lambda: run([sys.executable, "-c", "pass"]), 7)
    help_s = median(lambda: run([sys.executable, "-m", "coach", "--help"]), 7)
    print(f"  coach --help {help_s * 1000:.0f} ms ({help_s / nothing:.1f} x an empty interpreter)")
    five = [sys.executable, "-m", "coach", "export", "five-minute-ball", "-f", "-o", str(folder / "five.mp3")]
    cold = timed(lambda: run(five))
    again = timed(lambda: run(five))
    print(f"  five minutes with the default voice: cold {cold:.1f} s, again {again:.2f} s ({cold / again:.0f} x)")


def encoders(routine: Path) -> tuple[float, dict[str, float]]:
    """Return the seconds of the bare encoder, and of splice and windows inside this process."""
    from coach.audio.mp3 import STANDARD, encode
    from coach.session import Session

    session = Session.of(routine, "null")
    timeline = session.prepare()
    pcm = b"".join(window.raw_data for window in session.windows(size_ms=1000))

    def bare() -> None:
        import lameenc

        encoder = lameenc.Encoder()
        encoder.set_bit_rate(STANDARD.kbps)
        encoder.set_in_sample_rate(STANDARD.rate_hz)
        encoder.set_channels(1)
        encoder.set_quality(3)
        encoder.silence()
        encoder.encode(pcm)
        encoder.flush()

    def by_windows() -> None:
        for _ in encode(session.windows(), STANDARD, timeline.length_ms):
            pass

    def by_splice() -> None:
        for _ in session.desk.splice(timeline):
            pass

    inside = {"splice, inside the process": median(by_splice, 5), "windows and encoder": median(by_windows, 3)}
    return median(bare, 3), inside


def naive_pydub(routine: Path) -> dict[str, float]:
    """Return the seconds of the two obvious ways to build the PCM with pydub alone (no encoder)."""
    from coach.audio.take import segment_of
    from coach.session import Session

    session = Session.of(routine, "null")
    timeline = session.prepare()
    takes = [(take.start_ms, session.desk.take(take)) for take in timeline.takes()]

    def append() -> None:
        whole = segment_of(b"", 24_000)
        for start_ms, sound in takes:
            whole += segment_of(bytes(48 * (start_ms - len(whole))), 24_000)
            whole += sound

    def overlay() -> None:
        whole = segment_of(bytes(48 * timeline.length_ms), 24_000)
        for start_ms, sound in takes:
            whole = whole.overlay(sound, position=start_ms)

    return {"naive pydub +=, PCM only": timed(append), "naive pydub overlay, PCM only": timed(overlay)}


def run(command: list[str], *, out: bool = False) -> str:
    """Run a command that must succeed; return its output when asked."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout if out else ""


def timed(work: Callable[[], object]) -> float:
    """Return the seconds `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(work: Callable[[], object], times: int) -> float:
    """Return the median seconds of several runs, one more first to warm up."""
    work()
    return statistics.median(timed(work) for _ in range(times))


def row(name: str, seconds: float, bare: float) -> None:
    """Print one line with its ratio to the bare encoder."""
    ratio = f"{bare / seconds:6.1f} x faster" if seconds <= bare else f"{seconds / bare:6.1f} x slower"
    print(f"  {name:<34} {seconds:8.3f} s  {ratio if seconds != bare else ''}")


if __name__ == "__main__":
    main()
