"""The contract of a sink: what it is given, in which order, and what happens when it fails."""

from __future__ import annotations

import pytest

from coach.session import WINDOW_MS, Session
from tests.fakes import MemorySink, NullSink

SINKS = [MemorySink, NullSink]
"""Name your own here: it must take every window of a session."""


@pytest.fixture
def session(store):
    return Session.of("desk-break", "null", length_ms=120_000, store=store)


@pytest.mark.parametrize("sink", SINKS)
def test_a_sink_takes_a_whole_session(sink, session):
    assert session.pour(sink()) is None


def test_windows_come_whole_in_order_and_without_gaps(session):
    windows = list(session.windows())
    assert {(w.frame_rate, w.channels, w.sample_width) for w in windows} == {(24_000, 1, 2)}
    assert {len(w) for w in windows[:-1]} == {WINDOW_MS}
    assert sum(len(w) for w in windows) == session.timeline.length_ms
    sink = MemorySink()
    session.pour(sink)
    assert bytes(sink.pcm) == b"".join(w.raw_data for w in windows)


@pytest.mark.parametrize("start_ms", [0, 1, 777, 60_000, 119_990])
def test_pouring_from_the_middle_is_the_rest_of_the_whole(session, start_ms):
    whole, rest = MemorySink(), MemorySink()
    session.pour(whole)
    session.pour(rest, start_ms)
    assert bytes(rest.pcm) == bytes(whole.pcm[start_ms * 48 :])


def test_what_a_sink_raises_reaches_the_caller(session):
    class Full:
        def write(self, window):
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        session.pour(Full())
