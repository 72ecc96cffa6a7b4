"""The arc of one movement: name it, set up, time to move, start tone, work, end tone, release, switch, exit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coach.routine.heard import heard, version_of
from coach.routine.model import Caution, Movement, MovementStep, Side
from coach.script.model import At, BeforeEnd, CueKind, Segment, SegmentKind, ToneCue
from coach.script.outline import Choice, bounds_of, dose_of
from coach.script.quiet import rest_segment
from coach.script.talk import Contact
from coach.script.walk import SLACK_MS, Walk
from coach.script.wording import chapter_title, resolve
from coach.script.work import Work, cautions_fit, how_many, work_cues

STRENGTH_REST_MS = 30_000
"""Between sets of a strength movement when the document says nothing."""
SET_REST_LEAST_MS, SET_REST_MOST_MS = 15_000, 60_000
RELEASE_GAP_MS = 650
"""From the end of the work to the first word of the release: the end tone is fading by then."""
EXIT_GAP_MS = 1200
"""Time to do each step of coming out: lift the hips, free the foot."""
_REP_SILENCE_MS = 900
SETTLE_MS = 4000
"""Of the time to get into position, what is kept for after the last sentence of the set-up."""
_SAME_PLACE_MS = 6000
"""Whoever needs longer changes place or position: most of it with the first sentence."""

_Line = tuple[CueKind, str]


def movement_arc(walk: Walk, step: MovementStep, choice: Choice) -> None:
    """Add the segments of all sets and sides of `step`."""
    content = walk.content
    movement = heard(content.movements[step.movement], content.delivery)
    known = movement.id in walk.met
    walk.met.add(movement.id)
    rest_ms = step.rest_ms or (STRENGTH_REST_MS if movement.kind == "strength" else 0)
    dose, bounds = dose_of(step, movement), bounds_of(step, content)
    least_ms = min(bounds.least, choice.amount) * bounds.unit_ms if bounds else 0
    sides = _sides(movement, choice.start or content.delivery.start)
    for set_number in range(1, choice.sets + 1):
        for side in sides:
            first_side = side == sides[0]
            fresh = not known and set_number == 1
            contact: Contact = "repeat" if not fresh else "first" if first_side else "second-side"
            extra = step.say if set_number == 1 else None
            work = Work(movement, side, contact, choice.amount, dose, least_ms, extra)
            chapter = chapter_title(movement, content.wording, side, set_number, choice.sets)
            if set_number > 1 and first_side and rest_ms:
                _rest_between(walk, rest_ms, set_number)
            if not first_side:
                if fresh and movement.kind == "pressure":
                    # What may be felt under the ball may be felt on this side only.
                    work = replace(work, cautions=_inside(walk, work))
                _switch(walk, work, set_number, chapter)
            else:
                work = _prepare(walk, work, set_number, known=known, chapter=chapter)
            _work(walk, work, set_number)
            last = set_number == choice.sets and side == sides[-1]
            _release(walk, work, set_number, movement.exit if last else ())


def _sides(movement: Movement, start: Side) -> tuple[Side, ...]:
    if movement.sides != "each":
        return ("both",)
    return ("left", "right") if start == "left" else ("right", "left")


def _rest_between(walk: Walk, rest_ms: int, set_number: int) -> None:
    bounds = (min(rest_ms, SET_REST_LEAST_MS), rest_ms, max(rest_ms, SET_REST_MOST_MS))
    wording = walk.content.wording
    ahead = resolve(walk.words.pick(wording.next_set), wording, n=set_number).rstrip(".")
    rest = rest_segment(
        walk.number(), None, bounds, ahead, chapter=False, content=walk.content, lengths=walk.lengths, words=walk.words
    )
    walk.segments.append(rest)


def _prepare(walk: Walk, work: Work, set_number: int, *, known: bool, chapter: str) -> Work:
    """Name it and set it up; returns the work with the safety lines that are spoken inside it."""
    movement, wording = work.movement, walk.content.wording
    there = walk.is_set_for(movement)
    move_ms = walk.move_to(movement)
    # A short set-up is for who is there already: else the sentence that brings the body there comes before it.
    again: tuple[_Line, ...] = (("setup", movement.short.setup or movement.setup[-1]),)
    if not there and movement.short.setup:
        again = (("setup", movement.setup[0]), *again)
    if set_number > 1:
        move_ms = walk.switch_ms(movement)
        named = resolve(walk.words.pick(wording.next_set), wording, n=set_number)
        lines: list[_Line] = [("announce", named)]
        lines += [("setup", movement.short.setup)] if movement.short.setup else []
    elif known:
        named = resolve(walk.words.pick(wording.again), wording, name=movement.name)
        lines = [("announce", named), *again]
    else:
        inside = _inside(walk, work)
        lines = [("announce", movement.announce), *_setup(walk, movement, inside, there=there)]
        work = replace(work, cautions=inside)
    _to_work(walk, "prepare", lines, move_ms, work, set_number, chapter)
    return work


def _setup(walk: Walk, movement: Movement, inside: tuple[Caution, ...], *, there: bool) -> list[_Line]:
    """Return how to get there, with the warnings where they can be followed, and what the listener's level adds."""
    delivery = walk.content.delivery
    # A ball or a weight is set with care each time, and nobody guesses the way to the floor.
    short = movement.short.setup if delivery.familiar and there and movement.kind != "pressure" else None
    steps = (short,) if short else movement.setup
    lines: list[_Line] = []
    for done in range(len(steps) + 1):
        # What does not fit into the work is about the work: it is said last.
        places = [(c, len(steps) if c.when == "work" else min(c.after, len(steps))) for c in movement.caution]
        lines += [("safety", c.say) for c, after in places if after == done and c not in inside]
        if done < len(steps):
            lines.append(("setup", steps[done]))
    return lines + _version(walk, movement)


