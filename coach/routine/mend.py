"""Mending a document's text: fixes are made from places, and applied without touching anything else.

It changes text, never values; whether a change is good is for the caller's checks to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from coach.documents import Document, ListNode, MappingNode, Node, Scalar, at
from coach.documents.parse import parse_into
from coach.errors import DocumentError, Problem
from coach.routine.findings import Finding, Fix

SPELLING = "spelling"
"""The rule that a slip of the pen does not keep: no other word is like it."""

_ROUNDS = 100
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class Review:
    """All that checks say of one text."""

    problems: tuple[Problem, ...] = ()
    """What makes it no document of its kind, or none that can be done."""
    findings: tuple[Finding, ...] = ()
    """Rules it does not keep."""
    slips: tuple[Finding, ...] = ()
    """Those of `problems` that are one mistyped word, as findings of `SPELLING` with their fix."""
    what: str = ""
    """In a few words what the document is."""

    @property
    def wrong(self) -> bool:
        """Whether anything is more than advice."""
        return bool(self.problems) or any(finding.weight == "wrong" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after its fixes: what was done, what would have done harm, and what is still to say."""

    before: Review
    """Of the text as it was."""
    text: str
    done: tuple[tuple[Finding, str, str], ...]
    """Each finding that is mended, with the text before and after its fix."""
    refused: tuple[tuple[Finding, str], ...]
    """Findings whose fix would have done harm, and which."""
    review: Review

    @property
    def stuck(self) -> tuple[tuple[Finding, str], ...]:
        """Rules that cannot be kept without harm: because of them no dose was changed, only mistyped words."""
        return tuple((f, why) for f, why in self.refused if f.weight == "wrong" and f.rule != SPELLING)

    def promised(self, finding: Finding) -> bool:
        """Say whether a fix of a finding of `before` is written, as it is or after others."""
        return not self.stuck and all(finding != refused for refused, _ in self.refused)


def step_fix(document: Document[Any], where: tuple[str | int, ...], keys: Mapping[str, str]) -> Fix | None:
    """Return the fix that gives the step at `where` these keys, or None when its text has no place for them.

    Keys that are written already are changed; the others are added below the first of those, or below the movement.
    """
    step = at(document.root, *where)
    if not keys or not isinstance(step, MappingNode):
        return None
    written = {key.text: (key, value) for key, value in step.entries}
    changes = [(written[name][1], value) for name, value in keys.items() if name in written]
    added = [f"{name}: {value}" for name, value in keys.items() if name not in written]
    if not changes:
        changes = [(written["movement"][1], "")] if "movement" in written else []
    fixes = [fix for node, value in changes if (fix := _rewritten(node, value))]
    if not fixes or len(fixes) < len(changes):
        return None
    first = fixes[0]
    if added:
        key, node = next((key, node) for key, node in written.values() if node is changes[0][0])
        begin, _ = step.entries[0]
        if (step.line, step.column) != (begin.line, begin.column):  # in braces, all on one line
            if not isinstance(node, Scalar):
                return None
            first = replace(first, old=node.text, new=first.new or node.text, after=", ".join(["", *added]))
        else:
            first = replace(first, below=tuple(" " * (key.column - 1) + line for line in added))
    return replace(first, also=tuple(fixes[1:]))


def _rewritten(node: Node, value: str) -> Fix | None:
    """Return the fix that writes `value` in place of a single value; nothing is changed for an empty one."""
    if not isinstance(node, Scalar):
        return None
    # What stands in quotes keeps them: only the text inside is changed.
    column = node.column if node.plain else node.column + 1
    return Fix(node.line, column, node.text if value else "", value)


def applied(text: str, fix: Fix) -> str | None:
    """Return `text` with the fix in it, all else as it was to the byte; None when `old` is not at its place."""
    lines = [line for line in _LINE.findall(text) if line]
    # From the end to the start, so that no change moves the place of the next.
    for one in sorted((fix, *fix.also), key=lambda one: (one.line, one.column), reverse=True):
        if not 1 <= one.line <= len(lines):
            return None
        line, start = lines[one.line - 1], one.column - 1
        if not line.startswith(one.old, start):
            return None
        end = start + len(one.old)
        # A value in quotes begins behind the first and ends before the second of them.
        quote = line[start - 1 : start] if start and line[start - 1] in "\"'" else ""
        behind = end + len(quote) if one.after and quote and line.startswith(quote, end) else end
        line = line[:start] + one.new + line[end:behind] + one.after + line[behind:]
        if one.below:
            content = line.rstrip("\r\n")
            line_end = line[len(content) :]
            # The last line of a file may have no end: then the added ones end as the file's other lines do.
            new_line = line_end or next((found[0] for found in re.finditer("\r\n|\r|\n", text)), "\n")
            line = new_line.join([content, *one.below]) + line_end
        lines[one.line - 1] = line
    return "".join(lines)


