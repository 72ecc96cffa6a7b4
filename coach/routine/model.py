"""Movements and routines as frozen values: what a body does, in the words of docs/glossary.md.

Pure: no clock, no files, no audio. Times are whole milliseconds (`_ms`); tempo phases are whole seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["static", "dynamic", "strength", "pressure", "balance", "rest"]
Position: TypeAlias = Literal["standing", "kneeling", "hands-and-knees", "prone", "supine"]
Place: TypeAlias = Literal["none", "wall", "desk", "mat"]
Sides: TypeAlias = Literal["each", "both", "alternate"]
Side: TypeAlias = Literal["left", "right", "both"]
Moment: TypeAlias = Literal["any", "pre-run", "post-run", "desk", "evening"]
Starts: TypeAlias = Literal["eccentric", "concentric"]
Demand: TypeAlias = Literal["balance", "kneeling", "pressure"]
"""What a movement may ask of a body that not everybody can or wants to do."""

WORDINGS = " | "
"""Between wordings of one line that mean the same: the coach takes them in turn."""


@dataclass(frozen=True, slots=True)
class HoldDose:
    """Isometric time for one side and set, in milliseconds."""

    default_ms: int
    least_ms: int
    most_ms: int


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds of one repetition's phases, in the field's order "3-1-1-0".

    Eccentric (lowering or returning), pause, concentric (rising or pulling), pause.
    """

    eccentric_s: int
    stretched_s: int
    concentric_s: int
    squeezed_s: int

    @property
    def rep_ms(self) -> int:
        """Length of one repetition in milliseconds."""
        return 1000 * (self.eccentric_s + self.stretched_s + self.concentric_s + self.squeezed_s)

    def __str__(self) -> str:
        """Return the notation "3-1-1-0"."""
        return f"{self.eccentric_s}-{self.stretched_s}-{self.concentric_s}-{self.squeezed_s}"


@dataclass(frozen=True, slots=True)
class RepsDose:
    """Counted repetitions of one side and set; for `sides: alternate`, of both sides together (even)."""

    default: int
    least: int
    most: int
    tempo: Tempo
    starts: Starts = "eccentric"


@dataclass(frozen=True, slots=True)
class SetsDose:
    """How often the work is done."""

    default: int = 1
    least: int = 1
    most: int = 4


@dataclass(frozen=True, slots=True)
class Kit:
    """A thing that is needed, and what a household has instead."""

    name: str
    substitute: str | None = None
    say: str | None = None
    """How the coach calls it, in one word: `{ball}` in the movement's texts."""
    say_instead: str | None = None
    """How the coach calls the substitute."""

    def said(self, *, there: bool) -> str:
        """Return what stands for the placeholder: the thing, or its substitute when it is not `there`."""
        return (self.say if there else self.say_instead) or self.say or self.name


@dataclass(frozen=True, slots=True)
class Caution:
    """A safety line spoken on first contact and never dropped: with the set-up, or inside the work."""

    say: str
    when: Literal["setup", "work"] = "setup"
    after: int = 0
    """How many sentences of the set-up come before it: a warning is said where it can be followed."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Who should not do this: `text` is read on a screen, `say` is the one spoken line."""

    text: str
    say: str


