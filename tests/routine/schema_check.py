"""A JSON Schema checker for the keywords our schemas use, and YAML as an editor reads it. For tests only."""

from __future__ import annotations

import re
from typing import Any

import yaml

KEYWORDS = frozenset(
    [
        "$schema", "$defs", "$ref", "title", "description", "default", "type", "enum", "const", "pattern", "maxLength",
        "minimum", "maximum", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
        "anyOf", "oneOf", "allOf", "not", "if", "then",
    ]
)  # fmt: skip
_TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


class _Core(yaml.SafeLoader):
    """YAML 1.2's core: only true and false are truths, a number has no colon."""


_Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag.endswith((":null", ":merge"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
_Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))


def as_editor_reads(text: str) -> Any:
    return yaml.load(text, _Core)


def wrong(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    """Return what is wrong with `value`, each with its place; nothing when it is valid."""
    assert set(schema) <= KEYWORDS, set(schema) - KEYWORDS
    if "$ref" in schema:
        return wrong(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, at)
    found = _single(value, schema, at)
    if isinstance(value, dict):
        found += [f"{at}: {key} is missing" for key in schema.get("required", ()) if key not in value]
        known = schema.get("properties", {})
        for key, inner in value.items():
            if key in known:
                found += wrong(inner, known[key], root, f"{at}/{key}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{at}: {key} is unknown")
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += wrong(item, schema.get("items", {}), root, f"{at}/{number}")
    return found + _combined(value, schema, root, at)


def _single(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    right = [k for k in kinds if isinstance(value, _TYPES[k]) and not (k == "integer" and isinstance(value, bool))]
    if kinds and not right:
        return [f"{at}: not a {kinds}"]
    checks = {
        "enum": lambda bound: value in bound,
        "const": lambda bound: value == bound and not isinstance(value, bool),
        "pattern": lambda bound: not isinstance(value, str) or re.search(bound, value),
        "maxLength": lambda bound: not isinstance(value, str) or len(value) <= bound,
        "minimum": lambda bound: not isinstance(value, int) or value >= bound,
        "maximum": lambda bound: not isinstance(value, int) or value <= bound,
        "minItems": lambda bound: not isinstance(value, list) or len(value) >= bound,
        "maxItems": lambda bound: not isinstance(value, list) or len(value) <= bound,
    }
    return [f"{at}: {word}" for word, right in checks.items() if word in schema and not right(schema[word])]


def _combined(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    found = []
    for word, least, most in (("anyOf", 1, 99), ("oneOf", 1, 1)):
        if word in schema:
            fits = sum(not wrong(value, part, root, at) for part in schema[word])
            found += [] if least <= fits <= most else [f"{at}: {word}"]
    for part in schema.get("allOf", ()):
        found += wrong(value, part, root, at)
    if "not" in schema and not wrong(value, schema["not"], root, at):
        found.append(f"{at}: not")
    if "if" in schema and not wrong(value, schema["if"], root, at):
        found += wrong(value, schema["then"], root, at)
    return found
