"""From a candidate to a routine: what may be left out, the lengths that work, what it says of itself; is it right?"""

from __future__ import annotations

from dataclasses import replace

from coach.audio.tones import TONE_LENGTHS_MS
from coach.errors import ImpossibleLength
from coach.make.drafts import as_chosen
from coach.make.request import Kitchen, Telling
from coach.routine.evidence import guard
from coach.routine.findings import Weight
from coach.routine.model import LengthRange, MovementStep, Routine
from coach.routine.write import routine_text
from coach.script.dose import dose_ms
from coach.script.fit import fit
from coach.script.outline import written
from coach.units import format_clock, format_duration

_ROUNDS = 4
_BOUND_MS = 15_000
"""The ends of a range are whole multiples of this."""
_PROBES = 3
_CLOSE_MS = 5000
_MOST_PROBES = 30
_LONGEST_MS = 4 * 3_600_000


def finished(kitchen: Kitchen, routine: Routine) -> Routine | None:
    """Return the routine with all that may be left out marked so.

    None when there is a way to tell it that does not have the asked length.
    """
    length_ms = kitchen.length_ms
    for _ in range(_ROUNDS):  # so that at this length it is done as it is written, or nearly
        fitted = kitchen.usual.fitted(routine, length_ms)
        again = as_chosen(routine, fitted.choices) if fitted else routine
        if again == routine:
            break
        routine = again
    steps = tuple(
        replace(step, optional=True) if isinstance(step, MovementStep) and step.movement != kitchen.main.id else step
        for step in routine.steps
    )
    routine = replace(routine, steps=steps)
    length = LengthRange(length_ms, length_ms, length_ms)
    if not all(telling.fitted(routine, length_ms) for telling in kitchen.tellings):
        return None
    return replace(routine, length=length, about=_about(kitchen, routine))


def weights(kitchen: Kitchen, routine: Routine) -> set[Weight]:
    """Return how bad it is what the library and the guard find in the routine, read back from its text."""
    examined = kitchen.library.examined(routine_text(routine), "-")
    if examined.form or examined.between:
        return {"wrong"}
    return {finding.weight for finding in guard(examined.document, kitchen.usual.content.movements, kitchen.rules)}


def ranged(kitchen: Kitchen, routine: Routine) -> Routine:
    """Return the routine with its range: from half of its length to twice, as far as every way to tell it allows.

    What is counted has a smaller one.
    """
    free, length_ms = replace(routine, length=None), kitchen.length_ms
    _, fast, slow, known = kitchen.tellings
    # Whole repetitions come in large steps: between two of them may be lengths that nothing makes up for.
    counted = any(isinstance(step, MovementStep) and step.reps for step in routine.steps)
    shortest_ms, longest_ms = (length_ms * 2 // 3, length_ms * 3 // 2) if counted else (length_ms // 2, length_ms * 2)
    least_ms = max(shortest_ms, _bound(slow, free, 1)[0])
    most_ms = min(longest_ms, *(_bound(telling, free, _LONGEST_MS)[1] for telling in (fast, known)))
    least_ms = min(length_ms, -(-least_ms // _BOUND_MS) * _BOUND_MS)
    most_ms = max(length_ms, most_ms // _BOUND_MS * _BOUND_MS)
    reached = (_reached(kitchen, free, end_ms, close=counted) for end_ms in (least_ms, most_ms))
    return replace(routine, length=LengthRange(length_ms, *reached))


def _bound(telling: Telling, routine: Routine, beyond_ms: int) -> tuple[int, int]:
    """Return the least and the most milliseconds of a routine that cannot last `beyond_ms`."""
    try:
        fit(routine, telling.content, telling.lengths, TONE_LENGTHS_MS, beyond_ms)
    except ImpossibleLength as error:
        return error.least_ms, error.most_ms
    return beyond_ms, beyond_ms


def _reached(kitchen: Kitchen, routine: Routine, to_ms: int, *, close: bool) -> int:
    """Return how far from the asked length towards another all work that are tried: a few of them, or a close row."""
    from_ms = reached = kitchen.length_ms
    count = min(_MOST_PROBES, abs(to_ms - from_ms) // _CLOSE_MS) if close else _PROBES
    probes = [from_ms + (to_ms - from_ms) * n // count // 1000 * 1000 for n in range(1, count)]
    for here in dict.fromkeys((*probes, to_ms)):
        tellings = kitchen.tellings if here == to_ms else kitchen.tellings[1:3] if close else kitchen.tellings[:1]
        if here != from_ms and not all(telling.fitted(routine, here) for telling in tellings):
            return reached
        reached = here
    return to_ms


def _about(kitchen: Kitchen, routine: Routine) -> str:
    texts, content, recipe = kitchen.table.about, kitchen.usual.content, kitchen.recipe
    doses = dose_ms(routine, content, written(routine, content))
    said = [
        texts["dose"].format(time=format_duration(ms), muscle=muscle)
        for muscle, ms in sorted(doses.items(), key=lambda dose: dose[0] != kitchen.main.muscles[0])
    ]
    for step in routine.steps:
        if isinstance(step, MovementStep) and step.reps:
            name = content.movements[step.movement].name
            times = step.reps * (step.sets or 1)
            said.append(texts["counted"].format(count=times, movement=name[:1].lower() + name[1:]))
    made = texts["made"].format(length=format_clock(kitchen.length_ms), when=recipe.when, doses=", ".join(said))
    optional = texts["optional"] if any(step.optional for step in routine.steps) else None
    return " ".join(part for part in (made, recipe.about, optional) if part)
