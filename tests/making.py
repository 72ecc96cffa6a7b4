"""Requests by chance, and what must be true of every routine that is made for one."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import get_args

from coach.audio.tones import TONE_LENGTHS_MS
from coach.make import Request
from coach.make.request import SPEECHES, Speech
from coach.routine.adapt import AVOIDABLE, Needs, Where, unfit
from coach.routine.delivery import Delivery, Level
from coach.routine.evidence import guard, rules
from coach.routine.eyes_free import eyes_free
from coach.routine.library import Library
from coach.routine.model import Moment, MovementStep, Routine
from coach.routine.write import routine_text
from coach.script.fit import fit
from coach.script.outline import Content
from coach.units import on_grid

LIBRARY = Library()
RULES = rules()
KIT = ("band", "anchor", "ball", "block", "mat", "kettlebell", "dumbbell")
USUAL_S = {"any": (180, 900), "pre-run": (150, 720), "post-run": (180, 1020), "desk": (90, 360), "evening": (180, 1080)}
"""What people ask for; some requests are far outside of it."""


def request_of(seed: int) -> Request:
    """Return the request with this number."""
    chance = random.Random(seed)
    moment = chance.choice(get_args(Moment))
    least, most = USUAL_S[moment] if chance.random() < 0.9 else (10, 2400)
    movements = LIBRARY.movement_ids()
    avoid = {
        *chance.sample(AVOIDABLE, chance.choice((0, 0, 0, 1, 2))),
        *chance.sample(movements, chance.choice((0, 0, 1, 3))),
    }
    kit = frozenset(chance.sample(KIT, chance.randint(0, 3))) if chance.random() < 0.4 else None
    place = chance.choice((None, None, *get_args(Where)))
    length_ms = chance.randint(least, most) * 1000 + chance.choice((0, 0, chance.randint(0, 999)))
    if chance.random() < 0.5:
        length_ms = max(60_000, round(length_ms / 60_000) * 60_000)
    level = chance.choice(get_args(Level))
    return Request(
        length_ms, moment, Needs(place, kit, frozenset(avoid)), level, chance.choice(("left", "right")), seed
    )


def movements_of(routine: Routine):
    return [LIBRARY.movement(step.movement) for step in routine.steps if isinstance(step, MovementStep)]


def content_of(routine: Routine, request: Request) -> Content:
    delivery = Delivery(level=request.level, start=request.start, seed=request.seed)
    return Content({m.id: m for m in movements_of(routine)}, LIBRARY.wording(), LIBRARY.pacing(), delivery)


def check(routine: Routine, request: Request) -> None:
    """Valid, within the evidence, fit for the ear, done by this person there, once to the floor, of every length."""
    examined = LIBRARY.examined(routine_text(routine), "made.yaml")
    assert examined.document.value == routine
    assert not examined.form
    assert not examined.between
    movements = movements_of(routine)
    found = guard(examined.document, {m.id: m for m in movements}, RULES)
    assert [finding.rule for finding in found if finding.weight == "wrong"] == []
    assert eyes_free(examined.document) == ()
    assert all(unfit(movement, request.needs) is None for movement in movements)
    levels = [movement.position == "standing" for movement in movements]
    assert levels == sorted(levels, reverse=True)
    if request.moment == "pre-run":
        assert all(movement.hold is None for movement in movements)
    check_lengths(routine, request)


def check_lengths(routine: Routine, request: Request) -> None:
    """The asked length works exactly, and so do the ends of the range and some lengths between, with every speech."""
    assert routine.length is not None
    assert routine.length.least_ms <= routine.length.default_ms == request.length_ms <= routine.length.most_ms
    content, chance = content_of(routine, request), random.Random(request.seed)
    inside = [chance.randint(routine.length.least_ms, routine.length.most_ms) for _ in range(2)]
    for asked_ms in (request.length_ms, routine.length.least_ms, routine.length.most_ms, *inside):
        for percent in SPEECHES:
            fitted = fit(routine, content, Speech(percent), TONE_LENGTHS_MS, asked_ms)
            assert sum(fitted.lengths_ms) == on_grid(asked_ms)
    known = replace(content, delivery=replace(content.delivery, familiar=True))
    assert fit(routine, known, Speech(100), TONE_LENGTHS_MS, request.length_ms)
