"""What `coach check` says of one document: a review of its text, the lines that tell it, the JSON that holds it."""

from __future__ import annotations

import difflib
import shlex
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from coach.cli.common import counted
from coach.errors import CoachError, DocumentError, ImpossibleLength, Problem
from coach.routine.findings import Finding
from coach.routine.mend import Mended, Review, applied, slips
from coach.units import format_clock, format_duration

if TYPE_CHECKING:
    from coach.documents import Document
    from coach.routine.library import Library
    from coach.routine.model import Movement, Routine

Kind = Literal["routine", "movement"]


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Reviews the text of one document, again and again while it is mended."""

    kind: Kind
    path: Path
    library: Library

    def __call__(self, text: str) -> Review:
        """Return all that is wrong with `text` and all that is advised."""
        found = (_routine if self.kind == "routine" else _movement)(text, self.path, self.library)
        return replace(found, slips=slips(text, str(self.path), found.problems))


def _movement(text: str, path: Path, library: Library) -> Review:
    from coach.routine.eyes_free import eyes_free
    from coach.routine.movement_document import movement_document

    try:
        document = movement_document(text, str(path))
    except DocumentError as error:
        return Review(error.problems, what="a movement")
    what = f"the movement '{document.value.name}'"
    return Review(_in_order(_misfits(document, library)), eyes_free(document), what=what)


def _misfits(document: Document[Movement], library: Library) -> list[Problem]:
    """Return where an own movement does not suit the shipped routines that it is taken in."""
    name = document.value.id
    if not library.stands_in(name) or (known := library.movement_document(name)).root != document.root:
        return []
    shipped = (found for found in library.routine_ids() if library.origin("routine", found) == "shipped")
    problems = [one for routine in shipped for one in library.problems(library.routine_document(routine))]
    return [replace(one, path=document.path) for one in problems if one.path == known.path]


def _routine(text: str, path: Path, library: Library) -> Review:
    from coach.routine.evidence import guard, rules
    from coach.routine.eyes_free import eyes_free

    try:
        examined = library.examined(text, str(path))
    except DocumentError as error:
        return Review(error.problems, what="a routine")
    document = examined.document
    what = f"the routine '{document.value.name}'"
    problems = [*examined.form, *examined.between]
    if examined.form:
        return Review(_in_order(problems), what=what)
    findings = guard(document, library.known_movements(document.value), rules())
    reach: list[Finding] = []
    # One mistake is one message: of a dose that is past the evidence too, that is said which has the cure.
    better = {_place(finding.problem) for finding in findings}
    if not problems:
        length_ms, problems = _length(document, library)
        what += f", about {format_clock(length_ms)}" if length_ms else ""
        reach = _reach(document, library) if length_ms else []
    problems = [problem for problem in problems if _place(problem) not in better]
    findings = _sorted((*findings, *reach, *eyes_free(document)))
    return Review(_in_order(problems), findings, what=what)


def _length(document: Document[Routine], library: Library) -> tuple[int, list[Problem]]:
    """Return how long the session is about, in milliseconds, or why it cannot be."""
    from coach.audio.tones import TONE_LENGTHS_MS
    from coach.script.fit import fit
    from coach.script.wording import Estimates
    from coach.session import content_of

    try:
        fitted = fit(document.value, content_of(document.value, library), Estimates(), TONE_LENGTHS_MS)
    except ImpossibleLength as error:
        return 0, [document.problem(("length",), error.message, "change length or the steps")]
    return sum(fitted.lengths_ms), []


def _reach(document: Document[Routine], library: Library) -> list[Finding]:
    """Return advice about a least or most length that the steps do not reach."""
    from coach.audio.tones import TONE_LENGTHS_MS
    from coach.script.fit import fit
    from coach.script.wording import Estimates
    from coach.session import content_of

    length, content = document.value.length, content_of(document.value, library)
    found = []
    for key, asked_ms in (("least", length.least_ms), ("most", length.most_ms)) if length else ():
        try:
            fit(document.value, content, Estimates(), TONE_LENGTHS_MS, asked_ms)
        except ImpossibleLength as error:
            able_ms = error.least_ms if key == "least" else error.most_ms
            can = (
                f"need {format_clock(able_ms)} at the least"
                if key == "least"
                else (f"last {format_clock(able_ms)} at the most")
            )
            what = f"{key} {format_clock(asked_ms)}: with the estimates of a voice its steps {can}"
            problem = document.problem(("length", key), what, f"write {key}: {format_duration(able_ms)}")
            found.append(Finding("length-in-reach", problem, "what its steps come to", "advice"))
    return found


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.path, problem.line, problem.column


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=_place))


def _sorted(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: _place(finding.problem)))


# --- told ---------------------------------------------------------------------------------------


def summary(path: Path, review: Review) -> str:
    """Return the one line of a document that has nothing wrong."""
    advice = counted(len(review.findings), "piece of advice", "pieces of advice") if review.findings else "no problem"
    return f"{path}: {review.what}, {advice}"


def told(text: str, review: Review) -> list[str]:
    """Return the lines that say all of a review, in the order of the file; `text` is what was reviewed."""
    said: list[tuple[tuple[str, int, int], list[str]]] = [
        (_place(problem), [str(problem)]) for problem in review.problems
    ]
    said += [(_place(finding.problem), _finding(text, finding)) for finding in review.findings]
    return [line for _, lines in sorted(said) for line in lines]


def promised(mended: Mended) -> Review:
    """Return the review of the text as it was, with those fixes only that are written when somebody asks for them."""
    findings = mended.before.findings
    kept = tuple(finding if mended.promised(finding) else replace(finding, fix=None) for finding in findings)
    return replace(mended.before, findings=kept)


def promise_lines(path: Path, mended: Mended) -> list[str]:
    """Return what `--fix` would write, and what it would leave and why."""
    lines = []
    if mended.done:
        corrections = counted(len(mended.done), "correction")
        lines.append(f"  `coach check --fix {shlex.quote(str(path))}` writes {corrections} into the file")
    nothing = "nothing else" if mended.done else "nothing"
    lines += [f"  --fix changes {nothing}: {_stuck(finding, why)}" for finding, why in mended.stuck]
    left = mended.refused if not mended.stuck else ()
    return lines + [f"  --fix leaves {f.rule} on line {f.problem.line} as it is: {why}" for f, why in left]


def _stuck(finding: Finding, why: str) -> str:
    return f"mending {finding.rule} would bring another problem: {why}"


def _finding(text: str, finding: Finding) -> list[str]:
    problem = finding.problem
    if finding.weight == "advice":
        problem = replace(problem, what=f"advice: {problem.what}")
    opinion = "opinion: " if finding.opinion else ""
    also = f" (and {', '.join(finding.also)})" if finding.also else ""
    lines = [str(problem), f"    {finding.rule}{also}; {opinion}{finding.source}"]
    changed = applied(text, finding.fix) if finding.fix else None
    return lines if changed is None else [*lines, *snippet(text, changed)]


def snippet(before: str, after: str) -> list[str]:
    """Return the lines that differ: `    - hold: 120s`, `    + hold: 30s`."""
    return [
        f"    {line[0]} {line[2:].strip().removeprefix('- ')}"
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[0] in "+-"
    ]


def mended_lines(mended: Mended) -> list[str]:
    """Return what was changed in a file, and what was left because its fix would do harm."""
    lines: list[str] = []
    # Each line number is that of the text as it was then, with the changes before it.
    for finding, before, after in mended.done:
        lines += [f"{finding.problem.path}:{finding.problem.line}: changed for {finding.rule}", *snippet(before, after)]
    nothing = "nothing else is changed" if mended.done else "nothing is changed"
    lines += [f"{finding.problem.path}: {nothing}: {_stuck(finding, why)}" for finding, why in mended.stuck]
    for finding, why in mended.refused if not mended.stuck else ():
        lines.append(f"{finding.problem.path}:{finding.problem.line}: {finding.rule} is left as it is: {why}")
    return lines


def as_json(path: Path, review: Review, mended: Mended | None = None) -> dict[str, object]:
    """Return a review as plain values; times of fixes are in the text as a document writes them."""
    told: dict[str, object] = {
        "file": str(path),
        "what": review.what,
        "right": not review.wrong,
        "problems": [_problem_json(problem) for problem in review.problems],
        "findings": [_finding_json(finding) for finding in review.findings],
    }
    if mended:
        told["mended"] = [_finding_json(finding) for finding, _, _ in mended.done]
    return told


def error_json(file: str, error: CoachError) -> dict[str, object]:
    """Return what could not be reviewed at all as plain values."""
    problems = error.problems if isinstance(error, DocumentError) else ()
    told: dict[str, object] = {"file": file, "right": False, "problems": [_problem_json(one) for one in problems]}
    return told if problems else {**told, "error": str(error), "hint": error.hint}


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        **_problem_json(finding.problem),
        "source": finding.source,
        "opinion": finding.opinion,
        "also": list(finding.also),
        "weight": finding.weight,
        "fix": asdict(finding.fix) if finding.fix else None,
    }


def _problem_json(problem: Problem) -> dict[str, object]:
    return {"line": problem.line, "column": problem.column, "what": problem.what, "cure": problem.cure}
