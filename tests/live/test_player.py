"""A session is started, steered and watched from Python, without a terminal."""

from __future__ import annotations

import threading
import time

import pytest

from coach.audio.store import Store
from coach.errors import CoachError
from coach.live.player import Player
from coach.live.speaker import DeviceError, open_speaker
from coach.session import Session

RATE = 24_000


class Hand:
    """A speaker that is turned by hand: it pulls when it is told to, not in real time."""

    name = "hand"

    def __init__(self, fails=False):
        self.fails, self.sound, self.stopped = fails, bytearray(), False

    def start(self, read, rate_hz, on_lost):
        if self.fails:
            raise DeviceError("hand", "cannot be opened")
        self.pull, self.on_lost, self.stopped = read, on_lost, False

    def stop(self):
        self.stopped = True

    def turn(self, ms):
        for _ in range(ms // 100):
            time.sleep(0.001)  # whoever reads ahead gets its turn
            self.sound += self.pull(RATE // 10)


class Diary:
    def __init__(self):
        self.begun, self.ended = [], []

    def begin(self, *what):
        self.begun.append(what)
        return 7

    def end(self, number, summary):
        self.ended.append((number, summary))


@pytest.fixture(scope="module")
def session():
    session = Session.of("micro-break", "null", store=Store(None))
    session.prepare()
    return session


def started(session, **given):
    hand = Hand()
    player = Player(session, hand, **given)
    player.start()
    return player, hand


def until(true, timeout_s=5):
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def turned_to(player, hand, position_ms):
    for _ in range(10_000):
        if player.now().position_ms >= position_ms:
            return
        hand.turn(100)
    raise AssertionError("it does not get there")


def work(session, side):
    return next(s for s in session.timeline.segments if s.kind == "work" and s.side == side)


def test_to_the_end_everything_is_done_and_noted(session):
    diary = Diary()
    player, hand = started(session, record=diary)
    for _ in range(20_000):
        hand.turn(100)
        if player.wait(0):
            break
    assert hand.stopped
    summary = player.summary()
    assert summary.ending == "done"
    assert {(d.side, d.work_ms) for d in summary.done} == {
        (side, work(session, side).end_ms - work(session, side).start_ms) for side in ("left", "right")
    }
    assert diary.ended == [(7, summary)]


def test_stopped_it_tells_what_was_done(session):
    player, hand = started(session)
    turned_to(player, hand, work(session, "left").start_ms + 5000)
    player.stop()
    assert player.wait(2)
    assert hand.stopped
    (done,) = player.summary().done
    assert (done.side, player.summary().ending) == ("left", "stopped")
    assert 5000 <= done.work_ms < 5200


def test_pausing_and_going_on_in_a_hold_says_where_one_is(session):
    player, hand = started(session)
    turned_to(player, hand, work(session, "left").start_ms + 4000)
    player.toggle()
    hand.turn(200)
    assert player.now().phase == "paused"
    player.toggle()
    until(lambda: hand.turn(100) or player.now().phase == "speaking")
    assert "left" in player.now().caption.lower()
    assert "seconds" in player.now().caption
    until(lambda: hand.turn(100) or player.now().phase == "playing")
    player.stop()


def test_more_of_a_hold_comes_to_both_sides(session):
    player, hand = started(session)
    left = work(session, "left")
    turned_to(player, hand, left.start_ms + 4000)
    player.longer()
    until(lambda: hand.turn(100) or player.now().end_ms == left.end_ms + 10_000)
    assert player.now().length_ms - session.timeline.length_ms in range(20_000, 20_024)
    player.stop()


def test_a_key_that_means_nothing_now_says_why(session):
    player, hand = started(session)
    hand.turn(100)
    player.longer()
    until(lambda: player.now().notice)
    player.stop()


def test_what_hurts_is_stopped_with_words_and_waits(session):
    player, hand = started(session)
    turned_to(player, hand, work(session, "left").start_ms + 4000)
    player.hurts()
    until(lambda: hand.turn(100) or player.now().phase == "speaking")
    assert session.content.wording.stop in player.now().caption
    until(lambda: hand.turn(100) or player.now().phase == "paused")
    assert player.now().kind == "rest"
    player.stop()
    assert player.summary().hurt == ("Standing desk lunge",)


def test_skipping_comes_out_of_the_movement_first(session):
    player, hand = started(session)
    turned_to(player, hand, work(session, "left").start_ms + 4000)
    player.skip()
    until(lambda: hand.turn(100) or player.now().phase == "speaking")
    until(lambda: hand.turn(100) or player.now().kind == "rest")
    player.stop()
    assert player.summary().skipped == ("Standing desk lunge",)


def test_back_goes_to_the_start_and_twice_to_the_one_before(session):
    player, hand = started(session)
    left = work(session, "left")
    turned_to(player, hand, left.start_ms + 4000)
    player.back()
    hand.turn(200)
    assert left.start_ms <= player.now().position_ms < left.start_ms + 500
    player.back()
    hand.turn(200)
    assert player.now().kind == "prepare"
    player.stop()


def test_a_lost_device_pauses_and_is_found_again(session):
    player, hand = started(session)
    turned_to(player, hand, 3000)
    hand.on_lost()
    hand.turn(100)
    assert player.now().phase == "paused"
    assert "gone" in player.now().notice
    player.toggle()
    until(lambda: hand.turn(100) or player.now().phase == "playing")
    player.stop()


def test_a_device_that_cannot_be_opened_is_an_error_and_leaves_nothing(session):
    before = threading.active_count()
    player = Player(session, Hand(fails=True))
    with pytest.raises(DeviceError):
        player.start()
    until(lambda: threading.active_count() <= before)


def test_nothing_is_steered_before_the_start(session):
    with pytest.raises(CoachError):
        Player(session, Hand()).toggle()


def test_the_null_device_plays_in_real_time(session):
    player = Player(session, open_speaker("null"))
    began = time.monotonic()
    player.start()
    time.sleep(1.5)
    position_ms, passed_ms = player.now().position_ms, (time.monotonic() - began) * 1000
    player.stop()
    assert abs(position_ms - passed_ms) < 400
