"""P1 and P2 for exported files: under its name a file is whole or not there, whatever the disk does."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coach.audio import atomic
from coach.audio.atomic import write_atomically
from coach.errors import EncoderFailed, FileInTheWay, WriteFailed
from tests.audio.faults import Faults, Kill, Killed

ROOT = Path(__file__).parents[2]
NEW, OLD = [b"new " * 1000] * 3, b"old"


def test_writes_and_says_how_much(tmp_path):
    path = tmp_path / "a session.mp3"
    assert write_atomically(path, NEW, overwrite=False) == 12_000
    assert path.read_bytes() == b"".join(NEW)
    assert list(tmp_path.iterdir()) == [path]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask


def test_large_content_is_written_whole(tmp_path):
    chunks = [bytes([n]) * 700_001 for n in range(7)]
    write_atomically(tmp_path / "x", chunks, overwrite=True)
    assert (tmp_path / "x").read_bytes() == b"".join(chunks)


def test_what_is_there_stays_unless_overwriting(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(OLD)
    with pytest.raises(FileInTheWay):
        write_atomically(path, NEW, overwrite=False)
    assert path.read_bytes() == OLD
    write_atomically(path, NEW, overwrite=True)
    assert path.read_bytes() == b"".join(NEW)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_in_the_last_moment_is_not_overwritten(tmp_path, monkeypatch, links):
    path = tmp_path / "x"
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(FileInTheWay):
        write_atomically(path, NEW, check=lambda _: path.write_bytes(OLD) and None, overwrite=False)
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "no links here")


posix = pytest.mark.skipif(os.name == "nt", reason="Windows has a rename that refuses a name in use")


def test_a_disk_without_links_works(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", _no_links)
    write_atomically(tmp_path / "x", NEW, overwrite=False)
    assert (tmp_path / "x").read_bytes() == b"".join(NEW)
    assert len(list(tmp_path.iterdir())) == 1


@posix
def test_of_several_writers_on_a_disk_without_links_one_has_the_name(tmp_path, monkeypatch):
    path, writers = tmp_path / "x", 4
    looked, real, written = threading.Barrier(writers), os.replace, []

    def slow(*given: str) -> None:
        time.sleep(0.02)  # long enough for the others to look, were they let
        real(*given)

    def write(n: int) -> str:
        try:
            write_atomically(path, [bytes([n]) * 9], check=lambda _: looked.wait() and None, overwrite=False)
        except FileInTheWay:
            return "refused"
        written.append(bytes([n]) * 9)
        return "written"

    monkeypatch.setattr(os, "link", _no_links)
    monkeypatch.setattr(os, "replace", slow)
    with ThreadPoolExecutor(writers) as pool:
        outcomes = sorted(pool.map(write, range(writers)))
    assert outcomes == ["refused"] * (writers - 1) + ["written"]
    assert [path.read_bytes()] == written
    assert list(tmp_path.iterdir()) == [path]


@posix
@pytest.mark.parametrize("lock", ["none", "held"])
def test_a_folder_whose_lock_is_not_to_be_had_is_written_all_the_same(tmp_path, monkeypatch, lock):
    import fcntl

    monkeypatch.setattr(os, "link", _no_links)
    monkeypatch.setattr(atomic, "_TRY_AGAIN_S", 0)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # by one who was stopped
        if lock == "none":
            monkeypatch.setattr(fcntl, "flock", _no_links)
        write_atomically(tmp_path / "x", NEW, overwrite=False)
        with pytest.raises(FileInTheWay):
            write_atomically(tmp_path / "x", [b"other"], overwrite=False)
    finally:
        os.close(descriptor)
    assert (tmp_path / "x").read_bytes() == b"".join(NEW)


def test_the_check_sees_the_whole_file_and_may_refuse_it(tmp_path):
    path, seen = tmp_path / "x", []

    def refuse(part: Path) -> None:
        seen.append(part.read_bytes())
        raise EncoderFailed("not this one")

    with pytest.raises(EncoderFailed):
        write_atomically(path, NEW, check=refuse, overwrite=False)
    assert seen == [b"".join(NEW)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [RuntimeError("encoder"), OSError(errno.EIO, "of a source"), KeyboardInterrupt()])
def test_an_error_of_the_source_passes_as_it_is(tmp_path, error):
    def chunks():
        yield b"x" * 2_000_000
        raise error

    with pytest.raises(type(error)) as caught:
        write_atomically(tmp_path / "x", chunks(), overwrite=True)
    assert caught.value is error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/x", "the folder does not exist"),
        ("file/x", "a part of its path is not a folder"),
        ("folder", "it is a folder"),
        ("x" * 300, "the name is too long"),
        ("nul\0", "not a possible file name"),
    ],
)
@pytest.mark.parametrize("overwrite", [True, False])
def test_impossible_targets_are_told_in_plain_words(tmp_path, name, reason, overwrite):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(WriteFailed, match=reason):
        write_atomically(tmp_path / name, NEW, overwrite=overwrite)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_name_as_long_as_the_disk_allows(tmp_path):
    path = tmp_path / ("x" * 251 + ".mp3")
    write_atomically(path, NEW, overwrite=False)
    assert path.exists()


def test_a_link_to_itself_is_called_that(tmp_path):
    loop = tmp_path / "loop.mp3"
    try:
        loop.symlink_to("loop.mp3")
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(WriteFailed, match="links in its path lead in a circle"):
        write_atomically(loop, [b"x"], overwrite=True)
    with pytest.raises(FileInTheWay):
        write_atomically(loop, [b"x"], overwrite=False)
    assert [path.name for path in tmp_path.iterdir()] == ["loop.mp3"]


def test_a_device_is_never_replaced():
    with pytest.raises(WriteFailed, match="a device"):
        write_atomically(Path(os.devnull), NEW, overwrite=True)


def test_overwriting_through_a_link_keeps_the_link(tmp_path):
    (tmp_path / "real").write_bytes(OLD)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_atomically(tmp_path / "link", NEW, overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"".join(NEW)


def _failure(path: Path, *, overwrite: bool) -> str | None:
    try:
        write_atomically(path, NEW, overwrite=overwrite)
    except WriteFailed as failed:
        return str(failed)
    return None


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize(("overwrite", "links"), [(True, True), (False, True), (False, False)])
def test_p2_any_call_that_fails_leaves_the_old_file_or_the_new(tmp_path, monkeypatch, code, overwrite, links):
    path = tmp_path / "x"
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    for n in range(100):
        path.unlink(missing_ok=True)
        if overwrite:
            path.write_bytes(OLD)
        with Faults(n, code) as faults:
            failure = _failure(path, overwrite=overwrite)
        done = failure is None
        assert done or (atomic.plain_cause(OSError(code, "")) in failure and "\n" not in failure)
        there = path.read_bytes() if path.exists() else None
        assert there == b"".join(NEW) if done else there in (OLD if overwrite else None, b"".join(NEW))
        assert [left.name for left in tmp_path.iterdir() if left != path and faults.hit != "unlink"] == []
        for left in tmp_path.iterdir():
            left.unlink()
        if not faults.hit:
            break
    assert n > 4
    assert done


@pytest.mark.parametrize(("overwrite", "links"), [(True, True), (False, True), (False, False)])
def test_p1_killed_before_any_call_the_name_has_a_whole_file_or_none(tmp_path, monkeypatch, overwrite, links):
    path, found = tmp_path / "x", set()
    old, new = OLD if overwrite else None, b"".join(NEW)
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    for n in range(100):
        path.unlink(missing_ok=True)
        if overwrite:
            path.write_bytes(OLD)
        with contextlib.suppress(Killed), Kill(n) as kill:
            write_atomically(path, NEW, overwrite=overwrite)
        there = path.read_bytes() if path.exists() else None
        assert there in (old, new), f"killed before {kill.hit}"
        found.add(there)
        if not kill.hit:
            break
    assert n > 8
    assert found == {old, new}


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
@pytest.mark.parametrize("kills", [40, pytest.param(1_000, marks=pytest.mark.soak)])
def test_p1_kill_9_never_leaves_half_a_file(tmp_path, kills):
    target, pick = tmp_path / "x.mp3", random.Random(1)
    command = [sys.executable, "-m", "tests.audio.store_writers", "export_for_ever", str(target)]
    for _ in range(kills):
        writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        writer.stdout.readline()
        time.sleep(pick.random() * 0.02)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        if target.exists():
            content = target.read_bytes()
            assert len(content) == 64 * 4096
            assert len(set(content)) == 1
    assert target.exists()
