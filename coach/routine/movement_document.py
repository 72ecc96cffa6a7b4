"""Reads a movement document. What the keys mean is in docs/documents.md; the value is `model.Movement`."""

from __future__ import annotations

import re
from typing import get_args

from coach.documents import Document, Fields, MappingNode, Node, Reader, Values
from coach.documents.nodes import short
from coach.documents.values import MAX_NAME
from coach.routine.doses import MAX_HOLD_MS, MAX_REPS, MAX_SETS, read_range, read_tempo
from coach.routine.model import (
    Caution,
    Demand,
    HoldDose,
    Kind,
    Kit,
    Movement,
    Phases,
    Place,
    Position,
    RepsDose,
    Screen,
    SetsDose,
    ShortForms,
    Sides,
    Starts,
    Version,
)
from coach.routine.placeholders import check_placeholders, check_spoken, check_wordings

KIT_WORD = r"(?!(?:side|other|name)$)[a-z]{2,}"
"""What may be a placeholder of a thing: one word that is none of the others."""

POSITIONS: tuple[Position, ...] = get_args(Position)

_SPOKEN = frozenset(
    ["announce", "setup", "form", "feel", "fault", "release", "exit", "short", "easier", "harder", "caution"]
)
"""Keys whose texts may hold placeholders."""

_WORDED = frozenset(["announce", "setup", "form", "feel", "release", "exit", "short", "easier", "harder"])
"""Keys whose texts may have several wordings."""


def read_movement(text: str, path: str) -> Movement:
    """Return the movement in `text`; `path` is its name in messages. Raises DocumentError with every problem."""
    return movement_document(text, path).value


def movement_document(text: str, path: str) -> Document[Movement]:
    """Return the movement with the places of its parts. Raises DocumentError with every problem."""
    reader = Reader.of(text, path)
    fields = reader.document("a movement")
    sides: Sides = fields.choice("sides", get_args(Sides))
    movement = Movement(
        id=fields.slug("id"),
        name=fields.text("name", MAX_NAME),
        source=fields.text("source"),
        kind=fields.choice("kind", get_args(Kind)),
        muscles=fields.texts("muscles"),
        position=fields.choice("position", POSITIONS),
        place=fields.choice("place", get_args(Place), "none"),
        sides=sides,
        announce=fields.text("announce"),
        setup=fields.texts("setup"),
        form=fields.text("form"),
        feel=fields.text("feel"),
        release=fields.text("release"),
        asks=tuple(
            reader.choice(node, "an item of asks", get_args(Demand))
            for node in fields.items("asks", required=False, most=len(get_args(Demand)))
        ),
        kit=tuple(_kit(reader, node) for node in fields.items("kit", required=False, most=20)),
        side_means=fields.optional_text("side_means", MAX_NAME),
        hold=_hold(reader, fields.node("hold", required=False)),
        reps=_reps(reader, fields.node("reps", required=False)),
        sets=_sets(reader, fields.node("sets", required=False)),
        switch_ms=fields.optional_duration("switch", 0, 60_000),
        phases=_phases(fields),
        short=_short(fields),
        fault=fields.optional_text("fault"),
        exit=fields.texts("exit", required=False),
        easier=_version(fields, "easier"),
        harder=_version(fields, "harder"),
        instead=fields.slug("instead") if fields.has("instead") else None,
        caution=tuple(_caution(reader, node) for node in fields.items("caution", required=False, most=10)),
        note=fields.optional_text("note"),
        screen=_screen(fields),
    )
    _check(fields, movement)
    things = tuple(kit.say for kit in movement.kit if kit.say)
    for key, node in fields.entries:
        if key.text in fields.asked and key.text != "screen":
            # Alternating sides with a hold is one mistake, noted already: its texts are not blamed as well.
            sided = sides == "each" or (sides == "alternate" and movement.reps is None)
            allowed = ("side", "other") if sided and key.text in _SPOKEN else ()
            check_placeholders(reader, node, (*allowed, *(things if key.text in _SPOKEN else ())))
        if key.text in _WORDED:
            check_wordings(reader, node)
        elif key.text in _SPOKEN or key.text in ("name", "phases", "screen"):
            check_spoken(reader, node)
    fields.done()
    reader.finish()
    return Document(movement, path, reader.root)


def _check(fields: Fields, movement: Movement) -> None:
    """Note what no single key shows."""
    has_hold, has_reps = fields.has("hold"), fields.has("reps")
    if has_hold and has_reps:
        fields.add("reps", "a movement has hold or reps, not both", "delete one of them")
    elif not has_hold and not has_reps:
        fields.reader.add(fields.where, "a movement needs a goal", "write hold: 30s, or reps with a tempo")
    if has_reps and movement.sides != "alternate" and not fields.has("phases"):
        cure = "write phases: {eccentric: Down, concentric: Up}"
        fields.add("reps", "reps need the words that pace them", cure)
    if fields.has("phases") and has_hold and not has_reps:
        fields.add("phases", "phases pace repetitions, and this movement is held", "delete phases")
    if movement.sides == "each" and not fields.has("side_means"):
        fields.add("sides", "sides: each needs side_means", "write side_means: back leg")
    if movement.sides == "both" and fields.has("side_means"):
        fields.add("side_means", "side_means has no meaning when both sides work at once", "delete it")
    if movement.sides == "alternate" and has_hold and not has_reps:
        fields.add("sides", "sides: alternate needs reps", "write sides: each for a hold")
    if movement.sides == "alternate" and movement.reps:
        doses = {"default": movement.reps.default, "least": movement.reps.least, "most": movement.reps.most}
        for name, count in doses.items():
            if count % 2:
                what = f"reps: {name} is {count}, and sides that alternate need an even number"
                fields.add("reps", what, f"write {count + 1 if count < MAX_REPS else count - 1}")
                break
    for name, version in (("easier", movement.easier), ("harder", movement.harder)):
        if version and version.instead_of > len(movement.setup):
            what = f"{name} replaces sentence {version.instead_of} of the set-up, and there are {len(movement.setup)}"
            fields.add(name, what, f"write instead_of: {len(movement.setup)} or less")
    called = [kit.say for kit in movement.kit if kit.say]
    if twice := next((word for word in called if called.count(word) > 1), None):
        fields.add("kit", f"two things of the kit are called '{short(twice)}'", "call one of them otherwise")
    late = next((c for c in movement.caution if c.after > len(movement.setup)), None)
    if late:
        what = f"a caution comes after {late.after} sentences of the set-up, and there are {len(movement.setup)}"
        fields.add("caution", what, f"write after: {len(movement.setup)} or less")
    if movement.instead and movement.instead == movement.id:
        fields.add("instead", "instead names the movement itself", "name another movement")


