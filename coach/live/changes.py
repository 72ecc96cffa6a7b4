"""Changes of the plan while it plays: made in time, put under the tape, told when they mean nothing now."""

from __future__ import annotations

from collections.abc import Callable, Collection

from coach.errors import CoachError
from coach.live.editor import Edition, Editor, segment_at, span_at
from coach.live.transport import Transport
from coach.script.edits import NotNow

_AHEAD_MS = 1500
"""A change is made for the time after this: what is nearer is in the device already, or nearly."""
_TRIES = 3
"""What took too long to prepare is made again, for later."""


class Changes:
    """The plan of one session that is being played, edition after edition. For one thread: each call may render."""

    def __init__(self, editor: Editor, edition: Edition, tape: Transport, note: Callable[[str], None]) -> None:
        """Begin with `edition`, which `tape` plays; `note` tells the listener why something was not done."""
        self.edition = edition
        self._editor, self._tape, self._note = editor, tape, note
        self._spared: Collection[str] = ()

    def resize(self, delta_ms: int) -> None:
        """Make the hold that is heard longer or shorter, on both its sides."""

        def change(edition: Edition, at_ms: int) -> Edition:
            here = edition.timeline.segments[segment_at(edition.timeline, self._tape.position_ms)]
            if here.end_ms <= at_ms:
                raise NotNow("it is nearly over")
            return self._editor.resized(edition, at_ms, delta_ms)

        self._edit(change)

    def talk(self, steps: int) -> None:
        """Say more or less from the next cue on."""
        self._edit(lambda edition, at_ms: self._editor.talk(edition, at_ms, steps))

    def other_side(self) -> None:
        """Begin this movement anew with its other side; the session stands still while that is prepared."""
        tape = self._tape
        was_paused = tape.state == "paused"
        tape.pause()
        try:
            edition, start_ms = self._editor.other_side(self.edition, tape.position_ms)
            tape.recut(edition.timeline, 0, seek_ms=start_ms)
            self.edition = edition
            self.spare(self._spared)
        except CoachError as error:
            self._note(str(error))
        finally:
            if not was_paused:
                tape.resume()

    def spare(self, movements: Collection[str]) -> None:
        """Jump over these movements wherever they come again."""
        self._spared = movements
        for segment in self.edition.timeline.segments:
            if segment.movement in movements and segment.start_ms >= self._tape.position_ms:
                start_ms, end_ms = span_at(self.edition, segment.start_ms)
                if start_ms == segment.start_ms:
                    self._tape.jump(start_ms, end_ms)

    def _edit(self, change: Callable[[Edition, int], Edition]) -> None:
        try:
            for _ in range(_TRIES):
                tape = self._tape
                edition = change(self.edition, tape.position_ms + _AHEAD_MS)
                if tape.recut(edition.timeline, tape.position_ms + _AHEAD_MS // 3):
                    self.edition = edition
                    self.spare(self._spared)
                    return
        except CoachError as error:
            self._note(str(error))
