"""Rules that hold for every routine: no overlap, nothing outside its segment, equal sides, exact lengths."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.audio.tones import TONE_LENGTHS_MS
from coach.errors import ImpossibleLength
from coach.routine.model import Routine
from coach.script.dose import dose_ms, limits_ms
from coach.script.fit import fit
from coach.script.layout import layout
from coach.script.outline import Content, written
from coach.script.talk import AMOUNTS
from coach.script.timeline import Timeline
from coach.units import GRID_MS, on_grid
from tests.script.generated import SpeechLengths, routines

pytestmark = pytest.mark.every_example  # 250 by default, 2,000 under `-m soak`: see conftest.py


def laid_out(routine: Routine, content: Content, seed: int, asked_ms: int | None = None) -> Timeline:
    lengths = SpeechLengths(seed)
    fitted = fit(routine, content, lengths, TONE_LENGTHS_MS, asked_ms)
    return layout(fitted, lengths, TONE_LENGTHS_MS, voice="test", pretone_after_ms=content.pacing.pretone_after_ms)


def check(timeline: Timeline, content: Content) -> None:
    for before, after in pairwise(sorted(timeline.cues, key=lambda cue: cue.start_ms)):
        assert before.end_ms <= after.start_ms, (before, after)
    for track in ("speech", "tone"):
        of_track = [clip for clip in timeline.clips if clip.track == track]
        for before, after in pairwise(of_track):
            assert before.end_ms <= after.start_ms, (before, after)
    for segments in (timeline.segments, timeline.chapters):
        assert segments[0].start_ms == 0
        assert segments[-1].end_ms == timeline.length_ms
        assert all(before.end_ms == after.start_ms for before, after in pairwise(segments))
    for cue in timeline.cues:
        home = next(s for s in timeline.segments if s.start_ms <= cue.start_ms < s.end_ms)
        assert cue.end_ms <= home.end_ms, (cue, home)
    for name, movement in content.movements.items():
        if movement.sides == "each":
            work = {
                side: sum(
                    s.end_ms - s.start_ms
                    for s in timeline.segments
                    if s.kind == "work" and s.movement == name and s.side == side
                )
                for side in ("left", "right")
            }
            assert work["left"] == work["right"]
    assert timeline.length_ms % GRID_MS == 0
    assert not timeline.estimated
    assert all(" | " not in cue.text and "{" not in cue.text for cue in timeline.cues)


def check_offers(error: ImpossibleLength, routine: Routine, content: Content, seed: int) -> None:
    """What the message offers works; what it calls impossible is not in between."""
    if error.near_ms:
        assert error.asked_ms not in error.near_ms
    else:
        assert not error.least_ms < error.asked_ms < error.most_ms
    for offered_ms in error.near_ms or {error.least_ms, error.most_ms}:
        assert laid_out(routine, content, seed, offered_ms).length_ms == on_grid(offered_ms)


def check_takes(timeline: Timeline) -> None:
    takes = list(timeline.takes())
    assert sum(len(take.clips) for take in takes) == len(timeline.clips)
    for take in takes:
        assert take.start_ms % GRID_MS == take.end_ms % GRID_MS == 0
        assert all(take.start_ms <= clip.start_ms and clip.end_ms <= take.end_ms for clip in take.clips)
    # Two frames of the next take's run lie before its start: runs must not meet.
    assert all(before.end_ms + 2 * GRID_MS <= after.start_ms for before, after in pairwise(takes))
    assert takes[0].start_ms >= 2 * GRID_MS
    assert takes[-1].end_ms <= timeline.length_ms
    gaps = sum(after.start_ms - before.end_ms for before, after in pairwise(takes))
    edges = takes[0].start_ms + timeline.length_ms - takes[-1].end_ms
    assert sum(take.end_ms - take.start_ms for take in takes) + gaps + edges == timeline.length_ms


@given(made=routines(), seed=st.integers(0, 999))
def test_every_routine_as_written(made: tuple[Routine, Content], seed: int) -> None:
    routine, content = made
    timeline = laid_out(routine, content, seed)
    check(timeline, content)
    check_takes(timeline)


@given(made=routines(), seed=st.integers(0, 999), asked_s=st.integers(30, 1800), odd_ms=st.integers(0, 999))
def test_every_asked_length_is_exact_or_refused_with_bounds(
    made: tuple[Routine, Content], seed: int, asked_s: int, odd_ms: int
) -> None:
    routine, content = made
    asked_ms = asked_s * 1000 + odd_ms
    try:
        timeline = laid_out(routine, content, seed, asked_ms)
    except ImpossibleLength as error:
        check_offers(error, routine, content, seed)
        return
    assert timeline.length_ms == on_grid(asked_ms)
    assert timeline.length_ms // GRID_MS == round(asked_ms / GRID_MS) or asked_ms % GRID_MS == GRID_MS // 2
    check(timeline, content)
    check_takes(timeline)


@given(made=routines(), seed=st.integers(0, 999))
def test_must_cues_are_never_left_out(made: tuple[Routine, Content], seed: int) -> None:
    routine, content = made
    lengths = SpeechLengths(seed)
    fitted = fit(routine, content, lengths, TONE_LENGTHS_MS)
    timeline = layout(fitted, lengths, TONE_LENGTHS_MS, voice="test", pretone_after_ms=5000)
    must = {cue.id for segment in fitted.script.segments for cue in segment.cues if cue.must}
    assert must <= {cue.id for cue in timeline.cues}


@given(made=routines(), seed=st.integers(0, 999))
def test_countdown_is_heard_on_whole_seconds_before_the_end(made: tuple[Routine, Content], seed: int) -> None:
    routine, content = made
    timeline = laid_out(routine, content, seed)
    counts = {word: n for n, word in enumerate(content.wording.counts, 1)}
    for cue in timeline.cues:
        if cue.kind == "count" and cue.text in counts:
            home = next(s for s in timeline.segments if s.start_ms <= cue.start_ms < s.end_ms)
            assert home.end_ms - cue.onset_ms == counts[cue.text] * 1000


@given(made=routines(), seed=st.integers(0, 999))
def test_times_depend_only_on_what_comes_before(made: tuple[Routine, Content], seed: int) -> None:
    """Given fit's choices, a change at the end moves nothing before it."""
    routine, content = made
    lengths = SpeechLengths(seed)
    fitted = fit(routine, content, lengths, TONE_LENGTHS_MS)
    whole = layout(fitted, lengths, TONE_LENGTHS_MS, voice="test", pretone_after_ms=5000)
    keep = max(1, len(fitted.lengths_ms) // 2)
    head = replace(
        fitted,
        script=replace(fitted.script, segments=fitted.script.segments[:keep]),
        lengths_ms=fitted.lengths_ms[:keep],
    )
    part = layout(head, lengths, TONE_LENGTHS_MS, voice="test", pretone_after_ms=5000)
    assert whole.segments[:keep] == part.segments
    assert whole.cues[: len(part.cues)] == part.cues


@given(made=routines(), seed=st.integers(0, 999))
def test_words_in_the_work_keep_to_their_share(made: tuple[Routine, Content], seed: int) -> None:
    """Only safety lines may go beyond it: they are never left out."""
    routine, content = made
    timeline = laid_out(routine, content, seed)
    most = AMOUNTS[content.delivery.talk]["first"].permille
    for work in (s for s in timeline.segments if s.kind == "work"):
        inside = [cue for cue in timeline.cues if work.start_ms <= cue.start_ms < work.end_ms]
        spoken_ms = sum(c.end_ms - c.start_ms for c in inside if c.kind in ("form", "feel", "halfway"))
        assert spoken_ms * 1000 <= (work.end_ms - work.start_ms) * most


@given(made=routines(), seed=st.integers(0, 999), asked_s=st.integers(60, 1800))
def test_no_muscle_gets_more_than_is_of_use_unless_the_document_says_so(
    made: tuple[Routine, Content], seed: int, asked_s: int
) -> None:
    routine, content = made
    try:
        fitted = fit(routine, content, SpeechLengths(seed), TONE_LENGTHS_MS, asked_s * 1000)
    except ImpossibleLength:
        return
    limits = limits_ms(dose_ms(routine, content, written(routine, content)), routine.moment)
    for muscle, ms in dose_ms(routine, content, fitted.choices).items():
        assert ms <= limits[muscle]


@given(made=routines(), seed=st.integers(0, 999))
def test_the_json_form_reads_back(made: tuple[Routine, Content], seed: int) -> None:
    timeline = laid_out(*made, seed)
    assert Timeline.from_json(timeline.to_json()) == timeline
    assert Timeline.from_json(timeline.to_json()).to_json() == timeline.to_json()


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"schema": 2}', '{"schema": 1}', "[" * 5000])
def test_a_foreign_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Timeline.from_json(text)
