"""Reads the wording of a language and the pacing table: phrases and times that belong to no movement."""

from __future__ import annotations

from collections.abc import Mapping

from coach.documents import Document, Fields, Reader
from coach.routine.model import Pacing, Wording
from coach.routine.movement_document import POSITIONS
from coach.routine.placeholders import check_placeholders, check_spoken, check_wordings

TITLES = ("talk", "prepare", "work", "release", "switch", "rest", "breathe", "reflect", "intro", "outro")
"""What may have a chapter title: the kinds of segment, and the two ends of a session."""

NOTES = ("red_flags", "playback", "review")
"""What is read and not spoken: when to see a clinician, how to play the file, who did not review it."""

_PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    "switch": ("side", "other"),
    "again": ("name",),
    "next_set": ("n",),
    "reps": ("n",),
    "next_up": ("name",),
    "resume": ("n",),
    "resume_side": ("n", "side"),
}
"""What the cue compiler fills in; anywhere else a placeholder would be heard as it is written."""

_WORDED = ("halfway", "reps", "switch", "again", "next_set", "breathe", "breathe_on", "rest", "next_up")
"""What may have several wordings. The others are signals: they stay the same so that they are known at once."""


def read_wording(text: str, path: str) -> Wording:
    """Return the wording in `text`; `path` is its name in messages. Raises DocumentError with every problem."""
    return wording_document(text, path).value


def wording_document(text: str, path: str) -> Document[Wording]:
    """Return the wording with the places of its parts. Raises DocumentError with every problem."""
    reader = Reader.of(text, path)
    fields = reader.document("a wording")
    wording = Wording(
        language=fields.text("language"),
        session_safety=fields.text("session_safety"),
        halfway=fields.text("halfway"),
        counts=fields.texts("counts", most=5),
        reps_left=fields.texts("reps_left", most=10),
        reps=fields.text("reps"),
        switch=fields.text("switch"),
        again=fields.text("again"),
        next_set=fields.text("next_set"),
        breathe=fields.text("breathe"),
        breathe_in=fields.text("breathe_in"),
        breathe_out=fields.text("breathe_out"),
        breathe_on=fields.text("breathe_on"),
        rest=fields.text("rest"),
        next_up=fields.text("next_up"),
        resume=fields.text("resume"),
        resume_side=fields.text("resume_side"),
        stop=fields.text("stop"),
        sides=fields.text_map("sides", ("left", "right")),
        titles=fields.text_map("titles", TITLES, required=False),
        notes=fields.text_map("notes", NOTES),
    )
    for key, node in fields.entries:
        if key.text in fields.asked:
            check_placeholders(reader, node, _PLACEHOLDERS.get(key.text, ()))
        if key.text in _WORDED:
            check_wordings(reader, node)
        elif key.text not in ("titles", "notes"):
            check_spoken(reader, node)
    fields.done()
    reader.finish()
    return Document(wording, path, reader.root)


def read_pacing(text: str, path: str) -> Pacing:
    """Return the pacing table in `text`; `path` is its name in messages. Raises DocumentError."""
    reader = Reader.of(text, path)
    fields = reader.document("a pacing table")
    breath = fields.mapping("breath")
    pacing = Pacing(
        moves_ms=_moves(fields),
        switch_ms=_by_position(fields.mapping("switch")),
        kit_ms=fields.duration("kit", 0, 60_000),
        silence_ms=fields.duration("silence", 0, 60_000),
        pause_ms=fields.duration("pause", 0, 60_000),
        breath_in_ms=breath.duration("in", 500, 60_000) if breath else 0,
        breath_out_ms=breath.duration("out", 500, 60_000) if breath else 0,
        halfway_from_ms=fields.duration("halfway_from", 0),
        pretone_after_ms=fields.duration("pretone_after", 0),
    )
    if breath:
        breath.done()
    fields.done()
    reader.finish()
    return pacing


def _moves(fields: Fields) -> dict[tuple[str, str], int]:
    table = fields.mapping("moves")
    if table is None:
        return {}
    rows = {before: table.mapping(before) for before in POSITIONS}
    table.done()
    return {(before, after): ms for before, row in rows.items() for after, ms in _by_position(row).items()}


def _by_position(row: Fields | None) -> dict[str, int]:
    if row is None:
        return {}
    times: dict[str, int] = {position: row.duration(position, 0, 120_000) for position in POSITIONS}
    row.done()
    return times
