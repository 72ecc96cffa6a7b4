"""Changes while it plays: sides stay equal, what was heard stays, and the new plan keeps every rule of a plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.audio.store import Store
from coach.live.editor import Editor, segment_at, span_at
from coach.routine.delivery import Delivery
from coach.script.edits import NotNow
from coach.script.timeline import Timeline
from coach.session import Session
from coach.units import GRID_MS

ROUTINES = ("post-run-cooldown", "strong-hips", "micro-break", "five-minute-ball", "pre-run-primer", "yoga-unwind")


@pytest.fixture(scope="module")
def editors(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COACH_HOME", str(tmp_path_factory.mktemp("home")))
        store = Store(None)
        sessions = {name: Session.of(name, "null", store=store) for name in ROUTINES}
        yield {name: Editor(session) for name, session in sessions.items()}


def check(timeline: Timeline) -> None:
    """What is true of every plan."""
    assert not timeline.estimated
    assert timeline.length_ms % GRID_MS == 0
    assert [s.start_ms for s in timeline.segments[1:]] == [s.end_ms for s in timeline.segments[:-1]]
    assert timeline.segments[-1].end_ms == timeline.length_ms
    assert [c.start_ms for c in timeline.chapters[1:]] == [c.end_ms for c in timeline.chapters[:-1]]
    assert timeline.work_ms("left") == timeline.work_ms("right")
    spoken = sorted((cue.start_ms, cue.end_ms) for cue in timeline.cues)
    assert all(end <= start for (_, end), (start, _) in pairwise(spoken))
    for cue in timeline.cues:
        segment = timeline.segments[segment_at(timeline, cue.start_ms)]
        assert cue.end_ms <= segment.end_ms
    for track in ("speech", "tone"):
        clips = [clip for clip in timeline.clips if clip.track == track]
        assert all(a.end_ms <= b.start_ms for a, b in pairwise(clips))
    assert Timeline.from_json(timeline.to_json()) == timeline


def heard(timeline: Timeline, at_ms: int) -> list:
    # A pre-tone that is sounding may belong to a word of the next segment, which is laid anew.
    return [clip for clip in timeline.clips if clip.start_ms < at_ms and (clip.sound != "pre" or clip.end_ms <= at_ms)]


EDITS = ("longer", "shorter", "more", "less", "other")


@pytest.mark.every_example
@given(
    name=st.sampled_from(ROUTINES),
    script=st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 999)), min_size=1, max_size=6),
)
def test_whatever_is_changed_when_the_plan_keeps_its_rules(editors, name, script):
    editor = editors[name]
    edition = editor.first()
    at_ms = 0
    for what, permille in script:
        # Time only goes on.
        at_ms += (edition.timeline.length_ms - at_ms) * permille // 2000
        before = edition.timeline
        try:
            if what in ("longer", "shorter"):
                edition = editor.resized(edition, at_ms, 10_000 if what == "longer" else -10_000)
            elif what == "other":
                edition, at_ms = editor.other_side(edition, at_ms)
            else:
                edition = editor.talk(edition, at_ms, 1 if what == "more" else -1)
        except NotNow:
            continue
        check(edition.timeline)
        assert heard(edition.timeline, at_ms) == heard(before, at_ms)


def work_of(edition, side="left"):
    return next(s for s in edition.timeline.segments if s.kind == "work" and s.side == side)


def test_ten_seconds_more_come_to_both_sides_and_the_countdown_waits(editors):
    editor = editors["micro-break"]
    first = editor.first()
    left, right = work_of(first), work_of(first, "right")
    longer = editor.resized(first, left.start_ms + 6000, 10_000)
    for before, side in ((left, "left"), (right, "right")):
        now = work_of(longer, side)
        assert now.end_ms - now.start_ms == before.end_ms - before.start_ms + 10_000
        counts = [c for c in longer.timeline.cues if c.kind == "count" and now.start_ms <= c.start_ms < now.end_ms]
        assert [now.end_ms - c.onset_ms for c in counts] == [3000, 2000, 1000]
    assert 0 <= longer.timeline.length_ms - first.timeline.length_ms - 20_000 < GRID_MS


def test_a_hold_of_twenty_seconds_and_more_has_its_half(editors):
    editor = editors["micro-break"]
    first = editor.first()
    left = work_of(first)
    longer = editor.resized(first, left.start_ms + 2000, 10_000)
    half = next(c for c in longer.timeline.cues if c.kind == "halfway")
    now = work_of(longer)
    assert half.onset_ms == now.start_ms + (now.end_ms - now.start_ms) // 2


def test_a_countdown_that_has_begun_is_said_again_for_the_new_end(editors):
    editor = editors["micro-break"]
    first = editor.first()
    left = work_of(first)
    longer = editor.resized(first, left.end_ms - 1500, 10_000)
    counts = [
        c for c in longer.timeline.cues if c.kind == "count" and left.start_ms <= c.start_ms < left.end_ms + 10_000
    ]
    assert [left.end_ms + 10_000 - c.onset_ms for c in counts] == [13_000, 12_000, 3000, 2000, 1000]


def test_the_second_side_gets_what_the_first_had(editors):
    editor = editors["micro-break"]
    edition = editor.first()
    with pytest.raises(NotNow, match="both sides"):
        editor.resized(edition, work_of(edition, "right").start_ms + 1000, 10_000)


def test_less_is_refused_where_no_countdown_would_fit(editors):
    editor = editors["micro-break"]
    edition = editor.first()
    with pytest.raises(NotNow, match="nearly over"):
        editor.resized(edition, work_of(edition).end_ms - 9000, -10_000)


def test_there_is_an_end_to_more(editors):
    editor = editors["micro-break"]
    edition = editor.first()
    at_ms = work_of(edition).start_ms + 1000
    for _ in range(16):
        edition = editor.resized(edition, at_ms, 10_000)
    with pytest.raises(NotNow, match="long enough"):
        editor.resized(edition, at_ms, 10_000)


def test_repetitions_change_by_whole_ones(editors):
    editor = editors["strong-hips"]
    first = editor.first()
    reps = next(s for s in first.timeline.segments if s.reps and s.side == "left")
    longer = editor.resized(first, reps.start_ms + 1000, 10_000)
    now = longer.timeline.segments[segment_at(longer.timeline, reps.start_ms)]
    rep_ms = (reps.end_ms - reps.start_ms) // reps.reps
    assert now.reps == reps.reps + max(1, round(10_000 / rep_ms))
    assert (now.end_ms - now.start_ms) == now.reps * rep_ms
    last = [c for c in longer.timeline.cues if c.kind == "count" and now.start_ms <= c.start_ms < now.end_ms]
    assert last[-1].onset_ms == now.end_ms - rep_ms


def test_less_talk_is_less_from_then_on(editors):
    editor = editors["post-run-cooldown"]
    first = editor.first()
    at_ms = first.timeline.length_ms // 4
    quiet = editor.talk(first, at_ms, -1)

    def words(edition, kinds=("form", "feel")):
        return sum(cue.kind in kinds for cue in edition.timeline.cues if cue.start_ms > at_ms)

    assert words(quiet) < words(first)
    with pytest.raises(NotNow):
        editor.talk(quiet, at_ms, -1)


def test_the_other_side_first_names_it_first(editors):
    editor = editors["micro-break"]
    first = editor.first()
    start_ms = next(s.start_ms for s in first.timeline.segments if s.kind == "prepare")
    other, at_ms = editor.other_side(first, start_ms + 2000)
    assert at_ms == start_ms
    sides = [s.side for s in other.timeline.segments if s.kind == "work"]
    assert sides == ["right", "left"]
    named = next(c for c in other.timeline.cues if c.kind == "announce")
    assert "right" in named.text.lower()
    with pytest.raises(NotNow):
        editor.other_side(first, work_of(first).start_ms + 10)


def test_the_same_other_side_as_the_delivery_would_give(editors):
    editor = editors["micro-break"]
    first = editor.first()
    start_ms = next(s.start_ms for s in first.timeline.segments if s.kind == "prepare")
    other, _ = editor.other_side(first, start_ms)
    asked = Session.of("micro-break", "null", delivery=Delivery(start="right"), store=editor.session.store)
    assert [c.text for c in other.timeline.cues] == [c.text for c in asked.timeline.cues]


def test_a_movement_is_all_its_sets_and_the_rests_between(editors):
    edition = editors["strong-hips"].first()
    segments = edition.timeline.segments
    squat = [s for s in segments if s.movement == "squat"]
    for segment in segments:
        if squat[0].start_ms <= segment.start_ms < squat[-1].end_ms:
            assert span_at(edition, segment.start_ms) == (squat[0].start_ms, squat[-1].end_ms)
    assert span_at(edition, 0) == (segments[0].start_ms, segments[0].end_ms)


def test_an_edit_renders_what_it_says_anew(tmp_path):
    editor = Editor(Session.of("micro-break", "null", store=Store(tmp_path)))
    first = editor.first()
    before = editor.session.booth.rendered
    start_ms = next(s.start_ms for s in first.timeline.segments if s.kind == "prepare")
    other, _ = editor.other_side(first, start_ms)
    assert editor.session.booth.rendered > before
    assert not other.timeline.estimated
    assert replace(other.timeline, estimated=False) == other.timeline
