"""layout: the only place that decides when. A fitted Script becomes the frozen Timeline.

Prefix-stable: the times of a segment depend only on the segments before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from coach.script.fit import Fitted
from coach.script.model import At, Cue, Length, Lengths, Segment, ToneLengths, Utterance
from coach.script.place import Placed, Spot, place
from coach.script.timeline import Chapter, Clip, Dropped, PlacedCue, PlacedSegment, Timeline


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a session that is being played stays as it was heard: all that begins before `at_ms`.

    `timeline` is the plan until now, `index` the segment that is being played.
    """

    timeline: Timeline
    index: int
    at_ms: int


def layout(
    fitted: Fitted,
    lengths: Lengths,
    tones: ToneLengths,
    *,
    voice: str,
    pretone_after_ms: int,
    kept: Kept | None = None,
) -> Timeline:
    """Return the Timeline of `fitted`. It is `estimated` as long as one length used is not exact."""
    script = fitted.script
    segments: list[PlacedSegment] = []
    cues: list[PlacedCue] = []
    clips: list[Clip] = []
    dropped: list[Dropped] = []
    starts: list[tuple[int, str]] = []
    exact = True
    now_ms = 0
    for index, (segment, length_ms) in enumerate(zip(script.segments, fitted.lengths_ms, strict=True)):
        if kept and index < kept.index:
            placed_segment = kept.timeline.segments[index]
        else:
            placed_segment = PlacedSegment(
                segment.kind, segment.title, now_ms, now_ms + length_ms, segment.movement, segment.side, segment.set,
                segment.reps,
            )  # fmt: skip
        segments.append(placed_segment)
        if segment.chapter or not starts:
            starts.append((now_ms, segment.chapter or segment.title))
        if not kept or index >= kept.index:
            is_played = kept is not None and index == kept.index
            heard = _heard(kept.timeline, now_ms, kept.at_ms) if kept and is_played else ()
            from_ms = kept.at_ms - now_ms if kept and is_played else 0
            # A pre-tone may come before what is new.
            placed = place(segment, length_ms, lengths, heard, from_ms + tones["pre"] if from_ms > 0 else 0)
            cues += [_cue(spot, segment, now_ms) for spot in placed.spots]
            clips += _clips(segment, placed, now_ms, length_ms, tones, from_ms)
            dropped += _dropped(placed, now_ms)
            exact = exact and all(spot.length.exact for spot in placed.spots)
        now_ms = placed_segment.end_ms
    if kept:
        before_ms = segments[kept.index].start_ms
        cues = [cue for cue in kept.timeline.cues if cue.start_ms < before_ms] + cues
        dropped = [one for one in kept.timeline.dropped if one.at_ms < before_ms] + dropped
        # Spoken clips of the segment that is played are among its spots.
        clips += [
            clip
            for clip in kept.timeline.clips
            if clip.sound != "pre"
            and (clip.start_ms < before_ms or (clip.track == "tone" and clip.start_ms < kept.at_ms))
        ]
    bounds = [start for start, _ in starts] + [now_ms]
    chapters = tuple(Chapter(title, *bounds[i : i + 2]) for i, (_, title) in enumerate(starts))
    ordered = _with_pretones(sorted(clips, key=lambda c: (c.start_ms, c.end_ms, c.track)), tones, pretone_after_ms)
    return Timeline(
        script.routine, script.title, script.language, voice, script.bed, now_ms, not exact,
        tuple(segments), tuple(cues), tuple(ordered), chapters, tuple(dropped),
    )  # fmt: skip


def utterances(timeline: Timeline) -> tuple[Utterance, ...]:
    """Return what must be rendered for `timeline`, each once, in the order of first use."""
    return tuple(dict.fromkeys(clip.sound for clip in timeline.clips if isinstance(clip.sound, Utterance)))


def _cue(spot: Spot, segment: Segment, now_ms: int) -> PlacedCue:
    start_ms = now_ms + spot.start_ms
    return PlacedCue(
        spot.cue.id, spot.cue.kind, spot.utterance.text, start_ms, start_ms + spot.length.onset_ms,
        now_ms + spot.end_ms, segment.movement, segment.side,
    )  # fmt: skip


def _heard(timeline: Timeline, from_ms: int, to_ms: int) -> tuple[Spot, ...]:
    """Return what was said from `from_ms`, where a segment begins, to `to_ms`; what was announced by a tone counts."""
    announced = {clip.end_ms for clip in timeline.clips if clip.sound == "pre" and clip.start_ms < to_ms}
    said = {clip.start_ms: clip.sound for clip in timeline.clips if clip.track == "speech"}
    spots = []
    for cue in timeline.cues:
        sound = said.get(cue.start_ms)
        begun = cue.start_ms < to_ms or cue.start_ms in announced
        if cue.start_ms >= from_ms and begun and isinstance(sound, Utterance):
            length = Length(cue.end_ms - cue.start_ms, cue.onset_ms - cue.start_ms, exact=True)
            start_ms = cue.start_ms - from_ms
            spots.append(Spot(Cue(cue.id, cue.kind, (sound,), At(start_ms)), sound, start_ms, length))
    return tuple(spots)


def _clips(
    segment: Segment, placed: Placed, now_ms: int, length_ms: int, tones: ToneLengths, from_ms: int
) -> list[Clip]:
    clips = [Clip("speech", s.utterance, now_ms + s.start_ms, now_ms + s.end_ms) for s in placed.spots]
    for tone in segment.tones:
        start_ms = tone.slot.offset_ms if isinstance(tone.slot, At) else length_ms - tone.slot.before_ms
        if from_ms <= start_ms <= length_ms - tones[tone.name] and start_ms >= 0:
            clips.append(Clip("tone", tone.name, now_ms + start_ms, now_ms + start_ms + tones[tone.name]))
    return clips


def _dropped(placed: Placed, now_ms: int) -> list[Dropped]:
    shortened = [
        Dropped(s.cue.id, s.cue.forms[0].text, "shortened", now_ms)
        for s in placed.spots
        if s.utterance != s.cue.forms[0]
    ]
    return shortened + [Dropped(cue.id, cue.forms[0].text, "left out", now_ms) for cue in placed.left_out]


def _with_pretones(clips: list[Clip], tones: ToneLengths, after_ms: int) -> list[Clip]:
    """Put a soft tone before a cue that follows a long silence: headphones that sleep lose its first syllable."""
    found: list[Clip] = []
    quiet_from_ms: int | None = None
    for clip in clips:
        start_ms = clip.start_ms - tones["pre"]
        opening = quiet_from_ms is None and start_ms >= 0
        slept = quiet_from_ms is not None and clip.start_ms - quiet_from_ms > after_ms
        if clip.track == "speech" and (opening or slept):
            found.append(Clip("tone", "pre", start_ms, clip.start_ms))
        found.append(clip)
        quiet_from_ms = max(quiet_from_ms or 0, clip.end_ms)
    return found
