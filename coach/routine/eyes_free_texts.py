"""Which texts of a document are spoken, where they stand, and how long they may take.

What is only read is not among them: about, note, source, fault, the text of a screen or of a version, titles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from coach.routine.model import (
    WORDINGS,
    BreatheStep,
    Movement,
    MovementStep,
    ReflectStep,
    RestStep,
    Routine,
    TalkStep,
    Wording,
)
from coach.routine.routine_document import walk

Kind: TypeAlias = Literal["announce", "setup", "form", "feel", "caution", "talk", "word"]
"""`form` and `feel` are heard inside the work; a `word` marks a moment: a count, a phase."""
Where: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One spoken text as written, with its placeholders and maybe several wordings."""

    kind: Kind
    where: Where
    text: str
    time_ms: int | None = None
    """What there is for it, where something else comes after that time."""
    time: str = ""
    """What that time is: "the silence after it"."""

    @property
    def wordings(self) -> tuple[str, ...]:
        """The texts of which one is heard."""
        return tuple(wording.strip() for wording in self.text.split(WORDINGS))


def spoken_texts(value: Routine | Movement | Wording, share: int) -> Iterator[Spoken]:
    """Yield every spoken text of a document; `share` is the percent of the work that one cue may take."""
    if isinstance(value, Movement):
        yield from _of_movement(value, share)
    elif isinstance(value, Routine):
        yield from _of_routine(value, share)
    else:
        yield from _of_wording(value)


def _of_movement(movement: Movement, share: int) -> Iterator[Spoken]:
    hold, reps, short = movement.hold, movement.reps, movement.short
    default_ms = hold.default_ms if hold else reps.default * reps.tempo.rep_ms if reps else 0
    least_ms = hold.least_ms if hold else reps.least * reps.tempo.rep_ms if reps else 0
    yield Spoken("announce", ("announce",), movement.announce)
    for number, text in enumerate(movement.setup):
        yield Spoken("setup", ("setup", number), text)
    cues: tuple[tuple[Literal["form", "feel"], str, str | None], ...] = (
        ("form", movement.form, short.form),
        ("feel", movement.feel, short.feel),
    )
    for kind, full, shorter in cues:
        # The shorter one is said where the full one does not fit: it is the one that has to.
        yield Spoken(kind, (kind,), full, *_part(least_ms, 100 if shorter else share, "the shortest work"))
        if shorter:
            yield Spoken(kind, ("short", kind), shorter, *_part(least_ms, share, "the shortest work"))
    yield Spoken("setup", ("release",), movement.release)
    for number, text in enumerate(movement.exit):
        yield Spoken("setup", ("exit", number), text)
    if short.announce:
        yield Spoken("announce", ("short", "announce"), short.announce)
    if short.setup:
        yield Spoken("setup", ("short", "setup"), short.setup)
    if short.release:
        yield Spoken("setup", ("short", "release"), short.release)
    for key, version in (("easier", movement.easier), ("harder", movement.harder)):
        if version and version.say:
            yield Spoken("setup", (key, "say"), version.say)
        if version and version.short:
            yield Spoken("setup", (key, "short"), version.short)
        if version and version.form:
            yield Spoken("form", (key, "form"), version.form, *_part(least_ms, share, "the shortest work"))
    for number, caution in enumerate(movement.caution):
        inside = _part(default_ms, share, "the work") if caution.when == "work" else ()
        yield Spoken("caution", ("caution", number, "say"), caution.say, *inside)
    if movement.screen:
        yield Spoken("talk", ("screen", "say"), movement.screen.say)
    if movement.phases and reps:
        seconds = {
            "eccentric": (movement.phases.eccentric, reps.tempo.eccentric_s),
            "concentric": (movement.phases.concentric, reps.tempo.concentric_s),
        }
        for key, (text, phase_s) in seconds.items():
            # A phase of no seconds has no word.
            yield Spoken("word", ("phases", key), text, phase_s * 1000 or None, "its part of a repetition")


def _of_routine(routine: Routine, share: int) -> Iterator[Spoken]:
    if routine.intro:
        yield Spoken("talk", ("intro",), routine.intro)
    for where, step in walk(routine.steps):
        if isinstance(step, TalkStep):
            yield Spoken("talk", (*where, "talk"), step.text)
        elif isinstance(step, ReflectStep):
            yield Spoken("talk", (*where, "reflect"), step.text, step.for_ms, "the silence after it")
        elif isinstance(step, MovementStep) and step.say:
            dose_ms = step.hold_ms or (step.reps * step.tempo.rep_ms if step.reps and step.tempo else 0)
            yield Spoken("form", (*where, "say"), step.say, *_part(dose_ms, share, "the work"))
        elif isinstance(step, RestStep) and step.say:
            yield Spoken("talk", (*where, "say"), step.say, step.length_ms, "the rest")
        elif isinstance(step, BreatheStep) and step.say:
            yield Spoken("talk", (*where, "say"), step.say)
    if routine.outro:
        yield Spoken("talk", ("outro",), routine.outro)
    for number, one in enumerate(routine.without):
        for key, text in (("intro", one.intro), ("outro", one.outro)):
            if text:
                yield Spoken("talk", ("without", number, key), text)


def _of_wording(wording: Wording) -> Iterator[Spoken]:
    yield Spoken("caution", ("session_safety",), wording.session_safety)
    for number, text in enumerate(wording.counts):
        yield Spoken("word", ("counts", number), text, 1000, "the second that it counts")
    for number, text in enumerate(wording.reps_left):
        yield Spoken("word", ("reps_left", number), text)
    for key in (
        "halfway", "reps", "switch", "again", "next_set", "breathe", "breathe_in", "breathe_out", "breathe_on",
        "rest", "next_up", "resume", "resume_side", "stop",
    ):  # fmt: skip
        yield Spoken("talk", (key,), getattr(wording, key))


def _part(work_ms: int, share: int, name: str) -> tuple[int | None, str]:
    """Return the percent `share` of the work and its name, or no time when the work is not known."""
    return (work_ms * share // 100 or None, name if share == 100 else f"{share} % of {name}")