def _version(walk: Walk, movement: Movement) -> list[_Line]:
    """Return the line of the listener's level, where it is not in the set-up already; both sides hear it."""
    version = version_of(movement, walk.content.delivery)
    return [("setup", version.say)] if version and version.say and not version.instead_of else []


def _inside(walk: Walk, work: Work) -> tuple[Caution, ...]:
    """Return the safety lines that are spoken inside the work, or none when they do not fit there."""
    inside = tuple(c for c in work.movement.caution if c.when == "work")
    return inside if cautions_fit(inside, work.side, work.least_ms, walk.content, walk.lengths) else ()


def _switch(walk: Walk, work: Work, set_number: int, chapter: str) -> None:
    movement = work.movement
    lines: list[_Line] = [("switch", walk.content.wording.switch), ("setup", movement.short.setup or movement.announce)]
    if work.contact == "second-side":
        lines += _version(walk, movement)
    _to_work(walk, "switch", lines, walk.switch_ms(movement), work, set_number, chapter)


def _to_work(
    walk: Walk, kind: SegmentKind, lines: Iterable[_Line], move_ms: int, work: Work, set_number: int, chapter: str
) -> None:
    """Speech, then the time to get into position, which ends in the start tone; the work follows at once."""
    lines = tuple(lines)
    acts = sum(line_kind == "setup" for line_kind, _ in lines)
    gaps_ms, settle_ms = _spread(move_ms, acts) if kind == "prepare" else ((0, 0), move_ms)
    cues, spoken_ms = walk.flow(lines, side=work.side, act_gaps_ms=gaps_ms)
    if kind == "prepare" and work.reps and work.amount > 1:
        cues = (*cues, how_many(walk.number(), work.amount, walk.content.wording, walk.words))
    tone_ms = walk.tones["start"]
    least_ms = spoken_ms + max(settle_ms, tone_ms + 500)
    walk.add(
        kind,
        work.movement.name,
        cues,
        (least_ms, least_ms, least_ms + SLACK_MS),
        tones=(ToneCue("start", BeforeEnd(tone_ms)),),
        movement=work.movement.id,
        side=work.side,
        set_number=set_number,
        chapter=chapter,
    )


def _spread(move_ms: int, acts: int) -> tuple[tuple[int, int], int]:
    """Share the time to get into position among the `acts` sentences of a set-up: each is something to do.

    Returns what is added after the first sentence and after each further one but the last, and what is left to settle
    after that; together they are `move_ms`. Who changes place does so with the first sentence: it gets half.
    """
    if acts < 2 or move_ms <= SETTLE_MS:
        return (0, 0), move_ms
    spare_ms, gaps = move_ms - SETTLE_MS, acts - 1
    each_ms = spare_ms // gaps
    if gaps > 1 and move_ms > _SAME_PLACE_MS:
        each_ms = spare_ms // 2 // (gaps - 1)
    first_ms = spare_ms - each_ms * (gaps - 1)
    return (first_ms, each_ms), SETTLE_MS


def _work(walk: Walk, work: Work, set_number: int) -> None:
    cues, tones = work_cues(work, walk.number(), walk.content, walk.words)
    length_ms = work.length_ms
    silence_ms = _REP_SILENCE_MS if work.reps else walk.content.pacing.silence_ms
    permille = work.amount_of_talk(walk.content.delivery.talk).permille
    segment = Segment(
        "work", work.movement.name, cues, length_ms, length_ms, length_ms, tones, work.movement.id, work.side,
        set_number, None, silence_ms, permille, work.amount if work.reps else None,
    )  # fmt: skip
    walk.segments.append(segment)


def _release(walk: Walk, work: Work, set_number: int, leaving: tuple[str, ...]) -> None:
    movement = work.movement
    text = movement.short.release or movement.release if work.contact != "first" else movement.release
    lines: list[_Line] = [("release", text), *(("exit", line) for line in leaving)]
    cues, spoken_ms = walk.flow(lines, side=work.side, first_gap_ms=RELEASE_GAP_MS, exit_gap_ms=EXIT_GAP_MS)
    least_ms = max(spoken_ms + (EXIT_GAP_MS if leaving else 350), walk.tones["end"])
    walk.add(
        "release", movement.name, cues, (least_ms, least_ms, least_ms), tones=(ToneCue("end", At(0)),),
        movement=movement.id, side=work.side, set_number=set_number,
    )  # fmt: skip
