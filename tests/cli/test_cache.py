"""`coach cache`: what is kept, whether it is whole, and the way back under the limit."""

from __future__ import annotations

import json
import os

from coach import paths
from coach.audio.store import Store


def test_cache_info_verify_and_gc_tell_what_the_store_has(coach):
    coach("export", "desk-break", "--voice", "null")
    info = json.loads(coach("cache", "info", "--json").out)
    true = Store(paths.cache_dir()).info()
    assert (info["clips"], info["blobs"], info["bytes"]) == (true.clips, true.blobs, true.size_bytes)
    assert info["clips"] > 20
    assert f"{true.clips} sentences" in coach("cache").out
    assert "none damaged" in coach("cache", "verify").out
    assert "nothing to remove" in coach("cache", "gc").out


def test_a_damaged_entry_is_told_and_set_aside(coach):
    coach("export", "desk-break", "--voice", "null")
    victim = next((paths.cache_dir() / "v1" / "objects").glob("*/*.wav"))
    victim.write_bytes(victim.read_bytes()[:-2] + b"xx")
    found = coach("cache", "verify")
    assert found.status == 1
    assert "1 of " in found.out
    assert "1 damaged entry set aside" in coach("cache", "info").out
    assert coach("cache", "verify").status == 0
    assert coach("export", "desk-break", "--voice", "null", "-f").status == 0


def test_gc_brings_the_cache_under_its_limit(coach, monkeypatch):
    store = Store(paths.cache_dir())
    for index in range(12):
        store.put_blob(f"{index:064x}", os.urandom(1_000_000))
    monkeypatch.setenv("COACH_CACHE_LIMIT", "10")
    assert "old entries removed" in coach("cache", "gc").out
    assert store.info().size_bytes <= 10_000_000
