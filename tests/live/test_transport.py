"""The tape hands out the export's windows, whatever is pressed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.live.transport import FADE_MS, Transport
from coach.session import Session

RATE = 24_000


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    from coach.audio.store import Store

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COACH_HOME", str(tmp_path_factory.mktemp("home")))
        session = Session.of("micro-break", "null", store=Store(None))
        session.prepare()
        yield session


@pytest.fixture(scope="module")
def export(session):
    return b"".join(window.raw_data for window in session.windows())


class Ear:
    """Reads a transport and keeps what it handed out, with and without its own fades."""

    def __init__(self, session, **given):
        self.pieces = []
        self.out = bytearray()
        self.tape = Transport(
            lambda timeline, at_ms: session.desk.windows(timeline, at_ms, 100),
            session.timeline,
            RATE,
            on_heard=lambda timeline, place, pcm: self.pieces.append((timeline, place, pcm)),
            **given,
        )

    def read(self, count):
        """Read like a device that is never faster than the disk."""
        found = bytearray()
        while count:
            now = min(count, 2400)
            self.tape._reader.wait(5, 2 * now)
            part = self.tape.read(now)
            assert len(part) == 2 * now
            found += part
            count -= now
        self.out += found
        return bytes(found)

    def to_the_end(self, count=4800):
        for _ in range(100_000):
            if self.tape.state == "ended":
                return
            self.read(count)
        raise AssertionError("it does not end")

    def matches(self, sound):
        return all(sound[2 * place : 2 * place + len(pcm)] == pcm for _, place, pcm in self.pieces)


KEYS = ("pause", "resume", "seek", "back", "say", "mute", "louder")


@pytest.mark.every_example
@given(st.integers(0, 2**32), st.lists(st.tuples(st.sampled_from(KEYS), st.integers(1, 3000)), max_size=25))
def test_whatever_is_pressed_every_piece_is_the_exports(session, export, seed, script):
    chance = random.Random(seed)
    ear = Ear(session)
    muted = False
    for key, count in script:
        ear.read(count)
        tape = ear.tape
        if key == "seek":
            tape.seek(chance.randrange(session.timeline.length_ms))
        elif key == "back":
            tape.seek(max(0, tape.position_ms - 700))
        elif key == "say":
            tape.say([b"\1\0" * 500])
        elif key == "mute":
            muted = not muted
            tape.mute(muted)
            tape.mute(not muted)
            muted = not muted
        elif key == "louder":
            tape.volume = chance.choice((100, 50))
        else:
            getattr(tape, key)()
    ear.tape.resume()
    ear.read(4800)
    assert ear.matches(export)
    spans = [span for _, spans in ear.tape.heard for span in spans]
    assert sum(end - start for start, end in spans) == sum(len(pcm) // 2 for _, _, pcm in ear.pieces)
    ear.tape.close()


def test_untouched_it_is_the_export_but_for_the_first_fade(session, export):
    ear = Ear(session)
    ear.to_the_end()
    fade = 2 * RATE * FADE_MS // 1000
    assert ear.out[fade : len(export)] == export[fade:]
    assert not any(ear.out[len(export) :])
    assert ear.tape.underruns == 0


def test_the_get_ready_is_silence_that_a_key_ends(session):
    ear = Ear(session, ready_ms=10_000)
    assert not any(ear.read(RATE))
    assert (ear.tape.state, ear.tape.ready_ms, ear.tape.position_ms) == ("ready", 9000, 0)
    ear.tape.begin()
    ear.read(RATE)
    assert (ear.tape.state, ear.tape.position_ms) == ("playing", 1000)


def test_a_pause_is_silent_within_its_fade_and_goes_on_at_the_sample(session, export):
    ear = Ear(session)
    ear.read(RATE)
    ear.tape.pause()
    piece = ear.read(2400)
    assert not any(piece[2 * RATE * FADE_MS // 1000 :])
    assert not any(ear.read(2400))
    place = ear.tape.position_ms
    ear.tape.resume()
    ear.read(2400)
    assert ear.tape.position_ms == place + 100
    assert ear.matches(export)


def test_what_is_said_in_between_takes_nothing_of_the_session(session, export):
    ear = Ear(session)
    ear.read(RATE)
    said = b"\xe8\x03" * 600
    ear.tape.say([said], to_ms=None)
    ear.read(240)
    assert said[:200] in bytes(ear.read(600))
    ear.to_the_end()
    spans = [span for _, spans in ear.tape.heard for span in spans]
    assert spans == [[0, len(export) // 2]]


def test_after_an_aside_it_goes_on_elsewhere_or_waits_there(session):
    ear = Ear(session)
    ear.read(RATE)
    ear.tape.say([b"\1\0" * 480], then="paused", to_ms=30_000)
    for _ in range(4):
        ear.read(480)
    assert (ear.tape.state, ear.tape.position_ms) == ("paused", 30_000)
    ear.tape.resume()
    ear.read(RATE)
    assert ear.tape.position_ms == 31_000


def test_muting_does_not_cut_what_is_being_said(session):
    ear = Ear(session)
    ear.tape.say([b"\1\0" * RATE])
    ear.read(480)
    ear.tape.mute(True)
    ear.read(4800)
    assert ear.tape.state == "speaking"


def test_muted_there_is_speech_and_no_tone(session):
    muted = replace(session.timeline, clips=tuple(c for c in session.timeline.clips if c.track == "speech"))
    expected = b"".join(w.raw_data for w in session.desk.windows(muted, 0, 200))
    ear = Ear(session)
    ear.tape.mute(True)
    ear.to_the_end()
    assert ear.matches(expected)


def test_a_jump_leaves_out_what_lies_between(session):
    ear = Ear(session)
    ear.tape.jump(2000, 50_000)
    ear.read(RATE * 3)
    ear.read(480)
    places = [place for _, place, _ in ear.pieces]
    assert not any(2000 * 24 <= place < 50_000 * 24 for place in places)
    assert max(places) >= 50_000 * 24


def test_another_edition_is_taken_without_a_seam(session, export):
    other = replace(session.timeline, title="Another")
    ear = Ear(session)
    ear.read(RATE)
    assert ear.tape.recut(other, 3000)
    ear.to_the_end()
    assert ear.matches(export)
    assert [spans for _, spans in ear.tape.heard] == [[[0, 36_000]], [[36_000, len(export) // 2]]]
    fade = 2 * RATE * FADE_MS // 1000
    assert ear.out[fade : len(export)] == export[fade:]


def test_an_edition_for_what_was_heard_already_is_refused(session):
    ear = Ear(session)
    ear.read(5 * RATE)
    assert not ear.tape.recut(session.timeline, 3000)


def test_half_the_volume_is_half_the_height(session, export):
    ear = Ear(session)
    ear.tape.volume = 50
    ear.to_the_end()
    assert ear.matches(export)
    loud = max(abs(int.from_bytes(export[i : i + 2], "little", signed=True)) for i in range(0, len(export), 2))
    soft = max(abs(int.from_bytes(ear.out[i : i + 2], "little", signed=True)) for i in range(0, len(export), 2))
    assert soft == pytest.approx(loud / 2, abs=2)


def test_sound_that_cannot_be_made_is_told(session):
    def broken(timeline, at_ms):
        yield from ()
        raise OSError("the disk is gone")

    tape = Transport(broken, session.timeline, RATE)
    tape._reader.wait(2)
    for _ in range(200):
        tape.read(480)
        if tape.error:
            break
    assert isinstance(tape.error, OSError)