@dataclass(frozen=True, slots=True)
class Version:
    """An easier or harder version: `text` is read, `say` is spoken at that level, after the set-up.

    With `instead_of` it is another set-up: `say` takes the place of that sentence (counted from 1), `short` that of
    the short set-up, `form` that of the form cues.
    """

    text: str
    say: str | None = None
    instead_of: int = 0
    short: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class ShortForms:
    """Shorter wordings: `setup` for the second side and later sets, the others when the full cue does not fit."""

    announce: str | None = None
    setup: str | None = None
    form: str | None = None
    feel: str | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Phases:
    """The words that pace a repetition, spoken as each phase starts: "Down", "up"."""

    eccentric: str
    concentric: str


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement. `side_means` says which leg `{side}` is in its texts; ` | ` parts wordings of one line."""

    id: str
    name: str
    source: str
    kind: Kind
    muscles: tuple[str, ...]
    position: Position
    place: Place
    sides: Sides
    announce: str
    setup: tuple[str, ...]
    form: str
    feel: str
    release: str
    asks: tuple[Demand, ...] = ()
    """What it asks besides what its kind and position show: a leg swing asks balance."""
    kit: tuple[Kit, ...] = ()
    side_means: str | None = None
    hold: HoldDose | None = None
    reps: RepsDose | None = None
    sets: SetsDose = SetsDose()
    switch_ms: int | None = None
    """Time to change side after the words, where it takes longer than the pacing table says."""
    phases: Phases | None = None
    short: ShortForms = ShortForms()
    fault: str | None = None
    exit: tuple[str, ...] = ()
    easier: Version | None = None
    harder: Version | None = None
    instead: str | None = None
    caution: tuple[Caution, ...] = ()
    note: str | None = None
    screen: Screen | None = None


# --- steps ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TalkStep:
    """The coach says something; the body goes on as it was, or goes to `position`."""

    text: str
    optional: bool = False
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class BreatheStep:
    """So many breaths, in for four seconds and out for six."""

    breaths: int
    say: str | None = None
    optional: bool = False
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class RestStep:
    """Nothing to do for about `length_ms`; `say` is spoken at its start."""

    length_ms: int
    say: str | None = None
    optional: bool = False
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class ReflectStep:
    """A question, then `for_ms` of silence to feel the answer."""

    text: str
    for_ms: int
    optional: bool = False
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class MovementStep:
    """One movement of the library; None means the movement's own default."""

    movement: str
    hold_ms: int | None = None
    reps: int | None = None
    tempo: Tempo | None = None
    sets: int | None = None
    rest_ms: int | None = None
    say: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class BlockStep:
    """Steps done `repeat` times in order."""

    repeat: int
    steps: tuple[Step, ...]
    optional: bool = False


Step: TypeAlias = TalkStep | BreatheStep | RestStep | ReflectStep | MovementStep | BlockStep


def position_of(step: Step, movements: Mapping[str, Movement]) -> Position | None:
    """Return where the body is in `step`, or None when the step does not say (or names no known movement)."""
    if isinstance(step, MovementStep):
        return movements[step.movement].position if step.movement in movements else None
    return None if isinstance(step, BlockStep) else step.position


@dataclass(frozen=True, slots=True)
class Without:
    """What is said instead when one of these movements cannot be done as it is written; None: as it was."""

    movements: tuple[str, ...]
    intro: str | None = None
    outro: str | None = None


@dataclass(frozen=True, slots=True)
class LengthRange:
    """What the whole session may last, in milliseconds."""

    default_ms: int
    least_ms: int
    most_ms: int


@dataclass(frozen=True, slots=True)
class Routine:
    """A session as written: the document, resolved to values."""

    id: str
    name: str
    steps: tuple[Step, ...]
    moment: Moment = "any"
    length: LengthRange | None = None
    intro: str | None = None
    outro: str | None = None
    without: tuple[Without, ...] = ()
    language: str = "en"
    bed: Literal["comfort", "none"] = "comfort"
    tones: Literal["soft", "none"] = "soft"
    """Whether a soft tone marks the start and the end of the work, and a tick each count."""
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """The coach's own phrases in one language (data/wording); templates hold `{name}`, `{side}`, `{n}`."""

    language: str
    session_safety: str
    halfway: str
    counts: tuple[str, ...]
    """Spoken at one, two, three ... seconds before the end: index 0 is "One"."""
    reps_left: tuple[str, ...]
    """Spoken with one, two, three ... repetitions to go: index 0 is "Last one"."""
    reps: str
    """How many, said while getting into position; `{n}` is the number."""
    switch: str
    again: str
    next_set: str
    breathe: str
    breathe_in: str
    breathe_out: str
    breathe_on: str
    rest: str
    next_up: str
    resume: str
    """Said when a hold goes on after a pause; `{n}` seconds are left. `resume_side` also says the `{side}`."""
    resume_side: str
    stop: str
    """Said when something hurts: what the listener is to do now."""
    sides: Mapping[str, str]
    """How `left` and `right` are said."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Chapter titles by segment kind."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """Texts that are read, not spoken: `red_flags`, `playback`, `review`."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """Times that come from a table and not from speech (data/pacing.yaml), all in milliseconds."""

    moves_ms: Mapping[tuple[str, str], int]
    """(position before, position after) to the time to get there."""
    switch_ms: Mapping[str, int]
    """Position to the time a change of side takes."""
    kit_ms: int
    """Added when a movement needs kit that the one before did not."""
    silence_ms: int
    """Least silence between two cues inside a hold."""
    pause_ms: int
    """Silence between two sentences that follow each other."""
    breath_in_ms: int
    breath_out_ms: int
    halfway_from_ms: int
    """Halfway is said when the hold is at least this long."""
    pretone_after_ms: int
    """A cue after more silence than this gets a pre-tone."""
