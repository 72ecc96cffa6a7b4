"""The quiet segments: rests and breathing, where little is said and time may stretch."""

from __future__ import annotations

from coach.script.flow import Gaps, flow
from coach.script.model import At, BeforeEnd, Cue, Lengths, Segment, Utterance
from coach.script.outline import Content
from coach.script.wording import resolve, say
from coach.script.words import Words

BREATHE_SLACK_MS = 3000
"""How much longer than its breaths a breathing segment may last, for an exact length."""
REST_SLACK_MS = 1000
_NEXT_UP_BEFORE_MS = 10_000
_NEXT_UP_FROM_MS = 16_000
_BREATHS_SPOKEN = 2
_BREATHS_FOR_NEXT_UP = 4
"""So that it comes in the silence after the words that pace the first breaths."""


def rest_segment(
    number: str,
    text: str | None,
    bounds: tuple[int, int, int],
    ahead: str | None,
    *,
    chapter: bool,
    content: Content,
    lengths: Lengths,
    words: Words,
) -> Segment:
    """Return a rest of least, wanted and most milliseconds (`bounds`), never shorter than what it says.

    `ahead` is what comes next, said ten seconds before the end when the rest is long enough.
    """
    wording = content.wording
    gaps = Gaps(content.pacing.pause_ms)
    cues, spoken_ms = flow(number, [("talk", words.pick(text or wording.rest))], gaps, wording, lengths, "both")
    least_ms, want_ms, most_ms = (max(bound, spoken_ms + 500) for bound in bounds)
    # A rest is an elastic place, however short: every routine has one, to be a whole number of frames long.
    most_ms = max(most_ms, want_ms + REST_SLACK_MS)
    if ahead and want_ms >= _NEXT_UP_FROM_MS:
        cues = (*cues, _next_up(number, ahead, content, words))
    title = wording.titles.get("rest", "Rest")
    return Segment("rest", title, cues, least_ms, want_ms, most_ms, chapter=title if chapter else None)


def _next_up(number: str, name: str, content: Content, words: Words) -> Cue:
    wording = content.wording
    said = Utterance(resolve(words.pick(wording.next_up), wording, name=name), "setup", language=wording.language)
    return Cue(f"{number}.announce.0", "announce", (said,), BeforeEnd(_NEXT_UP_BEFORE_MS), priority=30)


def breathe_segment(
    number: str,
    text: str | None,
    breaths: int,
    ahead: str | None = None,
    *,
    move_ms: int = 0,
    content: Content,
    lengths: Lengths,
    words: Words,
) -> Segment:
    """Return `breaths` breaths: in and out are spoken for the first, then the listener keeps the rhythm alone.

    They begin `move_ms` after the words that open them. `ahead` is what comes next, said ten seconds before the end.
    """
    wording, pacing = content.wording, content.pacing
    lines = [words.pick(line) for line in (text, wording.breathe) if line]
    gaps = Gaps(pacing.pause_ms)
    cues, spoken_ms = flow(number, [("talk", line) for line in lines], gaps, wording, lengths, "both")
    cycle_ms, start_ms = pacing.breath_in_ms + pacing.breath_out_ms, spoken_ms + 500 + move_ms
    paced: list[tuple[int, str]] = []
    for n in range(min(breaths, _BREATHS_SPOKEN)):
        at_ms = start_ms + n * cycle_ms
        paced += [(at_ms, wording.breathe_in), (at_ms + pacing.breath_in_ms, wording.breathe_out)]
    timed = [
        Cue(f"{number}.pace.{i}", "pace", (say(line, wording, pace="hold"),), At(at_ms), priority=60)
        for i, (at_ms, line) in enumerate(paced)
    ]
    if breaths > _BREATHS_SPOKEN + 1:
        on = say(words.pick(wording.breathe_on), wording, pace="hold")
        timed.append(Cue(f"{number}.talk.9", "talk", (on,), At(start_ms + _BREATHS_SPOKEN * cycle_ms), priority=60))
    if ahead and breaths >= _BREATHS_FOR_NEXT_UP:
        timed.append(_next_up(number, ahead, content, words))
    length_ms = start_ms + breaths * cycle_ms
    title = wording.titles.get("breathe", "Breathe")
    most_ms = length_ms + BREATHE_SLACK_MS
    return Segment("breathe", title, (*cues, *timed), length_ms, length_ms, most_ms, chapter=title)
