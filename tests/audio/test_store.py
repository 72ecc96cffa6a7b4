"""The store: what is put comes back, and nothing a disk, a process or a bit can do makes a wrong sound."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio.store import Store, render_key
from tests.audio.faults import Faults
from tests.audio.store_writers import pcm_of, put, spec_of, wrong

ROOT = Path(__file__).parents[2]
CODES = [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EACCES]
linux_kill = pytest.mark.skipif(os.name == "nt", reason="kill -9")


def _start(name: str, *given: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.audio.store_writers", name, *map(str, given)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _there(store: Store, n: int) -> bool:
    clip = store.clip(render_key(spec_of(n)))
    return clip is not None and store.pcm(clip) == pcm_of(n)


def test_what_is_put_comes_back_in_another_process(tmp_path):
    put(Store(tmp_path), 7)
    store = Store(tmp_path)
    clip = store.clip(render_key(spec_of(7)))
    assert (clip.ms, clip.onset_ms, clip.rate_hz) == (200, 7, 24_000)
    assert store.pcm(clip) == pcm_of(7)
    assert store.blob(hashlib.sha256(b"blob 7").hexdigest()) == pcm_of(7, 50)
    assert store.trouble is None
    assert (tmp_path / "v1" / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")
    assert list((tmp_path / "v1" / "tmp").iterdir()) == []


def test_an_empty_store_has_nothing_and_makes_nothing(tmp_path):
    store = Store(tmp_path / "none")
    assert store.clip("0" * 64) is None
    assert store.blob("0" * 64) is None
    assert store.trouble is None
    assert not (tmp_path / "none").exists()


def test_without_a_folder_everything_is_in_memory():
    store = Store(None)
    put(store, 1)
    assert _there(store, 1)
    with store.lock("0" * 64):
        assert store.info().clips == 0
    assert store.gc().size_bytes == 0
    assert store.verify().damaged == ()


def test_the_same_sound_is_there_once(tmp_path):
    store = Store(tmp_path)
    for n in range(3):
        store.put_clip(render_key(spec_of(n)), spec_of(n), pcm_of(0), onset_ms=0, rate_hz=24_000)
    info = store.info()
    assert (info.clips, info.objects) == (3, 1)


@pytest.mark.parametrize("key", ["../../../etc/passwd", "", "0" * 63, "0" * 60 + "/../", "é" * 64 + "x"])
def test_only_keys_are_keys(tmp_path, key):
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="not a key"):
        store.clip(key)
    with pytest.raises(ValueError, match="not a key"):
        store.put_blob(key, b"x")


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.integers(), min_size=1, max_size=6), st.data())
def test_every_field_of_a_spec_is_in_the_key(spec, data):
    key = render_key(spec)
    assert len(key) == 64
    assert key == render_key(dict(reversed(spec.items())))
    field = data.draw(st.sampled_from(sorted(spec)))
    assert render_key({**spec, field: str(spec[field]) + "x"}) != key
    assert render_key({k: v for k, v in spec.items() if k != field}) != key


def test_a_use_is_noted_at_most_once_a_day(tmp_path):
    store = Store(tmp_path)
    put(store, 1)
    entry = next((tmp_path / "v1" / "keys").rglob("*.json"))
    hour_ago, week_ago = time.time() - 3_600, time.time() - 7 * 86_400
    for then, touched in ((hour_ago, False), (week_ago, True)):
        os.utime(entry, (then, then))
        assert store.clip(render_key(spec_of(1)))
        assert (entry.stat().st_mtime > then + 60) is touched


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
            assert _there(store, 1) or "cannot be read" in store.trouble
            with store.lock(render_key(spec_of(2))):
                put(store, 2)
            store.gc()
        assert store.trouble is None or "\n" not in store.trouble
        # The disk is well again: nothing was lost but to memory, and nothing on it is half.
        assert all(_there(store, cue) for cue in range(3))
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
    assert _there(store, 1)
    with store.lock(render_key(spec_of(2))):
        put(store, 2)
    assert _there(store, 2)
    assert "read-only" in store.trouble
    monkeypatch.undo()
    assert not _there(Store(tmp_path), 2)


def test_a_disk_that_is_well_again_is_used_again(tmp_path):
    store = Store(tmp_path)
    with Faults(0, errno.ENOSPC, lasting=True):
        put(store, 1)
    assert "full" in store.trouble
    put(store, 1)
    assert _there(Store(tmp_path), 1)


# --- P1: kill -9 ---------------------------------------------------------------------------------


@linux_kill
@pytest.mark.parametrize("kills", [40, pytest.param(2_000, marks=pytest.mark.soak)])
def test_p1_kill_9_leaves_no_half_entry(tmp_path, kills):
    pick = random.Random(9)
    for done in range(0, kills, 2):
        writers = [_start("write_for_ever", tmp_path, 16) for _ in (1, 2)]
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


# --- P5: the cap ---------------------------------------------------------------------------------


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
    assert _there(store, 0)
    assert not _there(store, 1)
    assert _there(store, 9)
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
    assert _there(store, 1)


@pytest.mark.parametrize("evictions", [200, pytest.param(2_000, marks=pytest.mark.soak)])
def test_p5_eviction_beside_four_workers(tmp_path, evictions):
    stop = tmp_path / "stop"
    root = tmp_path / "store"
    workers = [_start("read_and_write", root, 60, stop) for _ in range(4)]
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


# --- locks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("workers", "cues"), [(4, 20), pytest.param(8, 60, marks=pytest.mark.soak)])
def test_one_renders_and_the_rest_wait(tmp_path, workers, cues):
    log = tmp_path / "log"
    started = [_start("render_under_locks", tmp_path / "store", cues, log) for _ in range(workers)]
    assert [worker.wait(timeout=120) for worker in started] == [0] * workers
    assert sorted(map(int, log.read_text().split())) == list(range(cues))
    for worker in started:
        worker.communicate()


@linux_kill
def test_a_killed_holder_frees_its_lock(tmp_path):
    store = Store(tmp_path)
    script = (
        "import sys, time, pathlib\nfrom coach.audio.store import Store\n"
        "with Store(pathlib.Path(sys.argv[1])).lock('0' * 64):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    holder.kill()
    holder.communicate()
    with store.lock("0" * 64), store.lock("0" * 64):
        put(store, 1)


@linux_kill
def test_a_stopped_holder_is_waited_for_once_and_then_hardly(tmp_path, monkeypatch):
    import signal

    import filelock

    from coach.audio import store as module

    monkeypatch.setattr(module, "WAIT_S", 0.3)
    monkeypatch.setattr(module, "IMPATIENT_WAIT_S", 0.05)
    waits = []

    class Watched(filelock.FileLock):
        def __init__(self, path, timeout, **options):
            waits.append(timeout)
            super().__init__(path, timeout=timeout, **options)

    script = (
        "import sys, time, pathlib\nfrom coach.audio.store import Store\n"
        "store = Store(pathlib.Path(sys.argv[1]))\n"
        "with store.lock('0' * 64), store._commit():\n    print('held', flush=True)\n    time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGSTOP)
        monkeypatch.setattr(filelock, "FileLock", Watched)
        store = Store(tmp_path)
        with store.lock("1" * 64):
            pass  # a lock that is free costs no patience
        with store.lock("0" * 64):
            put(store, 1)
        with store.lock("0" * 64):
            pass
        assert waits == [0.3, 0.3, 0.05, 0.05]
        assert store.trouble is None
        assert Store(tmp_path).clip(render_key(spec_of(1)))
    finally:
        holder.kill()
        holder.communicate()


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=3_000), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_any_blob_comes_back(tmp_path_factory, content, key):
    root = tmp_path_factory.mktemp("blobs")
    Store(root).put_blob(key, content)
    assert Store(root).blob(key) == content


def test_reading_imports_nothing_heavy(tmp_path):
    put(Store(tmp_path), 1)
    script = (
        "import sys, pathlib\nfrom coach.audio.store import Store, render_key\n"
        "from coach.audio.atomic import write_atomically\n"
        "s = Store(pathlib.Path(sys.argv[1]))\n"
        "assert s.pcm(s.clip(sys.argv[2]))\n"
        "write_atomically(pathlib.Path(sys.argv[1]) / 'x', [b'x'], overwrite=False)\nprint(*sys.modules)"
    )
    command = [sys.executable, "-c", script, str(tmp_path), render_key(spec_of(1))]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "pydub", "filelock", "logging", "tempfile", "importlib.metadata", "PIL"} & set(loaded)
