"""What is asked of `coach make`, and all that is the same for every session that is considered for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from coach.audio.tones import TONE_LENGTHS_MS
from coach.documents import read_file
from coach.errors import AskedError, ImpossibleLength
from coach.routine.adapt import Needs
from coach.routine.choose import main_of, suitable
from coach.routine.delivery import Delivery, Level
from coach.routine.evidence import rules
from coach.routine.evidence_document import Rule
from coach.routine.library import DATA, Library
from coach.routine.make_document import MakeTable, Recipe, read_make
from coach.routine.model import Moment, Movement, Routine
from coach.script.fit import Fitted, fit
from coach.script.model import Length, Lengths, Utterance
from coach.script.outline import Content
from coach.script.wording import estimate
from coach.units import format_clock

SPEECHES = (100, 85, 115)
"""Percent of the estimate that speech may take: a made length works with all of them."""


ANYBODY = Needs()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `level` and `start` are how it will be told: they take time too."""

    length_ms: int | None = None
    """None: what the recipe of the moment says."""
    moment: Moment = "any"
    needs: Needs = ANYBODY
    level: Level = "steady"
    start: Literal["left", "right"] = "left"
    seed: int = 0


class NothingFits(AskedError):
    """No session can be made: no movement is left, or none of this length is possible."""

    def __init__(self, message: str, *, near_ms: int | None = None, hint: str | None = None) -> None:
        """Keep the nearest length that works, in milliseconds, where there is one."""
        self.near_ms = near_ms
        super().__init__(message, hint=f"--minutes {format_clock(near_ms)} works" if near_ms else hint)


class Speech(dict[Utterance, Length]):
    """Every utterance as long as its estimate, times `percent`."""

    def __init__(self, percent: int) -> None:
        """Keep how much longer or shorter than estimated this voice speaks."""
        super().__init__()
        self.percent = percent

    def __missing__(self, utterance: Utterance) -> Length:
        """Return the length and keep it."""
        guess = estimate(utterance)
        self[utterance] = length = guess._replace(ms=guess.ms * self.percent // 100)
        return length


@dataclass(frozen=True, slots=True)
class Telling:
    """One way a session may be told: to whom, and by how fast a voice."""

    content: Content
    lengths: Lengths

    def fitted(self, routine: Routine, length_ms: int) -> Fitted | None:
        """Return the routine at this length, or None when it cannot have it."""
        try:
            return fit(routine, self.content, self.lengths, TONE_LENGTHS_MS, length_ms)
        except ImpossibleLength:
            return None


@dataclass(frozen=True, slots=True)
class Kitchen:
    """All that is the same for every session that is considered for one request."""

    library: Library
    request: Request
    given_name: str | None
    length_ms: int
    table: MakeTable
    recipe: Recipe
    rules: Mapping[str, Rule]
    pool: tuple[Movement, ...]
    """The movements that may be in it."""
    main: Movement
    """The one that is always in it: its muscle gets the dose."""
    tellings: tuple[Telling, ...]
    """The usual one first, then slower and faster voices, then somebody who knows the session."""

    @property
    def name(self) -> str:
        """The routine's id; the turn of the wordings depends on it."""
        return self.given_name or made_id(self.request.moment, self.length_ms)

    @property
    def usual(self) -> Telling:
        """The telling that the session is planned with."""
        return self.tellings[0]


def made_id(moment: Moment, length_ms: int) -> str:
    """Return what a routine is called when nobody names it: "made-post-run-8min"."""
    minutes, seconds = divmod((length_ms + 500) // 1000, 60)
    return f"made-{moment}-{minutes}min" + (f"{seconds:02}s" if seconds else "")


def kitchen_of(library: Library, request: Request, name: str | None = None) -> Kitchen:
    """Return what a request comes to; `name` is the routine's id, if it has one.

    A movement that cannot be read is not in it: `Library.movements` tells which. Raises NothingFits when no movement
    is left, and what reading the other documents raises.
    """
    path = DATA / "make.yaml"
    table = read_make(read_file(path), str(path))
    recipe = table.recipes[request.moment]
    movements, _ = library.movements()
    pool, kept_out = suitable(movements, recipe, request.needs)
    if not any(movement.kind != "rest" for movement in pool):
        reasons = "; ".join(f"{name}: {reason}" for name, reason in sorted(kept_out.items()))
        what = f"no movement is left for a session {recipe.when}" + (f" ({reasons})" if reasons else "")
        raise NothingFits(what, hint="avoid less, or name another --place or --moment")
    delivery = Delivery(level=request.level, start=request.start, seed=request.seed)
    content = Content({m.id: m for m in pool}, library.wording(), library.pacing(), delivery)
    voices = [Speech(percent) for percent in SPEECHES]
    known = replace(content, delivery=replace(delivery, familiar=True))
    tellings = (*(Telling(content, voice) for voice in voices), Telling(known, voices[0]))
    main = main_of(pool, recipe, request.seed)
    length_ms = request.length_ms or recipe.length_ms
    return Kitchen(library, request, name, length_ms, table, recipe, rules(), pool, main, tellings)
