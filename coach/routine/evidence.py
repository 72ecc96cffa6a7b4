"""The evidence guard: which bounds of data/evidence.yaml a routine does not keep, where, why, and what to write.

Pure but for reading that table. Doses are counted per muscle and side over the whole session, as the document writes
them; what `fit` makes of them for another length is fit's own affair. Texts are `eyes_free`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from coach.documents import Document, MappingNode, at, read_file
from coach.routine.evidence_document import Rule, read_rules
from coach.routine.evidence_dose import Load, Where, cut_to, loads, raised_by, shares, totals
from coach.routine.findings import Finding
from coach.routine.mend import step_fix
from coach.routine.model import (
    BlockStep,
    BreatheStep,
    Movement,
    MovementStep,
    ReflectStep,
    RestStep,
    Routine,
)
from coach.routine.routine_document import least_ms, walk
from coach.units import format_duration

TABLE = Path(__file__).parent.parent / "data" / "evidence.yaml"
"""The table that comes with the package; nobody's own stands in for it."""

_BREATH_MS = 10_000
_Found: TypeAlias = tuple[Where, Finding]
"""What is found, with the way to its step."""


@dataclass(frozen=True, slots=True)
class _Session:
    """A routine with its movements, as the rules look at it."""

    document: Document[Routine]
    movements: Mapping[str, Movement]
    rules: Mapping[str, Rule]
    done: tuple[Load, ...]
    whole: bool
    """Whether every movement is known: else what is there in all cannot be said."""

    def held(self, *kinds: str) -> tuple[Load, ...]:
        """Return the loads that hold a stretch or pressure of these kinds."""
        return tuple(load for load in self.done if load.hold_ms and load.movement.kind in kinds)

    def least_hold_ms(self) -> int:
        """Return the shortest hold there is a point in."""
        rule = self.rules.get("hold-length")
        return rule.least or 0 if rule else 0

    def finding(
        self, rule: Rule, where: Where, what: str, keys: Mapping[str, str] | None = None, cure: str | None = None
    ) -> _Found:
        """Return what is found at the step at `where`, on the first of `keys` that it names, else on its movement.

        `keys` are what should be written there; without them nothing can be mended.
        """
        keys = keys or {}
        step = at(self.document.root, *where)
        named = {key.text for key, _ in step.entries} if isinstance(step, MappingNode) else set()
        place = next((key for key in keys if key in named), "movement")
        if keys and cure is None:
            cure = "write " + " and ".join(f"{key}: {value}" for key, value in keys.items())
        problem = self.document.problem((*where, place), what, cure)
        fix = step_fix(self.document, where, keys)
        return where, Finding(rule.id, problem, rule.source, rule.weight, fix, rule.opinion)


def rules(path: Path = TABLE) -> Mapping[str, Rule]:
    """Return the rules by id, in the order of the table. Raises UnreadableFile or DocumentError."""
    return read_rules(read_file(path), str(path))


def guard(
    document: Document[Routine], movements: Mapping[str, Movement], rules: Mapping[str, Rule]
) -> tuple[Finding, ...]:
    """Return what of `rules` the routine does not keep, in the order of the file, one finding for one step.

    Steps whose movement is not in `movements` are passed over. The doses need not be ones the movements take.
    """
    routine = document.value
    done = tuple(loads(routine.steps, movements))
    named = [step.movement for _, step in walk(routine.steps) if isinstance(step, MovementStep)]
    session = _Session(document, movements, rules, done, all(name in movements for name in named))
    found: dict[Where, Finding] = {}
    for name, check in CHECKS.items():
        rule = rules.get(name)
        if rule is not None and routine.moment in rule.moments:
            for where, finding in check(session, rule):
                first = found.get(where)
                found[where] = replace(first, also=(*first.also, finding.rule)) if first else finding
    return tuple(sorted(found.values(), key=lambda finding: (finding.problem.line, finding.problem.column)))


# --- how long -----------------------------------------------------------------------------------


def _hold_before_run(session: _Session, rule: Rule) -> Iterator[_Found]:
    cure = "leave it out, or take a movement that moves, such as leg-swing"
    for load, total_ms, keys in _too_much(session, session.held("static"), rule.most or 0):
        held, most = format_duration(total_ms), format_duration(rule.most or 0)
        what = f"before a run the holds for the {load.muscle} add up to {held} a side, at most {most} are good"
        yield session.finding(rule, load.where, what, keys, None if keys else cure)


def _plateau(session: _Session, rule: Rule) -> Iterator[_Found]:
    for load, total_ms, keys in _too_much(session, session.held("static", "pressure"), rule.most or 0):
        held, most = format_duration(total_ms), format_duration(rule.most or 0)
        what = f"{held} a side in all for the {load.muscle}, past {most} nothing more is gained"
        yield session.finding(rule, load.where, what, keys, None if keys else "leave it out")


def _too_much(session: _Session, held: tuple[Load, ...], most_ms: int) -> Iterator[tuple[Load, int, dict[str, str]]]:
    """Yield each load that must give something, the total of its muscle, and the keys that do it."""
    least_hold_ms = session.least_hold_ms()
    total = totals(held)
    for number, allowed_ms in sorted(shares(held, most_ms, least_hold_ms).items()):
        load = held[number]
        yield load, total[load.muscle], cut_to(load, allowed_ms, least_hold_ms)


def _hold_length(session: _Session, rule: Rule) -> Iterator[_Found]:
    for load in session.held("static"):
        yield from _one_hold(session, rule, load, "a static hold lasts")


