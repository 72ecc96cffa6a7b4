"""The front door of the library: one routine, one voice, one session.

    from coach.session import Session
    session = Session.of("post-run-cooldown")
    session.export("cooldown.mp3")

Nothing here prints, asks or exits; progress goes to a callback. Reading a session never changes it: the
Timeline is made once, by `prepare`, and everything else only reads it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from coach.audio.mp3 import STANDARD, Profile, check_session
from coach.audio.render import Desk
from coach.audio.store import Store
from coach.audio.tones import TONE_LENGTHS_MS
from coach.errors import AskedError, CoachError, ImpossibleLength, NothingLeft
from coach.prepare import Booth, Plan, Progress, outlook, prepare
from coach.routine.adapt import ANYTHING, Needs, Swap, adapt
from coach.routine.delivery import STEADY, Delivery
from coach.routine.library import Library
from coach.routine.model import Movement, MovementStep, Routine
from coach.script.changes import Change, changes
from coach.script.fit import Fitted, fit
from coach.script.layout import Kept, layout
from coach.script.model import Lengths, Utterance
from coach.script.outline import Content, leaves
from coach.script.timeline import Timeline
from coach.script.wording import Estimates
from coach.voice.base import Engine
from coach.voice.catalog import open_voice

if TYPE_CHECKING:
    from pydub import AudioSegment

WINDOW_MS = 200


class Sink(Protocol):
    """Where the windows of a session go: a speaker, a file, a test's memory."""

    def write(self, window: AudioSegment) -> None:
        """Take the next window; windows come in order and without gaps."""
        ...


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made."""

    path: Path
    bytes: int
    length_ms: int
    voice: str
    cues: int
    """Distinct utterances that were needed, to find the plan and to speak it."""
    rendered: int
    """How many of them had to be rendered now."""
    seconds: float

    @property
    def cached(self) -> int:
        """How many came from the cache."""
        return self.cues - self.rendered


class Session:
    """One routine spoken by one voice. `prepare` renders; the ways out prepare when that was not done yet."""

    def __init__(
        self,
        routine: Routine,
        content: Content,
        engine: Engine,
        store: Store,
        *,
        length_ms: int | None = None,
        profile: Profile = STANDARD,
        swaps: tuple[Swap, ...] = (),
    ) -> None:
        """Put the parts together; `Session.of` finds them by name. `length_ms` None means the routine's own.

        Raises AskedError when it is no whole number.
        """
        _check_length(length_ms)
        self.routine, self.content, self.engine, self.store = routine, content, engine, store
        self.swaps = swaps
        self.length_ms, self.profile = length_ms, profile
        counts = tuple(Utterance(word, "count", language=routine.language) for word in content.wording.counts)
        self.booth = Booth(engine, store, profile.rate_hz, counts)
        self.desk = Desk(store, profile, self.booth.pcm, self.booth.digest)
        self._timeline: Timeline | None = None
        self._fitted: Fitted | None = None

    @classmethod
    def of(
        cls,
        routine: str | Path | Routine,
        voice: str | None = None,
        *,
        length_ms: int | None = None,
        bed: Literal["comfort", "none"] | None = None,
        needs: Needs = ANYTHING,
        delivery: Delivery = STEADY,
        library: Library | None = None,
        store: Store | None = None,
    ) -> Session:
        """Return the session of a shipped or own routine, by id or path, spoken by `voice` (None: the best here).

        `needs` is what the listener can do, has and avoids; `delivery` how it is told.
        Raises UnknownName, DocumentError, UnreadableFile, NothingLeft, EngineMissing, or AskedError for a length that
        is no whole number.
        """
        from coach import paths

        _check_length(length_ms)
        library = library or Library(paths.home_dir())
        found = routine if isinstance(routine, Routine) else library.routine(routine)
        if bed:
            found = replace(found, bed=bed)
        found, swaps = adapted(found, needs, library, length_ms)
        content = content_of(found, library, replace(delivery, kit=needs.kit))
        store = store or Store(paths.cache_dir())
        return cls(found, content, open_voice(voice), store, length_ms=length_ms, swaps=swaps)

    # --- the plan -------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """The pure function from known lengths to a Timeline."""

        def planned(lengths: Lengths) -> Timeline:
            fitted = fit(self.routine, self.content, lengths, TONE_LENGTHS_MS, self.length_ms)
            self._fitted = fitted
            return self.laid(fitted, lengths)

        return planned

    def laid(self, fitted: Fitted, lengths: Lengths, kept: Kept | None = None) -> Timeline:
        """Return the Timeline of `fitted` in this session's voice; `kept` is what was heard of an earlier one."""
        pretone_after_ms = self.content.pacing.pretone_after_ms
        voice = f"{self.engine.name}:{self.engine.voice}"
        return layout(fitted, lengths, TONE_LENGTHS_MS, voice=voice, pretone_after_ms=pretone_after_ms, kept=kept)

    def outlook(self) -> Timeline:
        """Return the Timeline without rendering: exact when every cue is cached, else `estimated`."""
        return self._timeline or outlook(self.plan, self.booth)

    def prepare(self, on_progress: Progress | None = None) -> Timeline:
        """Render what is missing and return the exact Timeline. Raises EngineError or ImpossibleLength."""
        if self._timeline is None:
            self._timeline = prepare(self.plan, self.booth, on_progress)
        return self._timeline

    @property
    def timeline(self) -> Timeline:
        """The exact Timeline, prepared on first use."""
        return self.prepare()

    @property
    def fitted(self) -> Fitted:
        """The plan under the Timeline, prepared on first use: what a live session changes."""
        self.prepare()
        if self._fitted is None:
            raise CoachError("the session has no plan")
        return self._fitted

    def changes(self) -> tuple[Change, ...]:
        """Return what the length, asked for or the routine's own, made of the document."""
        if self._fitted is None:
            self.outlook()
        return changes(self.routine, self.content, self._fitted.choices) if self._fitted else ()

    def screens(self) -> Mapping[str, str]:
        """Return movement id to the text that asks who should not do it, for the movements that have one."""
        return {m.id: m.screen.text for m in movements_of(self.routine, self.content) if m.screen}

    # --- the ways out ---------------------------------------------------------------------------

    def export(self, path: str | Path, *, overwrite: bool = False, on_progress: Progress | None = None) -> Exported:
        """Write the MP3. Under its final name the file is complete, always. Then the store is brought under its cap.

        Raises FileInTheWay, WriteFailed, EngineError or ImpossibleLength; then nothing was written.
        """
        from coach.audio.atomic import write_atomically

        began = time.monotonic()
        target = Path(path)
        timeline = self.prepare(on_progress)
        notes = self.content.wording.notes
        screens = dict.fromkeys(self.screens().values())
        read_first = " ".join([*screens, notes["review"], notes["red_flags"], notes["playback"]])
        artist = self.engine.label(timeline.language)
        tag = self.desk.tag(timeline, artist=artist, album="coach", genre="Fitness", read_first=read_first)

        def whole(part: Path) -> None:
            check_session(part, tag, self.profile, timeline.length_ms)

        chunks = chain((tag,), self.desk.splice(timeline))
        size = write_atomically(target, chunks, check=whole, overwrite=overwrite)
        seconds = time.monotonic() - began
        self.store.tidy()
        cues = len(self.booth.clips)
        return Exported(target, size, timeline.length_ms, timeline.voice, cues, self.booth.rendered, seconds)

    def windows(self, start_ms: int = 0, size_ms: int = WINDOW_MS) -> Iterator[AudioSegment]:
        """Yield the session from `start_ms` as short AudioSegments: the same bytes for every size."""
        return self.desk.windows(self.timeline, start_ms, size_ms)

    def pour(self, sink: Sink, start_ms: int = 0) -> None:
        """Write every window from `start_ms` on into `sink`."""
        for window in self.windows(start_ms):
            sink.write(window)

    def close(self) -> None:
        """Give back the voice, and bring the store under its cap when something was put into it."""
        try:
            self.engine.close()
        finally:
            self.store.tidy()


