"""P4 and P5: a damaged entry of the cache is never heard, and eviction never breaks a running export."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

from coach.audio.store import Store
from tests.soak.work import CONTEXT, digest, export, export_and_tell, short_routine

DAMAGES_PER_EXPORT = 8
CAP_BYTES = 300_000


def _damaged(raw: bytes, pick: random.Random) -> bytes:
    """One bit, one cut, a block of zeros, something appended, another file's content."""
    at, how = pick.randrange(len(raw)), pick.randrange(5)
    if how == 0:
        return raw[:at] + bytes([raw[at] ^ 1 << pick.randrange(8)]) + raw[at + 1 :]
    if how == 1:
        return raw[:at]
    if how == 2:
        return raw[:at] + bytes(min(512, len(raw) - at)) + raw[at + 512 :]
    if how == 3:
        return raw + pick.randbytes(pick.randrange(1, 9))
    return pick.randbytes(len(raw))


@pytest.mark.parametrize("damages", [200, pytest.param(10_000, marks=pytest.mark.soak)])
def test_p4_every_damage_is_found_and_rendered_anew(tmp_path, damages):
    pick, cache, target = random.Random(4), tmp_path / "cache", tmp_path / "x.mp3"
    routine = short_routine(tmp_path)
    export(routine, cache, target)
    whole = digest(target)
    files = {path: path.read_bytes() for path in (cache / "v1").glob("*/??/*")}
    kinds = {kind: [path for path in files if kind in path.parts] for kind in ("keys", "objects", "blobs")}
    assert min(map(len, kinds.values())) > 8
    found = 0
    while found < damages:
        if pick.random() < 0.5:
            # A warm export reads every key and every take, and no sound.
            reach = kinds["keys"] + kinds["blobs"]
        else:
            shutil.rmtree(cache / "v1" / "blobs")
            reach = kinds["keys"] + kinds["objects"]
        hurt = [path for path in pick.sample(reach, DAMAGES_PER_EXPORT) if _hurt(path, files[path], pick)]
        export(routine, cache, target)
        assert digest(target) == whole
        for path, content in files.items():
            assert path.read_bytes() == content  # found, rendered anew, the same
        found += len(hurt)
    assert Store(cache).verify().damaged == ()


def _hurt(path: Path, content: bytes, pick: random.Random) -> bool:
    raw = _damaged(content, pick)
    path.write_bytes(raw)
    return raw != content


@pytest.mark.parametrize(("evictions", "exports"), [(200, 6), pytest.param(2_000, 150, marks=pytest.mark.soak)])
def test_p5_exporters_beside_an_evictor(tmp_path, evictions, exports):
    routine, cache = short_routine(tmp_path), tmp_path / "cache"
    export(routine, None, tmp_path / "alone.mp3")
    told = CONTEXT.Queue()
    targets = [[tmp_path / f"{n}-{i}.mp3" for i in range(exports)] for n in range(4)]
    processes = [CONTEXT.Process(target=export_and_tell, args=(routine, cache, each, told)) for each in targets]
    for process in processes:
        process.start()
    store, evicted = Store(cache), 0
    while any(process.is_alive() for process in processes):
        evicted += store.gc(CAP_BYTES).evicted
        time.sleep(0.01)
    assert [process.exitcode for process in processes] == [0] * 4
    rendered = sum(told.get(timeout=10) for _ in processes)
    assert {digest(target) for each in targets for target in each} == {digest(tmp_path / "alone.mp3")}
    assert evicted >= evictions
    found = store.verify()
    assert (found.damaged, found.missing) == ((), 0)
    assert store.gc(CAP_BYTES).size_bytes <= CAP_BYTES
    print(f"P5: {4 * exports} exports, {rendered} renders, {evicted} evictions, 0 wrong")  # noqa: T201
