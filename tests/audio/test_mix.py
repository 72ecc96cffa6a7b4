from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio.mix import windows
from coach.audio.tones import bed_pcm
from coach.errors import AskedError
from tests.audio import timelines

RATE_HZ = 24_000
BYTES_PER_MS = 2 * RATE_HZ // 1000
SESSION = timelines.session()
MAKE = timelines.take_of(RATE_HZ)
BED = bed_pcm(RATE_HZ)
WHOLE = b"".join(w.raw_data for w in windows(SESSION, MAKE, rate_hz=RATE_HZ, bed=BED))


def at(start_ms: int, end_ms: int) -> bytes:
    return WHOLE[start_ms * BYTES_PER_MS : end_ms * BYTES_PER_MS]


@settings(deadline=None, max_examples=40)
@given(size_ms=st.integers(7, 70_000), start_ms=st.integers(0, SESSION.length_ms + 10))
def test_bytes_do_not_depend_on_size_or_start(size_ms, start_ms):
    parts = [w for w in windows(SESSION, MAKE, rate_hz=RATE_HZ, bed=BED, start_ms=start_ms, size_ms=size_ms)]
    assert b"".join(p.raw_data for p in parts) == WHOLE[start_ms * BYTES_PER_MS :]
    assert all(len(p) == size_ms for p in parts[:-1])


def test_one_millisecond_windows_too():
    end = b"".join(w.raw_data for w in windows(SESSION, MAKE, rate_hz=RATE_HZ, bed=BED, start_ms=40_000, size_ms=1))
    assert end == WHOLE[40_000 * BYTES_PER_MS :]


def test_whole_is_as_long_as_the_timeline_and_takes_sit_in_their_places():
    assert len(WHOLE) == SESSION.length_ms * BYTES_PER_MS
    for take in SESSION.takes():
        assert at(take.start_ms, take.end_ms) == MAKE(take).raw_data


@pytest.mark.parametrize("rate_hz", [24_000, 48_000])
def test_gaps_hold_the_bed_in_runs_counted_from_their_first_frame(rate_hz):
    timeline = timelines.bare(40_008, [timelines.spoken(20_000, "Middle")])
    take = next(timeline.takes())
    bed, ms = bed_pcm(rate_hz), 2 * rate_hz // 1000
    whole = b"".join(w.raw_data for w in windows(timeline, timelines.take_of(rate_hz), rate_hz=rate_hz, bed=bed))
    run = bytes(48 * ms) + bed
    before = (take.start_ms - 48) * ms
    assert whole[:before] == (run * 4)[:before]
    assert whole[before : take.start_ms * ms] == bytes(48 * ms)
    after = whole[take.end_ms * ms :]
    assert after == (run * 4)[: len(after)]


def test_without_a_bed_gaps_are_digital_silence():
    place = 0
    whole = b"".join(w.raw_data for w in windows(SESSION, MAKE, rate_hz=RATE_HZ, bed=None))
    for take in SESSION.takes():
        assert not any(whole[place * BYTES_PER_MS : take.start_ms * BYTES_PER_MS])
        place = take.end_ms


def test_each_take_is_asked_for_once_and_only_when_its_time_comes():
    asked = []

    def make(take):
        asked.append(take.start_ms)
        return MAKE(take)

    flow = windows(SESSION, make, rate_hz=RATE_HZ, bed=None, size_ms=100)
    next(flow)
    assert asked == []
    for _ in flow:
        pass
    assert asked == [take.start_ms for take in SESSION.takes()]


def test_memory_does_not_grow_with_the_session():
    def peak(minutes: int) -> int:
        clips = [timelines.spoken(1000 + 20_000 * n, "Breathe") for n in range(3 * minutes)]
        timeline = timelines.bare(60_000 * minutes, clips)
        tracemalloc.start()
        for _ in windows(timeline, MAKE, rate_hz=RATE_HZ, bed=BED):
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(20) < peak(2) + 200_000


@pytest.mark.parametrize(("size_ms", "start_ms"), [(0, 0), (-5, 0), (200, -1)])
def test_wrong_windows_are_refused(size_ms, start_ms):
    with pytest.raises(AskedError):
        next(windows(SESSION, MAKE, rate_hz=RATE_HZ, bed=None, size_ms=size_ms, start_ms=start_ms))
