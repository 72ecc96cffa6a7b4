"""Changes to a session that is being played, as pure functions from one plan to the next.

Both sides always get the same: a hold that is changed on its first side changes on the second, and on the second it
can be changed no more. What was heard stays: that is `Kept` of layout. Nothing here knows a clock or a sound.
"""

from __future__ import annotations

from dataclasses import replace

from coach.errors import AskedError
from coach.routine.model import WORDINGS, Wording
from coach.script.fit import Fitted
from coach.script.model import At, BeforeEnd, Cue, Script, Segment, ToneCue, Utterance
from coach.script.outline import Content
from coach.units import GRID_MS

LEAST_LEFT_MS = 4000
"""A hold that is made shorter still has its countdown before it."""
MOST_WORK_MS = 180_000
"""No hold is made longer than this while it is played: a slip of the finger is no dose."""


class NotNow(AskedError):
    """The session is at a place where this change means nothing; the sentence says why, for the listener."""


def resized(fitted: Fitted, index: int, delta_ms: int, played_ms: int, content: Content) -> Fitted:
    """Return the plan with the work of segment `index`, and that of its other side, `delta_ms` longer or shorter.

    `played_ms` of it were heard. Repetitions change by the whole number nearest to `delta_ms`, at least one.
    Raises NotNow outside of work, on a second side, and where it would end at once or never.
    """
    script, work = fitted.script, fitted.script.segments[index]
    if work.kind != "work":
        raise NotNow("nothing is held yet")
    if _first_of_pair(script, index) is not None:
        raise NotNow("both sides get the same: this one ends as the first did")
    length_ms = fitted.lengths_ms[index]
    delta_ms = _whole_reps(work, length_ms, delta_ms)
    new_ms = length_ms + delta_ms
    if delta_ms < 0 and new_ms < played_ms + LEAST_LEFT_MS:
        raise NotNow("it is nearly over")
    if delta_ms > 0 and new_ms > MOST_WORK_MS:
        raise NotNow("long enough")
    changed = [index] if (other := _second_of_pair(script, index)) is None else [index, other]
    segments, lengths = list(script.segments), list(fitted.lengths_ms)
    for place in changed:
        segments[place] = _of_length(segments[place], lengths[place], new_ms, content)
        lengths[place] = new_ms
    return _on_grid(replace(fitted, script=replace(script, segments=tuple(segments)), lengths_ms=tuple(lengths)))


def recomposed(fitted: Fitted, script: Script, first: int, content: Content) -> Fitted:
    """Return the plan with another wording: `script` from segment `first` on, with the lengths there were.

    Work keeps its length, the rest too as far as its new words allow. Raises NotNow when `script` has other segments.
    """
    before = fitted.script.segments
    if [_kind(segment) for segment in before] != [_kind(segment) for segment in script.segments]:
        raise NotNow("this session cannot be told in another way now")
    segments, lengths = list(before[:first]), list(fitted.lengths_ms[:first])
    for segment, length_ms in zip(script.segments[first:], fitted.lengths_ms[first:], strict=True):
        if segment.kind == "work":
            segments.append(_of_length(segment, segment.want_ms, length_ms, content))
            lengths.append(length_ms)
        else:
            segments.append(segment)
            lengths.append(min(max(length_ms, segment.least_ms), max(segment.most_ms, segment.least_ms)))
    return _on_grid(replace(fitted, script=replace(script, segments=tuple(segments)), lengths_ms=tuple(lengths)))


def movement_span(segments: tuple[Segment, ...], index: int) -> tuple[int, int]:
    """Return the first segment of the movement that `index` belongs to, and the first after it.

    All its sides and sets in a row count, with the rests between them; a quiet part is a span of its own.
    """
    movement = segments[index].movement
    first, after = index, index + 1
    if movement is None:
        around = segments[index - 1].movement if index else None
        if around is None or after == len(segments) or not _goes_on(segments, index):
            return index, after
        movement = around
    while first and (segments[first - 1].movement == movement or _goes_on(segments, first - 1)):
        if _begins(segments, first):
            break
        first -= 1
    while after < len(segments) and (segments[after].movement == movement or _goes_on(segments, after)):
        if _begins(segments, after):
            break
        after += 1
    return first, after


