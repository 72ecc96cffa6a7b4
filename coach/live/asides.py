"""What the coach says that no plan has: where one is after a pause, that it is time to stop, how to come out."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import Literal

from coach.errors import CoachError
from coach.live.changes import Changes
from coach.live.editor import segment_at, span_at
from coach.live.telling import way_out
from coach.live.transport import Transport
from coach.script.edits import resume_line
from coach.script.model import Utterance
from coach.session import Session

_WAIT_S = 1.5
"""How long going on waits for the sentence that says where one is."""
_ROUND_MS = 5000
"""Seconds left are said in fives: few sentences, each rendered once."""
_PAUSE_MS = 500


class Asides:
    """Speech in between for one session. What it says may have to be rendered: not for the speaker's thread."""

    def __init__(self, session: Session, tape: Transport, changes: Changes) -> None:
        """Keep what it speaks with, into and about."""
        self.session, self.tape, self.changes = session, tape, changes
        self.text = ""
        """What is being said, or was said last."""

    def warm(self) -> None:
        """Render the one sentence that must be there at once when it is needed."""
        self._pcm(self._stop_line())

    def where(self) -> bytes | None:
        """Return the sentence that says where in a hold one is; None outside of one and near its end."""
        timeline = self.tape.timeline
        index = segment_at(timeline, self.tape.position_ms)
        segment = self.changes.edition.fitted.script.segments[index]
        end_ms = timeline.segments[index].end_ms
        left_ms = (end_ms - self.tape.position_ms + _ROUND_MS // 2) // _ROUND_MS * _ROUND_MS
        if segment.kind != "work" or segment.reps or left_ms < _ROUND_MS:
            return None
        line = resume_line(segment, left_ms, self.changes.edition.content.wording)
        self.text = line.text
        return self._pcm(line)

    def go_on(self, line: Future[bytes | None]) -> None:
        """Say where one is, if that is ready in time, and go on."""
        try:
            said = line.result(_WAIT_S)
        except (CoachError, NotYet):
            said = None
        if said and self.tape.state == "paused":
            self.tape.say([said, self._silence()])
        else:
            self.tape.resume()

    def leave(self, then: Literal["playing", "paused"], *, hurt: bool = False) -> None:
        """Go to the end of this movement; whoever is in position hears how to come out of it.

        With `hurt` it is said first what to do now.
        """
        timeline, position_ms = self.tape.timeline, self.tape.position_ms
        _, end_ms = span_at(self.changes.edition, position_ms)
        index = segment_at(timeline, position_ms)
        lines = [self._stop_line()] if hurt else []
        if timeline.segments[index].kind in ("work", "switch", "release"):
            lines += way_out(timeline, index, end_ms)
        said: list[bytes] = []
        try:
            for line in lines:
                said += [self._pcm(line), self._silence()]
        except CoachError:  # the voice fails: leave with fewer words rather than not at all
            pass
        self.text = " ".join(line.text for line in lines)
        if said:
            self.tape.say(said, then=then, to_ms=end_ms)
        else:
            self.tape.seek(end_ms)

    def _stop_line(self) -> Utterance:
        wording = self.session.content.wording
        return Utterance(wording.stop, language=wording.language)

    def _pcm(self, utterance: Utterance) -> bytes:
        return self.session.booth.pcm(utterance)

    def _silence(self) -> bytes:
        return bytes(2 * self.session.profile.rate_hz * _PAUSE_MS // 1000)
