"""Player: one session, live, with its transport. Started, steered and watched from any thread; needs no terminal.

Keys and screens call its methods and read `now`; a break calls `start` and `wait`. What takes long (speech that was
not foreseen, another wording) is done in a thread of its own, while the sound goes on.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from coach.errors import CoachError
from coach.live.asides import Asides
from coach.live.changes import Changes
from coach.live.editor import Editor, segment_at, span_at
from coach.live.speaker import Speaker
from coach.live.state import Ending, Now, Summary
from coach.live.telling import now_of, summary_of
from coach.live.transport import Transport
from coach.script.timeline import Timeline
from coach.session import Session, movements_of

TEN_SECONDS_MS = 10_000
_AGAIN_S = 1.5
"""A second press of "back" within this goes further back."""
_NOTICE_S = 4.0
_LOOK_S = 0.05
_STEP = 10


class Record(Protocol):
    """Where a live session is noted down (coach.history)."""

    def begin(self, routine: str, title: str, planned_ms: int, voice: str) -> int:
        """Note that a session begins; return its number."""
        ...

    def end(self, number: int, summary: Summary) -> None:
        """Note how it ended and what was done."""
        ...


class Player:
    """One live session. Every method returns at once, but for `start`, which prepares, and `wait`."""

    def __init__(self, session: Session, speaker: Speaker, record: Record | None = None) -> None:
        """Keep the parts; nothing sounds yet."""
        self.session, self.speaker, self.record = session, speaker, record
        self.kit: tuple[str, ...] = tuple(
            dict.fromkeys(kit.name for m in movements_of(session.routine, session.content) for kit in m.kit)
        )
        self.error: BaseException | None = None
        """What interrupted it, when it was not the listener."""
        self._transport: Transport | None = None
        self._changing: Changes | None = None
        self._speech: Asides | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._over = threading.Event()
        self._lock = threading.RLock()
        self._ending: Ending | None = None
        self._number: int | None = None
        self._notice: tuple[str, float] | None = None
        self._back_at = -_AGAIN_S
        self._line: Future[bytes | None] | None = None
        self._waiting = self._is_lost = False
        self._skipped: dict[str, str] = {}
        self._hurt: dict[str, str] = {}

    # --- its life ---------------------------------------------------------------------------------

    def start(
        self,
        ready_ms: int = 0,
        *,
        at_ms: int = 0,
        on_heard: Callable[[Timeline, int, bytes], None] | None = None,
    ) -> None:
        """Begin after `ready_ms` of silence, at `at_ms` of the session. Renders what is missing first.

        Raises DeviceError, EngineError, ImpossibleLength or WriteFailed; then nothing sounds.
        """
        editor = Editor(self.session)
        edition = editor.first()
        rate_hz = self.session.profile.rate_hz
        self._transport = Transport(
            lambda timeline, from_ms: self.session.desk.windows(timeline, from_ms, 100),
            edition.timeline,
            rate_hz,
            start_ms=min(at_ms, edition.timeline.length_ms),
            ready_ms=ready_ms,
            on_heard=on_heard,
        )
        self._changing = Changes(editor, edition, self._transport, self._note)
        self._speech = Asides(self.session, self._transport, self._changing)
        try:
            self.speaker.start(self._transport.read, rate_hz, self._lost)
        except CoachError:
            self._transport.close()
            self._worker.shutdown(wait=False)
            raise
        if self.record:
            voice = edition.timeline.voice
            routine = self.session.routine
            self._number = self.record.begin(routine.id, routine.name, edition.timeline.length_ms, voice)
        threading.Thread(target=self._watch, name="player", daemon=True).start()
        self._worker.submit(self._asides().warm)

    def stop(self, ending: Ending = "stopped") -> None:
        """End it now; what was done until here is kept."""
        self._finish(ending)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it has ended; say whether it has."""
        return self._over.wait(timeout_s)

    # --- what it shows ----------------------------------------------------------------------------

    def now(self) -> Now:
        """Return what is heard at this moment."""
        notice = self._notice
        shown = notice[0] if notice and time.monotonic() - notice[1] < _NOTICE_S else None
        tape = self._tape()
        talk = self._changes().edition.content.delivery.talk
        return now_of(
            tape, talk=talk, over=self._over.is_set(), waiting=self._waiting, spoken=self._asides().text, notice=shown
        )

    def summary(self) -> Summary:
        """Return what it came to until now."""
        skipped = tuple(name for movement, name in self._skipped.items() if movement not in self._hurt)
        return summary_of(
            self.session.routine.id,
            self._tape(),
            ending=self._ending or "interrupted",
            skipped=skipped,
            hurt=tuple(self._hurt.values()),
        )

    # --- keys -------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Pause, or go on; during the get-ready begin now."""
        state = self._tape().state
        if state == "ready":
            self._tape().begin()
        elif state == "paused":
            self.resume()
        else:
            self.pause()

    def pause(self) -> None:
        """Stand still."""
        self._tape().pause()
        self._line = self._worker.submit(self._asides().where)

    def resume(self) -> None:
        """Go on; in a hold it is said first where one is."""
        line, self._line = self._line, None
        if self._is_lost:
            self._worker.submit(self._find_again)
            return
        if line is None:
            self._tape().resume()
            return
        self._waiting = True
        threading.Thread(target=self._go_on, args=(line,), name="resume", daemon=True).start()

    def forward(self) -> None:
        """Go to the next segment."""
        tape = self._tape()
        tape.begin()
        segments = tape.timeline.segments
        index = segment_at(tape.timeline, tape.position_ms)
        self._seek(segments[index].end_ms if index + 1 < len(segments) else segments[-1].end_ms)

    def back(self) -> None:
        """Restart this segment; pressed twice, the one before."""
        tape = self._tape()
        index = segment_at(tape.timeline, tape.position_ms)
        twice = time.monotonic() - self._back_at < _AGAIN_S
        self._back_at = time.monotonic()
        self._seek(tape.timeline.segments[max(0, index - 1) if twice else index].start_ms)

    def repeat(self) -> None:
        """Do this movement again from its beginning."""
        self._seek(span_at(self._changes().edition, self._tape().position_ms)[0])

    def skip(self) -> None:
        """Leave this movement, and come out of it with the words that belong to it."""
        tape = self._tape()
        tape.begin()
        segment = tape.timeline.segments[segment_at(tape.timeline, tape.position_ms)]
        if segment.movement:
            self._skipped.setdefault(segment.movement, segment.title)
        self._worker.submit(self._asides().leave, "playing")

    def hurts(self) -> None:
        """Stop this movement: say what to do, come out of it, note it, and wait for the listener."""
        tape = self._tape()
        tape.begin()
        tape.pause()
        timeline = tape.timeline
        segment = timeline.segments[segment_at(timeline, tape.position_ms)]
        if segment.movement:
            self._hurt.setdefault(segment.movement, segment.title)
            self._note(f"{segment.title} is stopped and will not come again. Space goes on.")
        self._line = None
        self._worker.submit(self._stop_movement)

    def longer(self) -> None:
        """Ten seconds more of this hold, on both sides."""
        self._worker.submit(self._changes().resize, TEN_SECONDS_MS)

    def shorter(self) -> None:
        """Ten seconds less of this hold, on both sides."""
        self._worker.submit(self._changes().resize, -TEN_SECONDS_MS)

    def other_side(self) -> None:
        """Begin this movement with the other side."""
        self._line = None
        self._waiting = True
        self._worker.submit(self._swap_sides)

    def talk_more(self) -> None:
        """Say more from the next cue on."""
        self._worker.submit(self._changes().talk, 1)

    def talk_less(self) -> None:
        """Say less from the next cue on."""
        self._worker.submit(self._changes().talk, -1)

    def louder(self) -> None:
        """Ten per cent up."""
        self._tape().volume = min(100, self._tape().volume + _STEP)

    def softer(self) -> None:
        """Ten per cent down."""
        self._tape().volume = max(0, self._tape().volume - _STEP)

    def mute(self) -> None:
        """Leave out the tones, or let them in again."""
        self._tape().mute(not self._tape().muted)

    # --- going somewhere --------------------------------------------------------------------------

    def _seek(self, to_ms: int) -> None:
        self._line = None
        self._tape().begin()
        self._tape().seek(to_ms)

    def _stop_movement(self) -> None:
        self._asides().leave("paused", hurt=True)
        self._changes().spare(self._hurt)

    def _go_on(self, line: Future[bytes | None]) -> None:
        try:
            self._asides().go_on(line)
        finally:
            self._waiting = False

    def _swap_sides(self) -> None:
        try:
            self._changes().other_side()
        finally:
            self._waiting = False

    # --- inside -----------------------------------------------------------------------------------

    def _tape(self) -> Transport:
        if self._transport is None:
            raise CoachError("this session has not been started")
        return self._transport

    def _changes(self) -> Changes:
        if self._changing is None:
            raise CoachError("this session has not been started")
        return self._changing

    def _asides(self) -> Asides:
        if self._speech is None:
            raise CoachError("this session has not been started")
        return self._speech

    def _note(self, text: str, *, lasting: bool = False) -> None:
        self._notice = text[:1].upper() + text[1:], math.inf if lasting else time.monotonic()

    def _lost(self) -> None:
        """The device is gone: stand still, so that nothing is missed, and say so."""
        self._is_lost = True
        self._tape().pause()
        self._note("The sound device is gone. Plug it in again, then go on with space.", lasting=True)

    def _find_again(self) -> None:
        self.speaker.stop()
        try:
            self.speaker.start(self._tape().read, self.session.profile.rate_hz, self._lost)
        except CoachError as error:
            self._note(f"Still no sound: {error}. Space tries again.", lasting=True)
            return
        self._is_lost, self._notice = False, None
        self._tape().resume()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_S):
            tape = self._tape()
            if tape.error is not None:
                self.error = tape.error
                self._finish("interrupted")
            elif tape.state == "ended":
                self._finish("done")

    def _finish(self, ending: Ending) -> None:
        with self._lock:
            if self._ending is not None:
                return
            self._ending = ending
        self.speaker.stop()
        if self._transport:
            self._transport.close()
        self._worker.shutdown(wait=False, cancel_futures=True)
        try:
            if self.record and self._number is not None:
                self.record.end(self._number, self.summary())
        except CoachError as error:
            self.error = self.error or error
        finally:
            self._over.set()
