"""Where voice meets audio: missing cues are rendered in parallel, mastered once, stored; then times are exact.

The plan is made from known lengths. Which lengths count as known depends only on what earlier rounds of the
same preparation chose, never on what happens to lie in the cache: so cold and warm give the same Timeline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from coach.audio.store import Store, StoredClip, render_key
from coach.errors import CoachError, SpeechFailed
from coach.script.layout import utterances
from coach.script.model import Length, Lengths, Utterance
from coach.script.timeline import Timeline
from coach.script.wording import Estimates
from coach.voice.base import Engine
from coach.voice.installed import package_version

if TYPE_CHECKING:
    from coach.audio.clip import Mastered

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (cues done, cues to render) in the thread that prepares: with 0 done before anything is rendered,
then after each cue. A later round begins at 0 again; with nothing to render it is never called."""

Plan: TypeAlias = Callable[[Lengths], Timeline]

_MOST_ROUNDS = 8


@dataclass
class Booth:
    """A voice and the store its mastered clips go to. One per session; safe to use from several threads."""

    engine: Engine
    store: Store
    rate_hz: int
    counts: tuple[Utterance, ...]
    """The words of the countdown: mastered with one shared gain, so that none stands out."""
    rendered: int = 0
    clips: dict[Utterance, StoredClip] = field(default_factory=dict)
    _identity: Mapping[str, str] = field(init=False)
    _count_gain_db: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _gain_lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Ask the engine once for all that changes its sound."""
        from coach.audio.clip import MASTERING_VERSION

        # The libraries that master are part of the sound: after an upgrade nothing old is mixed in.
        versions = {name: package_version(name, name) or "none" for name in ("numpy", "soxr", "pyloudnorm")}
        own = {"mastering": str(MASTERING_VERSION), "rate": str(self.rate_hz), **versions}
        self._identity = {**self.engine.identity(), **own}

    def key(self, utterance: Utterance) -> str:
        """Return the cache key: everything that changes the sound of this utterance."""
        return render_key(self._spec(utterance))

    def stored(self, utterance: Utterance) -> StoredClip | None:
        """Return the stored clip, if there is one, without rendering."""
        clip = self.clips.get(utterance) or self.store.clip(self.key(utterance))
        if clip:
            self.clips[utterance] = clip
        return clip

    def clip(self, utterance: Utterance) -> StoredClip:
        """Return the clip of `utterance`, rendered now if it must be. Raises EngineError."""
        found = self.stored(utterance)
        if found:
            return found
        key = self.key(utterance)
        with self.store.lock(key):
            # Another process may have rendered it while this one waited.
            found = self.store.clip(key) or self._kept(key, utterance, self._mastered(utterance))
        self.clips[utterance] = found
        return found

    def digest(self, utterance: Utterance) -> str:
        """Return the SHA-256 of the sound of `utterance`; its sound is not read."""
        return self.clip(utterance).sha256

    def pcm(self, utterance: Utterance) -> bytes:
        """Return the sound (int16, mono), verified. One that is damaged or gone is rendered again, never heard."""
        pcm = self.store.pcm(self.clip(utterance))
        if pcm is not None:
            return pcm
        key = self.key(utterance)
        with self.store.lock(key):
            # Its entry may still be there, so look at the sound: another process may have healed it by now.
            found = self.store.clip(key)
            pcm = self.store.pcm(found) if found else None
            if found is None or pcm is None:
                mastered = self._mastered(utterance)
                # Not read back: an evictor, or a disk that cannot be read, may be quicker.
                found, pcm = self._kept(key, utterance, mastered), mastered.pcm
        self.clips[utterance] = found
        return pcm

    def _spec(self, utterance: Utterance) -> dict[str, str]:
        spec = {
            **self._identity,
            "text": self.engine.spoken(utterance),
            "pace": utterance.pace,
            "manner": utterance.manner,
            "language": utterance.language,
        }
        if utterance.pace == "count":
            spec["beside"] = "|".join(self.engine.spoken(u) for u in self.counts)
        return spec

    def _mastered(self, utterance: Utterance) -> Mastered:
        from coach.audio.clip import master

        gain_db = self._shared_gain_db() if utterance.pace == "count" else None
        pcm = self.engine.speak(utterance)
        try:
            mastered = master(pcm.samples, pcm.rate_hz, rate_hz=self.rate_hz, gain_db=gain_db)
        except ValueError as error:
            raise SpeechFailed(self.engine.name, utterance.text, str(error)) from error
        with self._lock:
            self.rendered += 1
        return mastered

    def _kept(self, key: str, utterance: Utterance, mastered: Mastered) -> StoredClip:
        spec = self._spec(utterance)
        return self.store.put_clip(key, spec, mastered.pcm, onset_ms=mastered.onset_ms, rate_hz=self.rate_hz)

    def _shared_gain_db(self) -> float:
        """Return the one gain of all counts, so that none of them stands out."""
        from coach.audio.clip import own_gain_db, shared_gain_db

        with self._gain_lock:
            if self._count_gain_db is None:
                spoken = [self.engine.speak(utterance) for utterance in self.counts]
                try:
                    own = tuple(own_gain_db(pcm.samples, pcm.rate_hz, rate_hz=self.rate_hz) for pcm in spoken)
                except ValueError as error:
                    row = ", ".join(utterance.text for utterance in self.counts)
                    raise SpeechFailed(self.engine.name, row, str(error)) from error
                self._count_gain_db = shared_gain_db(own)
            return self._count_gain_db


def prepare(plan: Plan, booth: Booth, on_progress: Progress | None = None) -> Timeline:
    """Return the exact Timeline of `plan` with every cue it uses in the store.

    Each round lays out with the lengths known so far and renders what that layout chose; normally two rounds.
    Raises EngineError when a cue cannot be rendered, ImpossibleLength when the real lengths do not allow it.
    """
    known = Estimates()
    for _ in range(_MOST_ROUNDS):
        timeline = plan(known)
        if not timeline.estimated:
            return timeline
        wanted = [u for u in utterances(timeline) if u not in known]
        _render_all(wanted, booth, on_progress)
        known.update((u, length_of(booth.clips[u])) for u in wanted)
    raise CoachError("the plan of this session does not settle", hint="please report the routine that does this")


def outlook(plan: Plan, booth: Booth) -> Timeline:
    """Return the Timeline as far as it is known without rendering: exact when all is stored, else estimated."""
    known = Estimates()
    for _ in range(_MOST_ROUNDS):
        timeline = plan(known)
        wanted = [u for u in utterances(timeline) if u not in known]
        found = [(u, clip) for u in wanted if (clip := booth.stored(u))]
        if not found:
            return timeline
        known.update((u, length_of(clip)) for u, clip in found)
    return timeline


def length_of(clip: StoredClip) -> Length:
    """Return a stored clip's exact length."""
    return Length(clip.ms, clip.onset_ms, exact=True)


def _render_all(wanted: Sequence[Utterance], booth: Booth, on_progress: Progress | None) -> None:
    missing = [utterance for utterance in wanted if not booth.stored(utterance)]
    if not missing:
        return
    if on_progress:  # the first cue may take seconds: the voice is loaded, all counts are spoken for their gain
        on_progress(0, len(missing))
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(max_workers=max(1, booth.engine.workers), thread_name_prefix="voice")
    try:
        running = [pool.submit(booth.clip, utterance) for utterance in missing]
        for done, future in enumerate(as_completed(running), 1):
            future.result()
            if on_progress:
                on_progress(done, len(missing))
    except BaseException:
        # After an error or Ctrl-C nothing more is begun, and nobody waits for what still runs.
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
