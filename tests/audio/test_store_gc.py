"""Keeping the store's house: what is damaged is put aside, what nobody needs goes, the cap holds."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from coach.audio.store import Store, render_key
from tests.audio.store_writers import pcm_of, put, spec_of, start, there


def test_verify_finds_and_puts_aside(tmp_path):
    store = Store(tmp_path)
    for n in range(5):
        put(store, n)
    sound = next((tmp_path / "v1" / "objects").rglob("*.wav"))
    sound.write_bytes(sound.read_bytes()[:-1] + b"!")
    found = store.verify()
    assert found.checked == 15
    assert found.damaged == (sound.name,)
    assert found.missing == 1
    assert store.info().quarantined == 1
    assert store.gc().orphans == 1  # the entry whose sound is gone
    assert store.verify() == type(found)(13, (), 0)


def test_the_least_recently_used_goes_first(tmp_path):
    store = Store(tmp_path)
    for n in range(10):
        put(store, n)
        then = time.time() - 100_000 * (20 - n)
        for path in (tmp_path / "v1").rglob("*"):
            if path.is_file() and path.stat().st_mtime > time.time() - 1_000:
                os.utime(path, (then, then))
    assert store.clip(render_key(spec_of(0)))  # a use
    size = store.info().size_bytes
    swept = store.gc(size - 1)
    assert swept.size_bytes <= 0.9 * (size - 1)
    assert swept.size_bytes == store.info().size_bytes
    assert swept.evicted >= 2
    assert there(store, 0)
    assert not there(store, 1)
    assert there(store, 9)
    assert store.gc().evicted == 0
    assert store.gc(0).size_bytes == 0


def test_a_sound_that_another_clip_uses_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("coach.audio.store_gc.EVICT_TO", 1.0)
    store = Store(tmp_path)
    for n in (1, 2):
        store.put_clip(render_key(spec_of(n)), spec_of(n), pcm_of(1), onset_ms=0, rate_hz=24_000)
    key = render_key(spec_of(1))
    os.utime(tmp_path / "v1" / "keys" / key[:2] / f"{key}.json", (1, 1))
    assert store.gc(store.info().size_bytes - 1).evicted == 1
    assert store.clip(key) is None
    clip = store.clip(render_key(spec_of(2)))
    assert store.pcm(clip) == pcm_of(1)


def test_a_sweep_takes_what_dead_writers_left_and_no_more(tmp_path):
    store = Store(tmp_path)
    put(store, 1)
    tmp = tmp_path / "v1" / "tmp"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp / f"{dead.pid}.aa.part").write_bytes(b"x")
    (tmp / f"{os.getpid()}.bb.part").write_bytes(b"x")
    (tmp / f"{os.getpid()}.cc.part").write_bytes(b"x")
    os.utime(tmp / f"{os.getpid()}.cc.part", (1, 1))
    lonely = tmp_path / "v1" / "objects" / "00" / ("0" * 64 + ".wav")
    lonely.parent.mkdir(exist_ok=True)
    lonely.write_bytes(b"x")
    assert store.gc().orphans == (3 if os.name != "nt" else 2)
    assert f"{os.getpid()}.bb.part" in [path.name for path in tmp.iterdir()]
    assert not lonely.exists()
    assert there(store, 1)


@pytest.mark.parametrize("evictions", [200, pytest.param(2_000, marks=pytest.mark.soak)])
def test_p5_eviction_beside_four_workers(tmp_path, evictions):
    stop = tmp_path / "stop"
    root = tmp_path / "store"
    workers = [start("read_and_write", root, 60, stop) for _ in range(4)]
    store, evicted, deadline = Store(root), 0, time.monotonic() + 120
    try:
        while evicted < evictions and time.monotonic() < deadline:
            evicted += store.gc(250_000).evicted
            time.sleep(0.02)
    finally:
        stop.touch()
        said = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert evicted >= evictions
    assert said == [["0", "None"]] * 4
    found = store.verify()
    assert found.damaged == ()
    assert found.missing == 0
    assert store.gc(250_000).orphans == 0
    assert store.info().size_bytes <= 250_000