def mend(text: str, review: Callable[[str], Review]) -> Mended:
    """Apply fixes until none is left; each is kept only when nothing that was right before is wrong after it.

    Mistyped words first: what they hide is only seen then.
    """
    before = review(text)
    spelt = _mended(text, before, review, lambda now: now.slips, _wrong_word)
    doses = _mended(spelt.text, spelt.review, review, lambda now: now.findings, _harm)
    refused = (*spelt.refused, *doses.refused)
    if doses.stuck:
        return Mended(before, spelt.text, spelt.done, refused, spelt.review)
    return Mended(before, doses.text, (*spelt.done, *doses.done), refused, doses.review)


def _mended(
    text: str, now: Review, review: Callable[[str], Review], fixable: Callable[[Review], Iterable[Finding]],
    harm_of: Callable[[Review, Review, Finding, str], str | None],
) -> Mended:  # fmt: skip
    before = now
    done: list[tuple[Finding, str, str]] = []
    refused: dict[Finding, str] = {}
    seen = {text}
    for _ in range(_ROUNDS):
        for finding in fixable(now):
            if finding.fix is None or finding in refused:
                continue
            changed = applied(text, finding.fix)
            if changed is None or changed in seen:
                refused[finding] = "its place is written in a way that only a person can change"
                continue
            after = review(changed)
            if harm := harm_of(now, after, finding, changed):
                refused[finding] = harm
                continue
            done.append((finding, text, changed))
            text, now = changed, after
            seen.add(text)
            break
        else:
            break
    left = set(fixable(now))
    return Mended(before, text, tuple(done), tuple((f, why) for f, why in refused.items() if f in left), now)


def _harm(before: Review, after: Review, finding: Finding, _: str) -> str | None:
    """Return what the text after a fix breaks that the text before it kept, or None."""
    if len(after.problems) > len(before.problems):
        known = {problem.what for problem in before.problems}
        return next((problem.what for problem in after.problems if problem.what not in known), "one more problem")
    # Mending what is wrong may leave less than is advised; following advice may not cost other advice.
    weights = ("wrong",) if finding.weight == "wrong" else ("wrong", "advice")
    broken = {rule for found in before.findings for rule in (found.rule, *found.also)}
    return next((f.problem.what for f in after.findings if f.weight in weights and f.rule not in broken), None)


# --- mistyped words -----------------------------------------------------------------------------


def slips(text: str, path: str, problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """Return those problems of the document at `path` that are one mistyped word, as findings with their fix."""
    mistyped = {(p.line, p.column): p for p in problems if p.meant and p.path == path}
    if not mistyped:
        return ()
    found = []
    for node, _ in _scalars(text):
        if (problem := mistyped.get((node.line, node.column))) and problem.meant:
            fix = _rewritten(node, problem.meant)
            found.append(Finding(SPELLING, problem, "no other word is like it", fix=fix))
    return tuple(sorted(found, key=lambda finding: (finding.problem.line, finding.problem.column)))


def _scalars(text: str) -> Iterator[tuple[Scalar, MappingNode | ListNode]]:
    """Yield each single value and key of a text with the collection that it is in; nothing when it has no tree."""
    try:
        nodes: list[Node] = [parse_into(text, "", [])]
    except DocumentError:
        return
    while nodes:
        node = nodes.pop()
        if isinstance(node, Scalar):
            continue
        inside = node.items if isinstance(node, ListNode) else [part for entry in node.entries for part in entry]
        yield from ((one, node) for one in inside if isinstance(one, Scalar))
        nodes += inside


def _wrong_word(before: Review, after: Review, finding: Finding, text: str) -> str | None:
    """Return what shows that another word than the one now in `text` was meant, or None.

    Below a key that nobody knew there may be more to mend. But a key must suit its own value, a value its neighbours.
    """
    was, now = (Counter(problem.what for problem in one.problems) for one in (before, after))
    problem = finding.problem
    if now[problem.what] >= was[problem.what]:
        return "it would not help"
    beside = {
        (node.line, node.column)
        for scalar, around in _scalars(text)
        if (scalar.line, scalar.column) == (problem.line, problem.column)
        for node in _beside(scalar, around)
    }
    return next(
        (p.what for p in after.problems if not p.meant and not was[p.what] and (p.line, p.column) in beside), None
    )


def _beside(scalar: Scalar, around: MappingNode | ListNode) -> list[Node]:
    if isinstance(around, ListNode):
        return [scalar]
    for key, value in around.entries:
        if key is scalar:
            return [value]
    return [around, *(value for _, value in around.entries)]
