"""Mending a document's text: fixes are made from places, and applied without touching anything else.

It changes text, never values; whether a change is good is for the caller's checks to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from coach.documents import Document, MappingNode, Node, Scalar, at
from coach.errors import Problem
from coach.routine.findings import Finding, Fix

_ROUNDS = 100
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class Review:
    """All that checks say of one text."""

    problems: tuple[Problem, ...] = ()
    """What makes it no document of its kind, or none that can be done."""
    findings: tuple[Finding, ...] = ()
    """Rules it does not keep."""

    @property
    def wrong(self) -> bool:
        """Whether anything is more than advice."""
        return bool(self.problems) or any(finding.weight == "wrong" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after its fixes: what was done, what would have done harm, and what is still to say."""

    text: str
    done: tuple[tuple[Finding, str, str], ...]
    """Each finding that is mended, with the text before and after its fix."""
    refused: tuple[tuple[Finding, str], ...]
    """Findings whose fix would have done harm, and which; they are in `review` too."""
    review: Review

    @property
    def stuck(self) -> bool:
        """Whether something is wrong that cannot be mended without harm: then nothing should be written."""
        return any(finding.weight == "wrong" for finding, _ in self.refused)


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
            if not (isinstance(node, Scalar) and node.plain):
                return None
            first = replace(first, old=node.text, new=", ".join([first.new or node.text, *added]))
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
        line = line[:start] + one.new + line[start + len(one.old) :]
        if one.below:
            content = line.rstrip("\r\n")
            end = line[len(content) :]
            # The last line of a file may have no end: then the added ones end as the file's other lines do.
            new_line = end or next((found[0] for found in re.finditer("\r\n|\r|\n", text)), "\n")
            line = new_line.join([content, *one.below]) + end
        lines[one.line - 1] = line
    return "".join(lines)


def mend(text: str, review: Callable[[str], Review]) -> Mended:
    """Apply fixes until none is left; each is kept only when nothing that was right before is wrong after it."""
    now = review(text)
    done: list[tuple[Finding, str, str]] = []
    refused: dict[Finding, str] = {}
    seen = {text}
    for _ in range(_ROUNDS):
        for finding in now.findings:
            if finding.fix is None or finding in refused:
                continue
            changed = applied(text, finding.fix)
            if changed is None or changed in seen:
                refused[finding] = "its place is written in a way that only a person can change"
                continue
            after = review(changed)
            if harm := _harm(now, after, finding):
                refused[finding] = harm
                continue
            done.append((finding, text, changed))
            text, now = changed, after
            seen.add(text)
            break
        else:
            break
    return Mended(text, tuple(done), tuple((f, why) for f, why in refused.items() if f in now.findings), now)


def _harm(before: Review, after: Review, finding: Finding) -> str | None:
    """Return what the text after a fix breaks that the text before it kept, or None."""
    if len(after.problems) > len(before.problems):
        known = {problem.what for problem in before.problems}
        return next((problem.what for problem in after.problems if problem.what not in known), "one more problem")
    # Mending what is wrong may leave less than is advised; following advice may not cost other advice.
    weights = ("wrong",) if finding.weight == "wrong" else ("wrong", "advice")
    broken = {rule for found in before.findings for rule in (found.rule, *found.also)}
    return next((f.problem.what for f in after.findings if f.weight in weights and f.rule not in broken), None)
