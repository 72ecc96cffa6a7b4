"""Doses as documents write them: "3-1-1-0", `30s` or `{default: 30s, least: 10s, most: 60s}`."""

from __future__ import annotations

from collections.abc import Callable

from coach.documents import Fields, MappingNode, Node, Scalar, Values
from coach.documents.nodes import found
from coach.routine.model import Tempo

MAX_HOLD_MS = 3_600_000
MAX_ROUTINE_MS = 4 * 3_600_000
MAX_REPS = 100
MAX_SETS = 10
MAX_BREATHS = 100
MAX_REPEAT = 50
MAX_STEPS = 500
MAX_REP_S = 60


def read_tempo(reader: Values, node: Node, name: str = "tempo") -> Tempo:
    """Return the tempo of one repetition, of 1 to 60 seconds."""
    text = node.text if isinstance(node, Scalar) else ""
    parts = text.split("-")
    if len(parts) == 4 and all(part.isascii() and part.isdigit() and len(part) <= 2 for part in parts):
        tempo = Tempo(*(int(part) for part in parts))
        if 1000 <= tempo.rep_ms <= MAX_REP_S * 1000:
            return tempo
        reader.add(node, f"{name}: one repetition must last from 1 to {MAX_REP_S} seconds, found {text}")
    else:
        what = f"{name} must be four numbers of seconds joined by dashes, found {found(node)}"
        reader.add(node, what, "write eccentric, pause, concentric, pause, as in 3-1-1-0")
    return Tempo(1, 0, 1, 0)


def read_range(
    reader: Values, node: Node, name: str, one: Callable[[Node, str], int], more: Fields | None = None
) -> tuple[int, int, int]:
    """Return (default, least, most) of one value or of a mapping; a bound that is absent is the default.

    `more` is given when the caller reads other keys of the same mapping and calls `done` itself.
    """
    if not isinstance(node, MappingNode):
        value = one(node, name)
        return value, value, value
    fields = more or Fields(reader, node, name)
    problems = len(reader.problems)
    default_node = fields.node("default")
    bounds = [fields.node(key, required=False) for key in ("least", "most")]
    default = one(default_node, f"{name} default") if default_node else 0
    least, most = (
        one(bound, f"{name} {key}") if bound else default for key, bound in zip(("least", "most"), bounds, strict=True)
    )
    if default_node and len(reader.problems) == problems and not least <= default <= most:
        what = f"{name}: least, default and most are not in order"
        reader.add(node, what, "least must not exceed default, nor default most")
    if more is None:
        fields.done()
    return default, least, most