def _check_length(length_ms: int | None) -> None:
    # Every time of a session is a whole number: a fraction would show up somewhere far from here.
    if length_ms is not None and type(length_ms) is not int:
        what = f"a length is a whole number of milliseconds, not {length_ms!r}"
        raise AskedError(what, hint="length_ms=450_000 is 7:30")


def adapted(
    routine: Routine, needs: Needs, library: Library, length_ms: int | None = None
) -> tuple[Routine, tuple[Swap, ...]]:
    """Return `routine` as somebody with these needs can do it, and what was swapped. Raises NothingLeft."""
    found, swaps = adapt(routine, needs, library.movement)
    if not swaps:
        return found, swaps
    if not any(isinstance(leaf.step, MovementStep) for leaf in leaves(found)):
        raise NothingLeft(routine.id, tuple(f"{library.movement(s.movement).name}: {s.reason}" for s in swaps))
    if length_ms is None and found.length:
        try:
            fit(found, content_of(found, library), Estimates(), TONE_LENGTHS_MS)
        except ImpossibleLength:
            # Nobody asked for a length: what is left lasts as long as it lasts.
            found = replace(found, length=None)
    return found, swaps


def content_of(routine: Routine, library: Library, delivery: Delivery = STEADY) -> Content:
    """Return the movements, wording and pacing that `routine` needs. Raises UnknownName or DocumentError."""
    named = dict.fromkeys(leaf.step.movement for leaf in leaves(routine) if isinstance(leaf.step, MovementStep))
    movements = {name: library.movement(name) for name in named}
    return Content(movements, library.wording(routine.language), library.pacing(), delivery)


def movements_of(routine: Routine, content: Content) -> tuple[Movement, ...]:
    """Return the movements of `routine`, each once, in the order they are met."""
    named = dict.fromkeys(leaf.step.movement for leaf in leaves(routine) if isinstance(leaf.step, MovementStep))
    return tuple(content.movements[name] for name in named)