def _pressure_length(session: _Session, rule: Rule) -> Iterator[_Found]:
    for load in session.held("pressure"):
        yield from _one_hold(session, rule, load, "pressure lasts")


def _one_hold(session: _Session, rule: Rule, load: Load, says: str) -> Iterator[_Found]:
    hold = load.movement.hold
    least_ms, most_ms = rule.least or 0, rule.most or load.hold_ms
    if hold is None or least_ms <= load.hold_ms <= most_ms:
        return
    good = (
        f"{format_duration(least_ms)} to {format_duration(most_ms)}"
        if least_ms
        else f"up to {format_duration(most_ms)}"
    )
    # What is written instead must suit the movement too.
    low_ms, high_ms = max(least_ms, hold.least_ms), min(most_ms, hold.most_ms)
    keys = {"hold": format_duration(max(low_ms, min(high_ms, load.hold_ms)))} if low_ms <= high_ms else {}
    what = f"{load.movement.id} is held for {format_duration(load.hold_ms)}, {says} {good}"
    yield session.finding(rule, load.where, what, keys)


def _volume(session: _Session, rule: Rule) -> Iterator[_Found]:
    routine, least = session.document.value, rule.least or 0
    length_ms = routine.length.default_ms if routine.length else least_ms(routine.steps, session.movements)
    if length_ms < (rule.from_ms or 0) or not session.whole:
        return
    held = session.held("static", "pressure")
    total = totals(held)
    muscle = max((load.muscle for load in held), key=lambda name: total[name], default=None)
    if muscle is None or total[muscle] >= least:
        return
    own = [load for load in held if load.muscle == muscle]
    more = [(load, raised_by(load, least - total[muscle], _most_hold_ms(session, load))) for load in own]
    load, keys = next((way for way in reversed(more) if way[1]), more[-1])
    what = f"{format_duration(total[muscle])} a side in all for the {muscle}, {format_duration(least)} are advised"
    yield session.finding(rule, load.where, what, keys, None if keys else "add another movement for it")


def _most_hold_ms(session: _Session, load: Load) -> int:
    rule = session.rules.get("pressure-length" if load.movement.kind == "pressure" else "hold-length")
    hold_ms = load.movement.hold.most_ms if load.movement.hold else 0
    return min(rule.most, hold_ms) if rule and rule.most else hold_ms


# --- what, how many, with which rest ------------------------------------------------------------


def _pressure_moment(session: _Session, rule: Rule) -> Iterator[_Found]:
    moment = session.document.value.moment
    place = {"pre-run": "before a run", "post-run": "right after a run", "desk": "at the desk"}.get(moment, moment)
    for load in session.done:
        if load.movement.kind == "pressure":
            what = f"{load.movement.id} is pressure on the belly, and this is {place}"
            yield session.finding(rule, load.where, what, cure="take a stretch, or write moment: any")


def _few_exercises(session: _Session, rule: Rule) -> Iterator[_Found]:
    first: dict[str, Where] = {}
    for load in session.done:
        if load.movement.kind != "rest":
            first.setdefault(load.movement.id, load.where)
    most = rule.most or 0
    if len(first) > most and not session.document.value.about:
        what = f"there are {len(first)} movements, {most} at most keep people at it"
        cure = "leave some out, or say in about: why there are more"
        yield session.finding(rule, [*first.values()][most], what, cure=cure)


def _strength_rest(session: _Session, rule: Rule) -> Iterator[_Found]:
    least_ms = rule.least or 0
    keys = {"rest": format_duration(least_ms)}
    for load in session.done:
        rest_ms = load.step.rest_ms
        if load.movement.kind == "strength" and load.sets > 1 and rest_ms is not None and rest_ms < least_ms:
            what = (
                f"between the sets of {load.movement.id} are {format_duration(rest_ms)}, strength needs {keys['rest']}"
            )
            yield session.finding(rule, load.where, what, keys)
    for where, step in walk(session.document.value.steps):
        if isinstance(step, BlockStep) and step.repeat > 1:
            yield from _block_rest(session, rule, where, step)


def _block_rest(session: _Session, rule: Rule, where: Where, block: BlockStep) -> Iterator[_Found]:
    """A block of one strength movement is its sets written another way."""
    least_ms, rest_ms = rule.least or 0, 0
    inside = [load for load in session.done if load.where[: len(where)] == where]
    for _, step in walk(block.steps):
        if isinstance(step, RestStep):
            rest_ms += step.length_ms
        elif isinstance(step, ReflectStep):
            rest_ms += step.for_ms
        elif isinstance(step, BreatheStep):
            rest_ms += step.breaths * _BREATH_MS
    if len(inside) == 1 and inside[0].movement.kind == "strength" and rest_ms < least_ms:
        rest = format_duration(least_ms)
        what = f"between the rounds of {inside[0].movement.id} are {format_duration(rest_ms)}, strength needs {rest}"
        yield session.finding(rule, inside[0].where, what, cure=f"put - rest: {rest} into the block")


CHECKS: Mapping[str, Callable[[_Session, Rule], Iterator[_Found]]] = {
    "hold-before-run": _hold_before_run,
    "hold-length": _hold_length,
    "pressure-length": _pressure_length,
    "pressure-moment": _pressure_moment,
    "plateau": _plateau,
    "volume": _volume,
    "few-exercises": _few_exercises,
    "few-exercises-desk": _few_exercises,
    "strength-rest": _strength_rest,
}
"""What counts each rule of `check: dose`. Where two find something at one step, the first is told."""
