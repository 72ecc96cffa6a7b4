"""The locks of the store: one renders and the rest wait, but for nobody who is gone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from coach.audio.store import Store, render_key
from tests.audio.store_writers import ROOT, put, spec_of, start

linux_kill = pytest.mark.skipif(os.name == "nt", reason="kill -9")


@pytest.mark.parametrize(("workers", "cues"), [(4, 20), pytest.param(8, 60, marks=pytest.mark.soak)])
def test_one_renders_and_the_rest_wait(tmp_path, workers, cues):
    log = tmp_path / "log"
    started = [start("render_under_locks", tmp_path / "store", cues, log) for _ in range(workers)]
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

    from coach.audio import store_locks as module

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
