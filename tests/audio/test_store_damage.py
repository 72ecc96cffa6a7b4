"""What a disk, a kill or a flipped bit does to the store: a miss, never a wrong sound."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import time
from pathlib import Path

import pytest

from coach.audio.store import Store, render_key
from tests.audio.faults import Faults
from tests.audio.store_writers import pcm_of, put, spec_of, start, there, wrong

CODES = [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EACCES]
linux_kill = pytest.mark.skipif(os.name == "nt", reason="kill -9")


# --- P4: a damaged entry is never heard --------------------------------------------------------


def _damage(path: Path, pick: random.Random) -> None:
    raw = bytearray(path.read_bytes())
    how = pick.randrange(4)
    at = pick.randrange(len(raw))
    if how == 0:
        raw[at] ^= 1 << pick.randrange(8)
    elif how == 1:
        del raw[at:]
    elif how == 2:
        end = min(len(raw), at + 512)
        if not any(raw[at:end]):
            raw[at] = 1
        raw[at:end] = bytes(end - at)
    else:
        raw += bytes([pick.randrange(256)])
    path.write_bytes(raw)


@pytest.mark.parametrize("damages", [600, pytest.param(10_000, marks=pytest.mark.soak)])
def test_p4_every_damage_is_a_miss_and_is_healed(tmp_path, damages):
    pick = random.Random(4)
    put(Store(tmp_path), 1)
    folder = tmp_path / "v1"
    files = [path for kind in ("keys", "objects", "blobs") for path in (folder / kind).rglob("*") if path.is_file()]
    whole = {path: path.read_bytes() for path in files}
    blob = hashlib.sha256(b"blob 1").hexdigest()
    for _ in range(damages):
        path = pick.choice(files)
        _damage(path, pick)
        if path.read_bytes() == whole[path]:
            continue
        store = Store(tmp_path)
        clip = store.clip(render_key(spec_of(1)))
        read = [store.pcm(clip) if clip else None, store.blob(blob)]
        expected = [pcm_of(1), pcm_of(1, 50)]
        expected["blobs" in path.parts] = None
        assert read == expected
        assert not path.exists()  # put aside
        path.write_bytes(whole[path])
    assert Store(tmp_path).verify().damaged == ()


def test_an_entry_under_another_name_is_no_entry(tmp_path):
    store = Store(tmp_path)
    put(store, 1)
    other = render_key(spec_of(2))
    entry = next((tmp_path / "v1" / "keys").rglob("*.json"))
    path = tmp_path / "v1" / "keys" / other[:2] / f"{other}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(entry.read_bytes())
    assert store.clip(other) is None


# --- P2: a full or failing disk ----------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("lasting", [False, True])
def test_p2_any_call_that_fails_is_never_heard(tmp_path, code, lasting):
    for n in range(400):
        root = tmp_path / str(n)
        put(Store(root), 0)
        store = Store(root)
        with Faults(n, code, lasting=lasting, under=str(root)) as faults:
            assert not wrong(store, 0)
            put(store, 1)
            assert not wrong(store, 1)
            # A failed write stays in memory; a failed read is a miss, and is rendered again.
            assert there(store, 1) or "cannot be read" in store.trouble
            with store.lock(render_key(spec_of(2))):
                put(store, 2)
            store.gc()
        assert store.trouble is None or "\n" not in store.trouble
        # The disk is well again: nothing was lost but to memory, and nothing on it is half.
        assert all(there(store, cue) for cue in range(3))
        assert not any(wrong(Store(root), cue) for cue in range(3))
        assert Store(root).verify().damaged == ()
        if not faults.hit:
            break
    assert n > 30


def test_a_read_only_store_is_read_and_puts_stay_in_memory(tmp_path, monkeypatch):
    put(Store(tmp_path), 1)
    real = os.open

    def read_only(path, flags, *mode, **named):
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and str(path).startswith(str(tmp_path)):
            raise OSError(errno.EROFS, "read-only")
        return real(path, flags, *mode, **named)

    monkeypatch.setattr(os, "open", read_only)
    store = Store(tmp_path)
    assert there(store, 1)
    with store.lock(render_key(spec_of(2))):
        put(store, 2)
    assert there(store, 2)
    assert "read-only" in store.trouble
    monkeypatch.undo()
    assert not there(Store(tmp_path), 2)


def test_a_disk_that_is_well_again_is_used_again(tmp_path):
    store = Store(tmp_path)
    with Faults(0, errno.ENOSPC, lasting=True):
        put(store, 1)
    assert "full" in store.trouble
    put(store, 1)
    assert there(Store(tmp_path), 1)


# --- P1: kill -9 ---------------------------------------------------------------------------------


@linux_kill
@pytest.mark.parametrize("kills", [40, pytest.param(2_000, marks=pytest.mark.soak)])
def test_p1_kill_9_leaves_no_half_entry(tmp_path, kills):
    pick = random.Random(9)
    for done in range(0, kills, 2):
        writers = [start("write_for_ever", tmp_path, 16) for _ in (1, 2)]
        for writer in writers:
            writer.stdout.readline()
        time.sleep(pick.random() * 0.05)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.communicate()
        if done % 20 == 0:
            assert Store(tmp_path).verify().damaged == ()
    store = Store(tmp_path)
    assert not any(wrong(store, n) for n in range(16))
    assert store.verify().damaged == ()
    assert store.info().clips > 0
    store.gc()
    assert list((tmp_path / "v1" / "tmp").iterdir()) == []
