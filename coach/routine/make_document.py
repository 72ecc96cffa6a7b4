"""Reads the table that sessions are made from (data/make.yaml): what suits a moment, how it opens and closes.

The values only; which movements are chosen, and how long each is done, is `coach.make`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from coach.documents import Fields, Reader
from coach.documents.values import MAX_NAME
from coach.routine.adapt import Where
from coach.routine.doses import MAX_ROUTINE_MS
from coach.routine.model import Kind, Moment, MovementStep, Step
from coach.routine.placeholders import check_placeholders, check_wordings
from coach.routine.routine_document import read_steps

Level: TypeAlias = Literal["standing", "floor"]
Goal: TypeAlias = Literal["held", "counted"]

MAX_MOVEMENTS = 8


@dataclass(frozen=True, slots=True)
class EndStep:
    """A step that opens or closes a session, with the sessions it belongs to."""

    step: Step
    on: Level | None
    """Where the movement beside it is done; None: wherever."""
    from_ms: int
    below_ms: int

    def belongs(self, level: Level, length_ms: int) -> bool:
        """Say whether it is in a session of `length_ms` whose movement beside it is on this level."""
        return self.on in (None, level) and self.from_ms <= length_ms < self.below_ms


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a session for one moment is made of."""

    moment: Moment
    name: str
    when: str
    """The moment inside a sentence: "after a run"."""
    length_ms: int
    """How long it is when nobody says."""
    place: Where
    """Where it is done when nobody says another."""
    goal: Goal
    on_feet: bool
    kinds: tuple[Kind, ...]
    least: int
    most: int
    """How many movements it should have, and may."""
    main: tuple[str, ...]
    """Movements of which the first that can be done is always in it."""
    intro: Mapping[Level, str]
    opening: tuple[EndStep, ...]
    closing: tuple[EndStep, ...]
    outro: Mapping[Level, str]
    about: str | None


@dataclass(frozen=True, slots=True)
class MakeTable:
    """The recipes by moment, and what a made routine says of itself: templates by name."""

    recipes: Mapping[Moment, Recipe]
    about: Mapping[str, str]


def read_make(text: str, path: str) -> MakeTable:
    """Return the table in `text`; `path` is its name in messages. Raises DocumentError with every problem."""
    reader = Reader.of(text, path)
    fields = reader.document("the table of `coach make`")
    recipes: dict[Moment, Recipe] = {}
    for inner in fields.mappings("moments", "a moment"):
        recipe = _recipe(reader, inner)
        if recipe.moment in recipes:
            inner.add("moment", f"the moment '{recipe.moment}' is here twice", "keep one")
        recipes[recipe.moment] = recipe
    if missing := [moment for moment in get_args(Moment) if moment not in recipes]:
        fields.add("moments", f"there is nothing for {', '.join(missing)}")
    about = fields.text_map("about", ("made", "dose", "counted", "optional"))
    fields.done()
    reader.finish()
    return MakeTable(recipes, about)


def _recipe(reader: Reader, fields: Fields) -> Recipe:
    on_feet = fields.flag("on_feet")
    levels: tuple[Level, ...] = ("standing",) if on_feet else ("standing", "floor")
    counts = fields.mapping("movements")
    recipe = Recipe(
        moment=fields.choice("moment", get_args(Moment)),
        name=fields.text("name", MAX_NAME - 20),
        when=fields.text("when"),
        length_ms=fields.duration("length", 30_000, MAX_ROUTINE_MS),
        place=fields.choice("place", get_args(Where)),
        goal=fields.choice("goal", get_args(Goal)),
        on_feet=on_feet,
        kinds=tuple(reader.choice(node, "an item of kinds", get_args(Kind)) for node in fields.items("kinds")),
        least=counts.integer("least", 1, MAX_MOVEMENTS) if counts else 1,
        most=counts.integer("most", 1, MAX_MOVEMENTS) if counts else 1,
        main=tuple(reader.slug(node, "an item of main") for node in fields.items("main")),
        intro=_said(reader, fields, "intro", levels),
        opening=_ends(reader, fields, "opening"),
        closing=_ends(reader, fields, "closing"),
        outro=_said(reader, fields, "outro", levels),
        about=fields.optional_text("about"),
    )
    if counts:
        counts.done()
    fields.done()
    return recipe


def _said(reader: Reader, fields: Fields, key: str, levels: tuple[Level, ...]) -> dict[Level, str]:
    inner = fields.mapping(key)
    if inner is None:
        return {}
    said = {level: inner.text(level) for level in levels}
    for node in inner.values.values():
        check_placeholders(reader, node, ())
        check_wordings(reader, node)
    inner.done()
    return said


def _ends(reader: Reader, fields: Fields, key: str) -> tuple[EndStep, ...]:
    ends = []
    for inner in fields.mappings(key, f"an item of {key}", required=False):
        node = inner.node("step")
        steps = read_steps(reader, (node,)) if node else ()
        if any(isinstance(step, MovementStep) for step in steps):
            inner.add("step", "the movements are chosen, not written here", "write breathe, rest, reflect or talk")
        on = inner.choice("on", get_args(Level)) if inner.has("on") else None
        from_ms = inner.optional_duration("from") or 0
        below_ms = inner.optional_duration("below") or MAX_ROUTINE_MS + 1
        ends += [EndStep(step, on, from_ms, below_ms) for step in steps]
        inner.done()
    return tuple(ends)
