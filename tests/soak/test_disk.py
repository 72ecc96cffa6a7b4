"""P2: a full or failing disk never gives a wrong session, and the message names the cause."""

from __future__ import annotations

import errno
import random
import shutil

import pytest

from coach.audio.atomic import plain_cause
from coach.audio.store import Store
from coach.cli import main
from coach.voice.null import NullEngine
from tests.soak.work import FailingDisk, digest, export, quick_voice, talk_routine

pytestmark = pytest.mark.usefixtures("one_by_one")
CODES = (errno.EIO, errno.ENOSPC, errno.EROFS, errno.EACCES)


@pytest.fixture
def one_by_one(monkeypatch):
    """One cue after the other: the n-th call is then the same call in every run."""
    monkeypatch.setattr(NullEngine, "workers", 1)


class Bench:
    """One routine exported by the whole command, with a disk that fails at the n-th call."""

    def __init__(self, folder, capsys) -> None:
        self.out, self.cache, self.capsys = folder / "out", folder / "cache", capsys
        self.out.mkdir()
        self.target = self.out / "x.mp3"
        self.routine = talk_routine(folder, 3)
        export(self.routine, None, folder / "whole.mp3")
        self.whole = digest(folder / "whole.mp3")
        self.outcomes = {"saved": 0, "refused": 0}

    def run(self, n: int, code: int, *, lasting: bool = False, old: bytes | None = None) -> FailingDisk:
        command = ["export", str(self.routine), "--voice", "null", "-o", str(self.target)]
        if old is not None:
            self.target.write_bytes(old)
            command.append("-f")
        with quick_voice(), FailingDisk(n, code, self.out, self.cache, lasting=lasting) as disk:
            status = main(command)
        said = self.capsys.readouterr()
        self._judge(disk, status, said.out + said.err, plain_cause(OSError(code, "")), old)
        # The disk is well again: what it holds is right, and a new session has the same bytes.
        assert Store(self.cache).verify().damaged == ()
        self.target.unlink(missing_ok=True)
        return disk

    def _judge(self, disk: FailingDisk, status: int, said: str, cause: str, old: bytes | None) -> None:
        there = self.target.read_bytes() if self.target.exists() else None
        of_target = [path for _, path in disk.hit if path.startswith(str(self.out))]
        assert "Traceback" not in said
        assert "unexpected" not in said
        left = [path for path in self.out.iterdir() if path != self.target]
        assert left == [] or any(call == "unlink" for call, _ in disk.hit)
        for path in left:
            path.unlink()
        if status == 0:
            self.outcomes["saved"] += 1
            assert digest(self.target) == self.whole
            return
        self.outcomes["refused"] += 1
        assert status == 1
        assert of_target, f"only the cache failed, and the export with it: {said}"
        assert cause in said
        assert str(self.target) in said
        assert there == old or digest(self.target) == self.whole


def test_p2_a_call_that_fails_anywhere_in_an_export(tmp_path, capsys):
    """Reduced: calls and causes by lot, as many before the takes as after."""
    bench, pick = Bench(tmp_path, capsys), random.Random(2)
    total = bench.run(1 << 30, errno.EIO).count
    assert total > 120
    for number in range(16):
        _forget(bench)
        lasting = number % 4 == 0
        first = total - 9 if number % 2 else 0  # the last nine calls are those of the target
        assert bench.run(pick.randrange(first, total), CODES[number % 4], lasting=lasting).hit
    assert min(bench.outcomes.values()) > 3


@pytest.mark.soak
@pytest.mark.parametrize("code", CODES, ids=errno.errorcode.get)
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
def test_p2_every_call_of_a_whole_export(tmp_path, capsys, code, lasting):
    bench, n = Bench(tmp_path, capsys), 0
    while bench.run(n, code, lasting=lasting, old=b"old" if n % 2 else None).hit:
        _forget(bench)
        n += 1
    assert n > 120
    print(f"P2: {n} calls, {errno.errorcode[code]}, {bench.outcomes}, 0 wrong")  # noqa: T201


@pytest.mark.parametrize("code", CODES, ids=errno.errorcode.get)
def test_p2_every_call_of_a_warm_export(tmp_path, capsys, code):
    bench = Bench(tmp_path, capsys)
    export(bench.routine, bench.cache, bench.target)
    bench.target.unlink()
    n = 0
    while bench.run(n, code).hit:
        n += 1
    assert n > 20


@pytest.mark.parametrize("code", CODES, ids=errno.errorcode.get)
def test_p2_a_cache_that_never_works_costs_time_and_nothing_else(tmp_path, capsys, code):
    bench = Bench(tmp_path, capsys)
    with quick_voice(), FailingDisk(0, code, bench.cache, lasting=True) as disk:
        status = main(["export", str(bench.routine), "--voice", "null", "-o", str(bench.target)])
    assert disk.hit
    assert status == 0
    assert digest(bench.target) == bench.whole
    assert plain_cause(OSError(code, "")) in capsys.readouterr().err


def _forget(bench: Bench) -> None:
    shutil.rmtree(bench.cache, ignore_errors=True)
