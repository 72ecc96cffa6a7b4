"""Processes that tests of the store start and kill: each renders, puts and reads like a session does."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

from coach.audio.store import Store, render_key

ROOT = Path(__file__).parents[2]


def start(name: str, *given: object) -> subprocess.Popen[str]:
    """Start one of the functions below in a process of its own."""
    command = [sys.executable, "-m", __name__, name, *map(str, given)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def spec_of(n: int) -> dict[str, str | int]:
    return {"text": f"cue {n}", "engine": "none"}


def pcm_of(n: int, ms: int = 200) -> bytes:
    """Return the one right sound of cue `n`."""
    block = hashlib.sha256(f"sound {n}".encode()).digest()
    return (block * (ms * 48 // len(block) + 1))[: ms * 48]


def put(store: Store, n: int) -> None:
    store.put_clip(render_key(spec_of(n)), spec_of(n), pcm_of(n), onset_ms=n % 40, rate_hz=24_000)
    store.put_blob(hashlib.sha256(f"blob {n}".encode()).hexdigest(), pcm_of(n, 50))


def there(store: Store, n: int) -> bool:
    """Return whether cue `n` would be heard."""
    clip = store.clip(render_key(spec_of(n)))
    return clip is not None and store.pcm(clip) == pcm_of(n)


def wrong(store: Store, n: int) -> bool:
    """Return whether the store would let somebody hear something else than cue `n`."""
    clip = store.clip(render_key(spec_of(n)))
    if clip is not None and (clip.ms, clip.onset_ms, clip.rate_hz) != (200, n % 40, 24_000):
        return True
    pcm = None if clip is None else store.pcm(clip)
    blob = store.blob(hashlib.sha256(f"blob {n}".encode()).hexdigest())
    return pcm not in (None, pcm_of(n)) or blob not in (None, pcm_of(n, 50))


def write_for_ever(root: str, cues: int) -> None:
    store, pick = Store(Path(root)), random.Random()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        put(store, pick.randrange(cues))


def read_and_write(root: str, cues: int, stop: str) -> None:
    """Work until the file `stop` appears; say how often something wrong was read."""
    store, pick, bad = Store(Path(root)), random.Random(), 0
    while not Path(stop).exists():
        n = pick.randrange(cues)
        clip = store.clip(render_key(spec_of(n)))
        if clip is None or store.pcm(clip) is None:
            put(store, n)
        bad += wrong(store, n)
    sys.stdout.write(f"{bad} {store.trouble}\n")


def render_under_locks(root: str, cues: int, log: str) -> None:
    """Render each cue that is not there yet, under its lock, and note each render in `log`."""
    store = Store(Path(root))
    for n in range(cues):
        key = render_key(spec_of(n))
        with store.lock(key):
            if store.clip(key) is None:
                with Path(log).open("a") as file:
                    file.write(f"{n}\n")
                time.sleep(0.002)
                put(store, n)


def export_for_ever(target: str) -> None:
    from coach.audio.atomic import write_atomically

    pick = random.Random()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        block = bytes([pick.randrange(256)]) * 4096
        write_atomically(Path(target), (block for _ in range(64)), overwrite=True)


if __name__ == "__main__":
    name, *given = sys.argv[1:]
    globals()[name](*(int(value) if value.isdigit() else value for value in given))
