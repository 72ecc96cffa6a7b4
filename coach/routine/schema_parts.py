"""The pieces a JSON Schema of our documents is put together from: texts, times, ranges, mappings.

Pure. The bounds are the reader's own. What a key is for is in data/keys.yaml, which this reads too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from coach.documents import Reader
from coach.documents.values import MAX_ITEMS, MAX_TEXT
from coach.units import format_duration

Schema: TypeAlias = dict[str, Any]
"""A part of a JSON Schema, as the json module writes it."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SECTIONS = ("routine", "without", "step", "movement", "kit", "version", "inner", "wording")
"""The groups of data/keys.yaml."""

_DURATION = (
    r"^\s*(?:(?:[0-9]{1,3}:)?[0-9]{1,3}:[0-5][0-9]|[0-9]{1,7}\s*[mM][sS]|"
    r"(?=[0-9])(?:[0-9]{1,4}\s*[hH])?\s*(?:[0-9]{1,5}\s*[mM](?:[iI][nN])?)?\s*(?:[0-9]{1,6}(?:\.[0-9]{1,3})?\s*[sS])?)\s*$"
)
_ID = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
_TEMPO = r"^[0-9]{1,2}(?:-[0-9]{1,2}){3}$"


@dataclass(frozen=True, slots=True)
class About:
    """What keys are for, by section and key."""

    texts: Mapping[str, Mapping[str, str]]

    def of(self, section: str, properties: Mapping[str, Schema]) -> dict[str, Schema]:
        """Return the properties with the text of each; what a part says of its bounds stands behind it."""
        known = self.texts[section]
        return {key: _described(part, known[key]) for key, part in properties.items()}


def _described(part: Schema, text: str) -> Schema:
    bounds = part.get("description")
    return {**part, "description": f"{text} {bounds}" if bounds else text}


def read_about(text: str, path: str) -> About:
    """Return what keys are for, from the text of keys.yaml. Raises DocumentError."""
    reader = Reader.of(text, path)
    fields = reader.document("a list of keys")
    found = {}
    for section in SECTIONS:
        inner = fields.mapping(section)
        if inner:
            found[section] = {key.text: inner.text(key.text) for key, _ in inner.entries}
            inner.done()
    fields.done()
    reader.finish()
    return About(found)


# --- parts --------------------------------------------------------------------------------------


def text(most: int = MAX_TEXT) -> Schema:
    """Return a text that is not empty."""
    return {"type": "string", "pattern": r"\S", "maxLength": most}


def words(allowed: Sequence[str], default: str | None = None) -> Schema:
    """Return one of the words."""
    return {"enum": list(allowed)} | ({"default": default} if default is not None else {})


def slug(known: Sequence[str] = ()) -> Schema:
    """Return an id: any, or one of `known`."""
    # A plain number is a good id, and YAML takes it for a number.
    return words(known) if known else {"type": ["string", "integer"], "pattern": _ID, "maxLength": 64, "minimum": 0}


def whole(least: int, most: int) -> Schema:
    """Return a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most}


def duration(least_ms: int, most_ms: int) -> Schema:
    """Return a time with its unit; the bounds are in words, for no pattern can hold them."""
    least = "more than 0s" if least_ms == 1 else f"from {format_duration(least_ms)}"
    most = f"{most_ms // 3_600_000}h" if most_ms % 3_600_000 == 0 else format_duration(most_ms)
    return {
        "type": "string",
        "pattern": _DURATION,
        "description": f"A time such as 45s or 1m30s: {least}, up to {most}.",
    }


def tempo() -> Schema:
    """Return the tempo of a repetition."""
    return {"type": "string", "pattern": _TEMPO}


def flag() -> Schema:
    """Return true or false."""
    return {"type": "boolean", "default": False}


def items(part: Schema, least: int = 1, most: int = MAX_ITEMS) -> Schema:
    """Return a list."""
    return {"type": "array", "items": part, "minItems": least, "maxItems": most}


def mapping(properties: Mapping[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:  # noqa: ANN401
    """Return a mapping of these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def either(*parts: Schema) -> Schema:
    """Return what one of the parts allows; what they say of their bounds is said once."""
    said = next((part["description"] for part in parts if "description" in part), None)
    return {"anyOf": list(parts)} | ({"description": said} if said else {})


def span(one: Schema, about: About) -> Schema:
    """Return one value, or a mapping of default, least and most."""
    bare = {key: value for key, value in one.items() if key != "description"}
    bounds = about.of("inner", dict.fromkeys(("default", "least", "most"), bare))
    return either(one, mapping(bounds, ["default"]))


def document(title: str, body: Schema, **more: Any) -> Schema:  # noqa: ANN401
    """Return the schema of a whole document."""
    return {"$schema": DIALECT, "title": title, **body, **more}
