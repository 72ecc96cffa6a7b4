"""What a check of the content finds: a rule that is not kept, where, why, and how to mend it.

A problem of form (an unknown key, a time without a unit) is an error and no finding: such a document has no content
yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from coach.errors import Problem

Weight: TypeAlias = Literal["wrong", "advice"]


@dataclass(frozen=True, slots=True)
class Fix:
    """One change of the document's text: on `line` (from 1), `old` at `column` (from 1) becomes `new`."""

    line: int
    column: int
    old: str
    new: str
    after: str = ""
    """What is put behind the new value, past the quote that closes it."""
    below: tuple[str, ...] = ()
    """Lines put after `line`, with their indentation and without line ends."""
    also: tuple[Fix, ...] = ()
    """Changes at other places that are made together with this one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that one place of a document does not keep."""

    rule: str
    """The rule's id: `hold-before-run`."""
    problem: Problem
    """Where it is, what is wrong and the cure in words."""
    source: str
    """Who says so: a reference with its DOI, or "our own opinion"."""
    weight: Weight = "wrong"
    """`wrong` fails a check; `advice` does not."""
    fix: Fix | None = None
    opinion: bool = False
    """Whether the rule is our own judgement and not a published finding."""
    also: tuple[str, ...] = ()
    """The ids of rules that the same place breaks beside this one; they are not told on their own."""
