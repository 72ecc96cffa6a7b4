"""JSON Schemas of the documents people write, so that editors complete and underline. Pure; written by `coach schema`.

A schema is what one document shows by itself: keys, words, numbers, forms. What the reader finds besides (times inside
their bounds, doses a movement takes, placeholders) is `coach check`'s. Descriptions are in data/keys.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from coach.documents.values import MAX_NAME, MAX_TEXT
from coach.routine import schema_parts as part
from coach.routine.doses import (
    MAX_BREATHS,
    MAX_HOLD_MS,
    MAX_REPEAT,
    MAX_REPS,
    MAX_ROUTINE_MS,
    MAX_SETS,
)
from coach.routine.model import Demand, Kind, Moment, Place, Position, Sides, Starts
from coach.routine.movement_document import KIT_WORD
from coach.routine.schema_parts import About, Schema
from coach.routine.wording_document import NOTES, TITLES

if TYPE_CHECKING:
    from coach.config import Setting

_HOUR_MS = 3_600_000
_LANGUAGE = r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$"
_VERSION: Schema = {"const": 1}


def routine_schema(about: About, movement_ids: Sequence[str]) -> Schema:
    """Return the schema of a routine; a step may name only the movements of `movement_ids`."""
    length = part.duration(1, MAX_ROUTINE_MS)
    properties = {
        "schema": _VERSION,
        "id": part.slug(),
        "name": part.text(MAX_NAME),
        "moment": part.words(get_args(Moment), "any"),
        "length": part.span(length, about),
        "intro": part.text(),
        "steps": part.items({"$ref": "#/$defs/step"}),
        "outro": part.text(),
        "without": part.items(_without(about)),
        "language": {"type": "string", "pattern": _LANGUAGE, "maxLength": MAX_NAME, "default": "en"},
        "bed": part.words(("comfort", "none"), "comfort"),
        "tones": part.words(("soft", "none"), "soft"),
        "about": part.text(),
    }
    body = part.mapping(about.of("routine", properties), ["schema", "id", "name", "steps"])
    steps = {"step": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in _STEPS]}}
    defs = steps | _step_schemas(about, movement_ids)
    return part.document("A routine of coach", body, **{"$defs": defs})


def _without(about: About) -> Schema:
    keys = about.of(
        "without", {"movements": part.items(part.slug(), 1, 20), "intro": part.text(), "outro": part.text()}
    )
    return part.mapping(keys, ["movements"], anyOf=[{"required": ["intro"]}, {"required": ["outro"]}])


_STEPS = ("talk", "breathe", "movement", "rest", "reflect", "block")


def _step_schemas(about: About, movement_ids: Sequence[str]) -> dict[str, Schema]:
    say, position, pause = part.text(), part.words(get_args(Position)), part.duration(1, _HOUR_MS)
    block = part.mapping(
        about.of("step", {"repeat": part.whole(1, MAX_REPEAT), "steps": part.items({"$ref": "#/$defs/step"})}),
        ["repeat", "steps"],
    )
    movement = {
        "movement": part.slug(movement_ids),
        "hold": part.duration(1, MAX_HOLD_MS),
        "reps": part.whole(1, MAX_REPS),
        "tempo": part.tempo(),
        "sets": part.whole(1, MAX_SETS),
        "rest": pause,
        "say": say,
    }
    keys: dict[str, dict[str, Schema]] = {
        "talk": {"talk": part.text(), "position": position},
        "breathe": {"breathe": part.whole(1, MAX_BREATHS), "say": say, "position": position},
        "movement": movement,
        "rest": {"rest": pause, "say": say, "position": position},
        "reflect": {"reflect": part.text(), "for": pause, "position": position},
        "block": {"block": block},
    }
    required = {"reflect": ["reflect", "for"]}
    return {
        name: part.mapping(
            about.of("step", {**properties, "optional": part.flag()}),
            required.get(name, [name]),
            **({"not": {"required": ["hold"], "anyOf": _counted()}} if name == "movement" else {}),
        )
        for name, properties in keys.items()
    }


def _counted() -> list[Schema]:
    return [{"required": ["reps"]}, {"required": ["tempo"]}]


def movement_schema(about: About, movement_ids: Sequence[str]) -> Schema:
    """Return the schema of a movement; `instead` may name only the movements of `movement_ids`."""
    texts = part.items(part.text(), 1, 50)
    properties = {
        "schema": _VERSION,
        "id": part.slug(),
        "name": part.text(MAX_NAME),
        "source": part.text(),
        "kind": part.words(get_args(Kind)),
        "muscles": texts,
        "position": part.words(get_args(Position)),
        "place": part.words(get_args(Place), "none"),
        "asks": part.items(part.words(get_args(Demand)), 1, len(get_args(Demand))),
        "kit": part.items(part.either(part.text(MAX_NAME), _kit(about)), 1, 20),
        "sides": part.words(get_args(Sides)),
        "side_means": part.text(MAX_NAME),
        "hold": part.span(part.duration(1, MAX_HOLD_MS), about),
        "reps": _reps(about),
        "sets": part.span(part.whole(1, MAX_SETS), about),
        "switch": part.duration(0, 60_000),
        "phases": _inner(about, ["eccentric", "concentric"], MAX_NAME),
        "announce": part.text(),
        "setup": texts,
        "form": part.text(),
        "feel": part.text(),
        "release": part.text(),
        "fault": part.text(),
        "exit": texts,
        "short": _short(about),
        "easier": _version(about),
        "harder": _version(about),
        "instead": part.slug(movement_ids),
        "caution": part.items(part.either(part.text(), _caution(about)), 1, 10),
        "note": part.text(),
        "screen": _inner(about, ["text", "say"]),
    }
    required = ["schema", "id", "name", "source", "kind", "muscles", "position", "sides"]
    required += ["announce", "setup", "form", "feel", "release"]
    body = part.mapping(about.of("movement", properties), required)
    goal = [{"required": ["hold"]}, {"required": ["reps"]}]
    return part.document("A movement of coach", body, oneOf=goal, allOf=_rules())


def _rules() -> list[Schema]:
    """Return what the sides of a movement ask of its other keys."""

    def when(sides: str, then: Schema) -> Schema:
        return {"if": {"properties": {"sides": {"const": sides}}, "required": ["sides"]}, "then": then}

    paced = {"if": {"required": ["reps"]}, "then": {"required": ["phases"]}}
    return [
        when("each", {"required": ["side_means"], **paced}),
        when("both", {"not": {"required": ["side_means"]}, **paced}),
        when("alternate", {"required": ["reps"]}),
        {"if": {"required": ["hold"]}, "then": {"not": {"required": ["phases"]}}},
    ]


def _inner(about: About, keys: Sequence[str], most: int = MAX_TEXT) -> Schema:
    """Return a small mapping of texts, all required."""
    return part.mapping(about.of("inner", dict.fromkeys(keys, part.text(most))), keys)


def _kit(about: About) -> Schema:
    word = {"type": "string", "pattern": f"^{KIT_WORD}$", "maxLength": MAX_NAME}
    texts = dict.fromkeys(("name", "instead", "say_instead"), part.text(MAX_NAME))
    both = {"if": {"required": ["say", "instead"]}, "then": {"required": ["say_instead"]}}
    whole = {"if": {"required": ["say_instead"]}, "then": {"required": ["say", "instead"]}}
    return part.mapping(about.of("kit", {**texts, "say": word}), ["name"], allOf=[both, whole])


def _short(about: About) -> Schema:
    forms = ("announce", "setup", "form", "feel", "release")
    return part.mapping(about.of("inner", dict.fromkeys(forms, part.text())))


def _version(about: About) -> Schema:
    texts = dict.fromkeys(("text", "say", "short", "form"), part.text())
    keys = about.of("version", {**texts, "instead_of": part.whole(1, 50)})
    other = {"if": {"required": ["instead_of"]}, "then": {"required": ["say", "short"]}}
    whole = [{"if": {"required": [key]}, "then": {"required": ["instead_of"]}} for key in ("short", "form")]
    return part.either(part.text(), part.mapping(keys, ["text"], allOf=[other, *whole]))


def _caution(about: About) -> Schema:
    when, after = part.words(("setup", "work"), "setup"), {**part.whole(0, 50), "default": 0}
    return part.mapping(about.of("inner", {"say": part.text(), "when": when, "after": after}), ["say"])


def _reps(about: About) -> Schema:
    count = part.whole(1, MAX_REPS)
    starts = part.words(get_args(Starts), "eccentric")
    keys = {"default": count, "least": count, "most": count, "tempo": part.tempo(), "starts": starts}
    return part.mapping(about.of("inner", keys), ["default", "tempo"])


def wording_schema(about: About) -> Schema:
    """Return the schema of the wording of a language."""
    lines = ["language", "session_safety", "halfway", "reps", "switch", "again", "next_set", "breathe", "breathe_in"]
    lines += ["breathe_out", "breathe_on", "rest", "next_up", "resume", "resume_side", "stop"]

    def texts(keys: Sequence[str], required: Sequence[str]) -> Schema:
        return part.mapping(about.of("wording", dict.fromkeys(keys, part.text())), required)

    properties = {
        "schema": _VERSION,
        **dict.fromkeys(lines, part.text()),
        "counts": part.items(part.text(), 1, 5),
        "reps_left": part.items(part.text(), 1, 10),
        "sides": texts(("left", "right"), ("left", "right")),
        "titles": texts(TITLES, ()),
        "notes": texts(NOTES, NOTES),
    }
    required = [key for key in properties if key != "titles"]
    return part.document("The wording of a language of coach", part.mapping(about.of("wording", properties), required))


def config_schema(settings: Mapping[str, Setting]) -> Schema:
    """Return the schema of the settings; `a.b` is `b` in the mapping `a`."""
    properties: dict[str, Schema] = {"schema": {**_VERSION, "description": "Version of the form."}}
    for name, setting in settings.items():
        group, _, key = name.rpartition(".")
        inside = properties
        if group:
            inside = properties.setdefault(group, part.mapping({}))["properties"]
        inside[key] = {**_setting(setting), "description": f"{setting.about[:1].upper()}{setting.about[1:]}."}
    return part.document("The settings of coach", part.mapping(properties, ["schema"]))


def _setting(setting: Setting) -> Schema:
    if setting.allowed:
        return {"enum": list(setting.allowed)}
    if setting.words:
        return part.either({"type": "string"}, part.items(part.text(), 0))
    return {"type": ["string", "integer"] if setting.default.isdecimal() else "string"}