def _kit(reader: Values, node: Node) -> Kit:
    if not isinstance(node, MappingNode):
        return Kit(reader.text(node, "an item of kit", MAX_NAME))
    fields = Fields(reader, node, "an item of kit")
    kit = Kit(
        fields.text("name", MAX_NAME),
        fields.optional_text("instead", MAX_NAME),
        fields.optional_text("say", MAX_NAME),
        fields.optional_text("say_instead", MAX_NAME),
    )
    if kit.say and not re.fullmatch(KIT_WORD, kit.say):
        what = f"'{short(kit.say)}' cannot be a placeholder"
        fields.add("say", what, "write one word in small letters, such as ball")
    if fields.has("say_instead") and not (fields.has("say") and fields.has("instead")):
        fields.add("say_instead", "say_instead needs say and instead", "write them, or delete it")
    elif fields.has("say") and fields.has("instead") and not fields.has("say_instead"):
        fields.add("say", "who has what stands in for it must hear its name", "write say_instead: towel")
    fields.done()
    return kit


def _hold(reader: Values, node: Node | None) -> HoldDose | None:
    if node is None:
        return None
    return HoldDose(*read_range(reader, node, "hold", lambda one, name: reader.duration(one, name, 1, MAX_HOLD_MS)))


def _sets(reader: Values, node: Node | None) -> SetsDose:
    if node is None:
        return SetsDose()
    return SetsDose(*read_range(reader, node, "sets", lambda one, name: reader.integer(one, name, 1, MAX_SETS)))


def _reps(reader: Values, node: Node | None) -> RepsDose | None:
    if node is None:
        return None
    if not isinstance(node, MappingNode):
        reader.add(node, "reps need a tempo", "write reps: {default: 8, least: 5, most: 12, tempo: 3-0-1-0}")
        return None
    problems = len(reader.problems)
    fields = Fields(reader, node, "reps")
    doses = read_range(reader, node, "reps", lambda one, name: reader.integer(one, name, 1, MAX_REPS), fields)
    tempo_node = fields.node("tempo")
    starts: Starts = fields.choice("starts", get_args(Starts), "eccentric")
    fields.done()
    tempo = read_tempo(reader, tempo_node) if tempo_node else None
    # A dose with a problem is not judged further: one mistake is one message.
    return RepsDose(*doses, tempo, starts) if tempo and len(reader.problems) == problems else None


def _phases(fields: Fields) -> Phases | None:
    words = fields.mapping("phases", required=False)
    if words is None:
        return None
    phases = Phases(words.text("eccentric", MAX_NAME), words.text("concentric", MAX_NAME))
    words.done()
    return phases


def _short(fields: Fields) -> ShortForms:
    forms = fields.mapping("short", required=False)
    if forms is None:
        return ShortForms()
    short = ShortForms(
        announce=forms.optional_text("announce"),
        setup=forms.optional_text("setup"),
        form=forms.optional_text("form"),
        feel=forms.optional_text("feel"),
        release=forms.optional_text("release"),
    )
    forms.done()
    return short


def _caution(reader: Values, node: Node) -> Caution:
    if not isinstance(node, MappingNode):
        return Caution(reader.text(node, "an item of caution"))
    fields = Fields(reader, node, "an item of caution")
    caution = Caution(
        fields.text("say"), fields.choice("when", ("setup", "work"), "setup"), fields.integer("after", 0, 50, 0)
    )
    fields.done()
    return caution


def _version(fields: Fields, key: str) -> Version | None:
    node = fields.node(key, required=False)
    if node is None:
        return None
    if not isinstance(node, MappingNode):
        return Version(fields.text(key))
    inner = Fields(fields.reader, node, key)
    version = Version(
        inner.text("text"),
        inner.optional_text("say"),
        inner.optional_integer("instead_of", 1, 50) or 0,
        inner.optional_text("short"),
        inner.optional_text("form"),
    )
    if inner.has("instead_of") and not (inner.has("say") and inner.has("short")):
        inner.add("instead_of", "another set-up needs say and short: later sides hear the short one", "write both")
    for name in ("short", "form"):
        if inner.has(name) and not inner.has("instead_of"):
            inner.add(name, f"{name} belongs to a version with another set-up", "write instead_of, or delete it")
    inner.done()
    return version


def _screen(fields: Fields) -> Screen | None:
    inner = fields.mapping("screen", required=False)
    if inner is None:
        return None
    screen = Screen(inner.text("text"), inner.text("say"))
    inner.done()
    return screen