def resume_line(segment: Segment, left_ms: int, wording: Wording) -> Utterance:
    """Return what says where one is after a pause: "Left side, fifteen seconds left" in the language's words."""
    seconds = max(1, round(left_ms / 1000))
    template = wording.resume if segment.side in (None, "both") else wording.resume_side
    side = wording.sides.get(segment.side or "both", "")
    text = template.replace("{side}", side).replace("{n}", str(seconds))
    return Utterance(text[:1].upper() + text[1:], language=wording.language)


# --- inside ------------------------------------------------------------------------------------


def _kind(segment: Segment) -> tuple[str, str | None, int | None]:
    return segment.kind, segment.movement, segment.set


def _begins(segments: tuple[Segment, ...], index: int) -> bool:
    """Say whether a movement is begun here anew: the same one may follow itself in the document."""
    return segments[index].kind == "prepare" and segments[index].set == 1


def _goes_on(segments: tuple[Segment, ...], index: int) -> bool:
    """Say whether this is a rest between two sets of one movement."""
    if segments[index].kind != "rest" or segments[index].movement or not 0 < index < len(segments) - 1:
        return False
    before, behind = segments[index - 1], segments[index + 1]
    return before.movement is not None and before.movement == behind.movement and not _begins(segments, index + 1)


def _first_of_pair(script: Script, index: int) -> int | None:
    """Return the work on the first side when `index` is the same set on the second."""
    return _beside(script, index, range(index - 1, -1, -1))


def _second_of_pair(script: Script, index: int) -> int | None:
    """Return the work on the second side when `index` is the same set on the first."""
    return _beside(script, index, range(index + 1, len(script.segments)))


def _beside(script: Script, index: int, places: range) -> int | None:
    work = script.segments[index]
    if work.side in (None, "both"):
        return None
    for place in places:
        other = script.segments[place]
        if other.movement != work.movement or other.set != work.set:
            return None
        if other.kind == "work":
            return place if other.side != work.side else None
    return None


def _whole_reps(work: Segment, length_ms: int, delta_ms: int) -> int:
    if not work.reps:
        return delta_ms
    rep_ms = length_ms // work.reps
    count = max(1, round(abs(delta_ms) / rep_ms))
    # Alternating repetitions come in pairs, so that both sides get the same.
    count += count % 2 if work.side in (None, "both") and work.reps % 2 == 0 else 0
    return count * rep_ms * (1 if delta_ms > 0 else -1)


def _of_length(work: Segment, old_ms: int, new_ms: int, content: Content) -> Segment:
    """Return the work with another length: counts and "halfway" move with it, the rest stays where it was."""
    if new_ms == old_ms:
        return work
    if work.reps:
        rep_ms = old_ms // work.reps
        reps = new_ms // rep_ms
        cues = tuple(_of_reps(cue, work.reps, reps, rep_ms) for cue in work.cues)
        tones = tuple(ToneCue("tick", At(n * rep_ms)) for n in range(reps)) if work.tones else ()
    else:
        reps, tones = None, work.tones
        cues = tuple(cue for cue in work.cues if cue.kind != "halfway")
        if new_ms >= content.pacing.halfway_from_ms and any(isinstance(cue.slot, BeforeEnd) for cue in cues):
            cues = (*cues, _halfway(work, new_ms, content.wording))
    return replace(work, cues=cues, tones=tones, least_ms=new_ms, want_ms=new_ms, most_ms=new_ms, reps=reps)


def _halfway(work: Segment, length_ms: int, wording: Wording) -> Cue:
    for cue in work.cues:
        if cue.kind == "halfway":
            return replace(cue, slot=At(length_ms // 2))
    said = Utterance(wording.halfway.split(WORDINGS)[0], "hold", language=wording.language)
    number = work.cues[0].id.partition(".")[0]
    return Cue(f"{number}.halfway.0", "halfway", (said,), At(length_ms // 2), 70)


def _of_reps(cue: Cue, before: int, reps: int, rep_ms: int) -> Cue:
    if isinstance(cue.slot, At) and cue.kind == "count":
        return replace(cue, slot=At(cue.slot.offset_ms + (reps - before) * rep_ms))
    if cue.kind == "halfway":
        return replace(cue, slot=At(reps // 2 * rep_ms))
    return cue


def _on_grid(fitted: Fitted) -> Fitted:
    """Let the last segment, which is never work, end on the frame."""
    *lengths, last_ms = fitted.lengths_ms
    missing_ms = -(sum(lengths) + last_ms) % GRID_MS
    return replace(fitted, lengths_ms=(*lengths, last_ms + missing_ms))
