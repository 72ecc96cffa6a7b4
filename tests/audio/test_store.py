"""The store: what is put comes back, whole, and only under its own key."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio.store import Store, render_key
from tests.audio.store_writers import ROOT, pcm_of, put, spec_of, there


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
    assert there(store, 1)
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
