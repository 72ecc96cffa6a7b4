"""What a live session shows and comes to, read from its tape. Pure but for asking the tape where it stands."""

from __future__ import annotations

from coach.live.editor import segment_at
from coach.live.state import Done, Ending, Now, Phase, Summary
from coach.live.transport import Transport
from coach.routine.delivery import Talk
from coach.routine.model import Side
from coach.script.model import Utterance
from coach.script.timeline import PlacedSegment, Timeline


def now_of(tape: Transport, *, talk: Talk, over: bool, waiting: bool, spoken: str, notice: str | None) -> Now:
    """Return the moment at which `tape` stands."""
    timeline, position_ms = tape.timeline, min(tape.position_ms, tape.timeline.length_ms)
    phase: Phase = "ended" if over else "waiting" if waiting else tape.state
    index = segment_at(timeline, position_ms)
    segment = timeline.segments[index]
    rep = None
    if segment.reps and segment.end_ms > segment.start_ms:
        rep_ms = (segment.end_ms - segment.start_ms) / segment.reps
        rep = min(segment.reps, 1 + int((position_ms - segment.start_ms) / rep_ms))
    return Now(
        phase=phase,
        position_ms=position_ms,
        length_ms=timeline.length_ms,
        ready_ms=tape.ready_ms,
        kind=segment.kind,
        title=segment.title,
        side=segment.side,
        set=segment.set,
        sets=_sets(timeline, index),
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        caption=spoken if phase == "speaking" else _caption(timeline, segment, position_ms),
        rep=rep,
        reps=segment.reps,
        following=_following(timeline, index),
        volume=tape.volume,
        muted=tape.muted,
        talk=talk,
        notice=notice,
    )


def summary_of(
    routine: str, tape: Transport, *, ending: Ending, skipped: tuple[str, ...], hurt: tuple[str, ...]
) -> Summary:
    """Return what was heard of the work: each movement and side once, in the order of the session."""
    done: dict[tuple[str, Side], tuple[str, int]] = {}
    for timeline, spans in tape.heard:
        for segment in timeline.segments:
            if segment.kind != "work" or segment.movement is None:
                continue
            heard_ms = sum(_shared_ms(segment, start, end, tape.rate_hz) for start, end in spans)
            if heard_ms:
                key = segment.movement, segment.side or "both"
                done[key] = segment.title, done.get(key, ("", 0))[1] + heard_ms
    found = tuple(Done(movement, name, side, ms) for (movement, side), (name, ms) in done.items())
    timeline = tape.timeline
    position_ms = min(tape.position_ms, timeline.length_ms)
    return Summary(routine, timeline.title, ending, position_ms, timeline.length_ms, found, skipped, hurt)


def _shared_ms(segment: PlacedSegment, start: int, end: int, rate_hz: int) -> int:
    """Return how much of a segment is in a span of samples."""
    return max(0, min(end * 1000 // rate_hz, segment.end_ms) - max(start * 1000 // rate_hz, segment.start_ms))


def way_out(timeline: Timeline, index: int, end_ms: int) -> list[Utterance]:
    """Return how to come out of the movement in segment `index`, whose last segment ends at `end_ms`.

    The release of the side that is held, then every line of coming out, as they are spoken anyway.
    """
    here = timeline.segments[index]
    said = {clip.start_ms: clip.sound for clip in timeline.clips if isinstance(clip.sound, Utterance)}
    release = next((s for s in timeline.segments[index:] if s.kind == "release" and s.side == here.side), here)
    lines = [
        said.get(cue.start_ms)
        for cue in timeline.cues
        if (cue.kind == "release" and release.start_ms <= cue.start_ms < release.end_ms)
        or (cue.kind == "exit" and here.start_ms <= cue.start_ms < end_ms)
    ]
    return [line for line in lines if line is not None]


def _caption(timeline: Timeline, segment: PlacedSegment, position_ms: int) -> str:
    said = [
        cue.text
        for cue in timeline.cues
        if segment.start_ms <= cue.start_ms <= position_ms and cue.kind not in ("count", "pace")
    ]
    return said[-1] if said else ""


def _sets(timeline: Timeline, index: int) -> int | None:
    """Return how many sets this movement has here."""
    segment = timeline.segments[index]
    if segment.set is None:
        return None
    most = segment.set
    for later in timeline.segments[index + 1 :]:
        if later.movement not in (segment.movement, None) or (later.kind == "prepare" and later.set == 1):
            break
        most = max(most, later.set or 0)
    return most


def _following(timeline: Timeline, index: int) -> str | None:
    """Return what is done next: the other side, the next set, the next movement or a quiet part."""
    here = timeline.segments[index]
    for later in timeline.segments[index + 1 :]:
        if later.kind in ("prepare", "switch") or later.movement is None:
            side = "" if later.side in (None, "both") else f", {later.side}"
            again = f", set {later.set}" if later.kind == "prepare" and (later.set or 1) > 1 else ""
            if (later.title, later.side, later.set) != (here.title, here.side, here.set):
                return f"{later.title}{side}{again}"
    return None
