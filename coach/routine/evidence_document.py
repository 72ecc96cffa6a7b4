"""Reads the table of evidence (data/evidence.yaml): what a session is checked against, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from coach.documents import Fields, Node, Reader, Scalar
from coach.documents.nodes import plain_kind
from coach.routine.findings import Weight
from coach.routine.model import Moment

Check: TypeAlias = Literal["dose", "form", "none"]
"""`dose` is counted by the guard, `form` is refused when a routine is read, `none` is a text."""

_MAX_TIME_MS = 4 * 3_600_000
_MAX_NUMBER = 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """One bound. `least` and `most` are milliseconds when `unit` is "ms", else whole numbers of `unit`."""

    id: str
    says: str
    """The bound in one plain sentence."""
    source: str
    """A reference with its DOI, or whose opinion it is."""
    weight: Weight
    check: Check
    opinion: bool = False
    least: int | None = None
    most: int | None = None
    unit: str | None = None
    from_ms: int | None = None
    """The length of session, in milliseconds, from which the rule asks for something."""
    moments: tuple[Moment, ...] = get_args(Moment)
    """The moments it holds for."""


def read_rules(text: str, path: str) -> Mapping[str, Rule]:
    """Return the rules in `text` by id, in its order; `path` is its name in messages. Raises DocumentError."""
    reader = Reader.of(text, path)
    fields = reader.document("a table of evidence")
    rules: dict[str, Rule] = {}
    for inner in fields.mappings("rules", "a rule"):
        rule = _rule(reader, inner)
        if rule.id and rule.id in rules:
            inner.add("rule", f"the rule '{rule.id}' is here twice", "keep one")
        rules[rule.id] = rule
    fields.done()
    reader.finish()
    return MappingProxyType(rules)


def _rule(reader: Reader, fields: Fields) -> Rule:
    bounds = {key: node for key in ("least", "most") if (node := fields.node(key, required=False))}
    unit = fields.optional_text("unit")
    counted = bool(bounds) and all(_is_number(node) for node in bounds.values())
    if counted and unit is None:
        fields.add("rule", "a number needs its unit", "write unit: movements, or a time such as 30s")
    if unit and not counted:
        fields.add("unit", "only numbers have a unit", "delete it")

    def bound(key: str) -> int | None:
        node = bounds.get(key)
        if node is None:
            return None
        if counted:
            return reader.integer(node, key, 0, _MAX_NUMBER)
        return reader.duration(node, key, 1, _MAX_TIME_MS)

    moments: tuple[Moment, ...] = get_args(Moment)
    rule = Rule(
        id=fields.slug("rule"),
        says=fields.text("says"),
        source=fields.text("source"),
        weight=fields.choice("weight", get_args(Weight)),
        check=fields.choice("check", get_args(Check)),
        opinion=fields.flag("opinion"),
        least=bound("least"),
        most=bound("most"),
        unit=unit if counted else "ms" if bounds else None,
        from_ms=fields.optional_duration("from"),
        moments=tuple(
            reader.choice(node, "an item of moments", moments) for node in fields.items("moments", required=False)
        )
        or moments,
    )
    if rule.least is not None and rule.most is not None and rule.least > rule.most:
        fields.add("least", "least and most are not in order", "least must not exceed most")
    fields.done()
    return rule


def _is_number(node: Node) -> bool:
    return isinstance(node, Scalar) and plain_kind(node) == "number"
