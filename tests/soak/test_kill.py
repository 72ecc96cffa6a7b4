"""P1: whoever is killed while exporting leaves a whole file or none, and a cache that gives the same bytes."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coach.audio.store import Store
from coach.audio.verify import verify
from tests.soak.work import CONTEXT, digest, export, parts_in, short_routine

ROOT = Path(__file__).parents[2]
KILLS_PER_CACHE = 8

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9")


def _in_a_process(*given: object):
    process = CONTEXT.Process(target=export, args=given)
    process.start()
    return process


def _check(target: Path, whole: str) -> bool:
    """Return whether there is a file; it must be the whole one."""
    if not target.exists():
        return False
    assert digest(target) == whole
    target.unlink()
    return True


@pytest.mark.parametrize("kills", [24, pytest.param(2_000, marks=pytest.mark.soak)])
def test_p1_a_killed_export_leaves_a_whole_file_or_none(tmp_path, kills):
    routine, pick = short_routine(tmp_path), random.Random(1)
    out = tmp_path / "out"
    out.mkdir()
    export(routine, None, tmp_path / "whole.mp3")
    assert [p for p in verify(tmp_path / "whole.mp3").problems if "loudness" not in p] == []
    whole = digest(tmp_path / "whole.mp3")
    _in_a_process(routine, tmp_path / "first", out / "x.mp3").join()  # the fork server starts with it
    began = time.monotonic()
    _in_a_process(routine, tmp_path / "cold", out / "x.mp3").join()
    cold_s = time.monotonic() - began
    assert _check(out / "x.mp3", whole)

    died = finished = left = 0
    for number in range(kills):
        cache = tmp_path / f"cache{number // KILLS_PER_CACHE}"
        # Three exports in a row: the first cold or half-warm, the others warm, all within reach of the kill.
        process = _in_a_process(routine, cache, out / "x.mp3", 3)
        time.sleep(pick.random() * cold_s * pick.choice((0.2, 0.6, 1.1)))
        process.kill()
        process.join()
        died += process.exitcode != 0
        left += len(parts_in(out)) + len(parts_in(cache))
        finished += _check(out / "x.mp3", whole)
        if number % KILLS_PER_CACHE == KILLS_PER_CACHE - 1:
            assert Store(cache).verify().damaged == ()
            Store(cache).gc()
            assert parts_in(cache) == []
            export(routine, cache, out / "x.mp3")
            assert _check(out / "x.mp3", whole)
            assert list(out.iterdir()) == []  # what the killed ones left beside the file went with this export
            shutil.rmtree(cache)
    assert min(died, left, finished) > 0  # kills came too late, in the middle, and after a file was there
    print(f"P1: {kills} kills, {died} in the middle, {finished} whole files, {left} temporaries, 0 wrong")  # noqa: T201


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_p1_the_command_killed_at_any_moment(tmp_path, kills):
    """As above with the whole command: its start, its imports, its end."""
    pick = random.Random(2)
    target = tmp_path / "x.mp3"
    command = [sys.executable, "-m", "coach", "export", "desk-break", "--voice", "null", "-o", str(target)]

    def run() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    began = time.monotonic()
    assert run().wait() == 0
    cold_s = time.monotonic() - began
    whole = digest(target)
    target.unlink()
    for number in range(kills):
        if number % 5 == 0:
            shutil.rmtree(tmp_path / "cache")
        process = run()
        time.sleep(pick.random() * cold_s)
        process.kill()
        process.wait()
        _check(target, whole)
    assert run().wait() == 0
    assert digest(target) == whole
    assert parts_in(tmp_path) == []
    assert Store(tmp_path / "cache").verify().damaged == ()
