"""What a routine's document cannot show alone: do its movements exist, and do they take such doses?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coach.documents import Document
from coach.documents.values import mistyped, nearest
from coach.errors import DocumentError, Problem, UnknownName, UnreadableFile
from coach.routine.doses import MAX_ROUTINE_MS
from coach.routine.model import BlockStep, Movement, MovementStep, Routine, Step, position_of
from coach.routine.routine_document import least_ms, walk
from coach.units import format_duration

if TYPE_CHECKING:
    from coach.routine.library import Library

_Where = tuple[str | int, ...]


def cross_check(library: Library, document: Document[Routine]) -> tuple[Problem, ...]:
    """Return the problems between a routine and the movements of `library`, in the order of the file.

    A shipped routine suits the shipped movements: an own one that stands in for one of them must suit it too, and is
    at fault when it does not.
    """
    shipped = library.is_shipped(document.path)
    problems: list[Problem] = []
    movements: dict[str, Movement] = {}
    broken: set[str] = set()
    at_fault: dict[str, Document[Movement]] = {}
    for where, step in walk(document.value.steps):
        if not isinstance(step, MovementStep):
            continue
        name = step.movement
        if name not in movements and name not in broken:
            try:
                movements[name] = library.movement(name)
            except UnknownName as error:
                near = (
                    f"did you mean '{error.close[0]}'?"
                    if error.close
                    else "`coach list --movements` shows what there is"
                )
                meant = mistyped(name, library.movement_ids())
                problems.append(document.problem((*where, "movement"), f"there is no movement '{name}'", near, meant))
            except DocumentError as error:
                broken.add(name)
                problems += error.problems
            except UnreadableFile as error:
                broken.add(name)
                problems.append(document.problem((*where, "movement"), str(error)))
            if name in movements:
                problems += _stand_in(library, name, movements[name])
                if shipped and library.stands_in(name):
                    at_fault[name] = library.movement_document(name)
        if name in movements:
            found = _doses(document, where, step, movements[name])
            problems += _blamed(at_fault[name], document, found) if name in at_fault else found
    levels = _levels(document, movements)
    first = next(iter(at_fault.values()), None)
    problems += _blamed(first, document, levels, "position") if first and levels else levels
    if least_ms(document.value.steps, movements) > MAX_ROUTINE_MS:
        problems.append(document.problem(("steps",), "the steps last more than 4 hours", "make two routines of it"))
    languages = library.languages()
    if document.value.language not in languages:
        close = nearest(document.value.language, languages)
        cure = f"did you mean {close[0]}?" if close else f"there is {', '.join(languages)}"
        what = f"there is no wording for the language '{document.value.language}'"
        problems.append(document.problem(("language",), what, cure))
    return tuple(sorted(problems, key=lambda problem: (problem.path, problem.line, problem.column)))


def _blamed(
    movement: Document[Movement], routine: Document[Routine], problems: list[Problem], key: str = ""
) -> list[Problem]:
    """Return the problems of a shipped routine as those of the own movement that it does not expect."""
    place = key or next((name for name in ("hold", "reps") if getattr(movement.value, name)), "id")
    cure = "let it do what the shipped one does, or give it an id of its own"
    return [
        movement.problem((place,), f"it is taken in the routine {routine.value.id}, and {problem.what}", cure)
        for problem in problems
    ]


def _stand_in(library: Library, name: str, movement: Movement) -> list[Problem]:
    """Note an `instead` that names nothing, in the movement's own file."""
    known = library.movement_ids()
    if movement.instead is None or movement.instead in known:
        return []
    close = nearest(movement.instead, known)
    cure = f"did you mean '{close[0]}'?" if close else "`coach list --movements` shows what there is"
    what = f"there is no movement '{movement.instead}'"
    return [library.movement_document(name).problem(("instead",), what, cure, mistyped(movement.instead, known))]


def _doses(document: Document[Routine], where: _Where, step: MovementStep, movement: Movement) -> list[Problem]:
    problems: list[Problem] = []

    def wrong(key: str, what: str, cure: str) -> None:
        problems.append(document.problem((*where, key), f"{movement.id} {what}", cure))

    if movement.hold is None and step.hold_ms is not None:
        wrong("hold", "is counted, not held", "write reps: instead of hold:")
    if movement.reps is None:
        for key, value in (("reps", step.reps), ("tempo", step.tempo)):
            if value is not None:
                wrong(key, "is held, not counted", f"write hold: instead of {key}:")
    if movement.hold and step.hold_ms is not None:
        least, most = movement.hold.least_ms, movement.hold.most_ms
        if not least <= step.hold_ms <= most:
            bounds = f"{format_duration(least)} to {format_duration(most)}"
            wrong("hold", f"is held for {bounds}, not {format_duration(step.hold_ms)}", f"write hold: {bounds}")
    if movement.reps and step.reps is not None:
        least, most = movement.reps.least, movement.reps.most
        if not least <= step.reps <= most:
            wrong("reps", f"takes {least} to {most} repetitions, not {step.reps}", f"write reps: {least} to {most}")
        elif movement.sides == "alternate" and step.reps % 2:
            wrong("reps", f"alternates its sides and needs an even number, not {step.reps}", f"write {step.reps + 1}")
    if step.sets is not None and not movement.sets.least <= step.sets <= movement.sets.most:
        bounds = f"{movement.sets.least} to {movement.sets.most}"
        wrong("sets", f"takes {bounds} sets, not {step.sets}", f"write sets: {bounds}")
    if step.say and movement.sides != "each" and ("{side}" in step.say or "{other}" in step.say):
        wrong("say", "works both sides in one go, so {side} says nothing", "delete {side} and {other}")
    return problems


def _levels(document: Document[Routine], movements: dict[str, Movement]) -> list[Problem]:
    """Note the step that changes between standing and the floor a second time: once in a session is enough."""
    changes, before = 0, None
    for where, step in _in_order(document.value.steps):
        position = position_of(step, movements)
        if position is None:
            continue
        standing = position == "standing"
        changes += before is not None and standing != before
        before = standing
        if changes > 1:
            key, name = ("movement", step.movement) if isinstance(step, MovementStep) else ("position", position)
            what = f"{name} is the second change between standing and the floor"
            return [document.problem((*where, key), what, "put the steps on the feet together")]
    return []


def _in_order(steps: tuple[Step, ...], where: _Where = ("steps",)) -> list[tuple[_Where, Step]]:
    """Return each step with the way to it, as done; a block counts twice at most."""
    order: list[tuple[_Where, Step]] = []
    for number, step in enumerate(steps):
        here = (*where, number)
        if isinstance(step, BlockStep):
            order += _in_order(step.steps, (*here, "block", "steps")) * min(step.repeat, 2)
        else:
            order.append((here, step))
    return order
