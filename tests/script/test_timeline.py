"""What is read back from a file keeps every rule of a Timeline, whoever wrote it."""

from __future__ import annotations

import json

import pytest

from coach.script.timeline import Timeline
from tests.audio import timelines

SESSION = timelines.session()
FAR_MS = 10**15


def changed(part: str, index: int | None = None, field: str = "", value: object = None) -> str:
    """The JSON of a session in which one value is another."""
    raw = json.loads(SESSION.to_json())
    if index is None:
        raw[part] = value
    else:
        raw[part][index][field] = value
    return json.dumps(raw)


SPEECH = next(i for i, clip in enumerate(SESSION.clips) if clip.track == "speech")
TONE = next(i for i, clip in enumerate(SESSION.clips) if clip.track == "tone")
UTTERANCE = json.loads(SESSION.to_json())["clips"][SPEECH]["sound"]

WRONG = {
    "a length beyond all bounds": ("length_ms", None, "", FAR_MS),
    "a length off the grid": ("length_ms", None, "", SESSION.length_ms + 1),
    "a longer length than its segments": ("length_ms", None, "", SESSION.length_ms + 24),
    "a negative length": ("length_ms", None, "", -24),
    "a length in words": ("length_ms", None, "", "abc"),
    "a broken length": ("length_ms", None, "", 24.0),
    "true as a length": ("length_ms", None, "", True),
    "no length": ("length_ms", None, "", None),
    "a list as title": ("title", None, "", ["x"]),
    "half a letter as title": ("title", None, "", "\ud800"),
    "no title": ("title", None, "", None),
    "a number as voice": ("voice", None, "", 5),
    "a mapping as language": ("language", None, "", {}),
    "an unknown bed": ("bed", None, "", "rain"),
    "a number as bed": ("bed", None, "", 5),
    "a number as estimated": ("estimated", None, "", 1),
    "no segments": ("segments", None, "", []),
    "a text as segments": ("segments", None, "", ""),
    "null as clips": ("clips", None, "", None),
    "numbers as clips": ("clips", None, "", [1]),
    "a segment without time": ("segments", 1, "start_ms", None),
    "a segment's time in words": ("segments", 1, "start_ms", "x"),
    "a gap between segments": ("segments", 1, "start_ms", SESSION.segments[1].start_ms + 1),
    "a segment past the end": ("segments", -1, "end_ms", FAR_MS),
    "a segment that goes back": ("segments", 1, "end_ms", SESSION.segments[1].start_ms - 1),
    "an unknown kind of segment": ("segments", 1, "kind", "sprint"),
    "a list as kind": ("segments", 1, "kind", []),
    "an unknown side": ("segments", 1, "side", "up"),
    "a number as movement": ("segments", 1, "movement", 3),
    "a text as set": ("segments", 1, "set", "one"),
    "an unknown kind of cue": ("cues", 1, "kind", "shout"),
    "a cue without onset": ("cues", 1, "onset_ms", None),
    "an onset before the cue": ("cues", 1, "onset_ms", 0),
    "a cue past the end": ("cues", 1, "end_ms", SESSION.length_ms + 1),
    "a number as cue": ("cues", 1, "text", 7),
    "a clip before the start": ("clips", 0, "start_ms", -(10**9)),
    "a clip out of order": ("clips", 0, "start_ms", SESSION.clips[1].start_ms + 1),
    "a clip past the end": ("clips", -1, "end_ms", SESSION.length_ms + 1),
    "a clip that ends before it starts": ("clips", 3, "end_ms", 0),
    "half a millisecond": ("clips", 0, "start_ms", 1000.5),
    "an unknown tone": ("clips", TONE, "sound", "gong"),
    "null as sound": ("clips", TONE, "sound", None),
    "speech on the tone track": ("clips", SPEECH, "track", "tone"),
    "a tone on the speech track": ("clips", TONE, "track", "speech"),
    "an unknown pace": ("clips", SPEECH, "sound", {**UTTERANCE, "pace": "sung"}),
    "a number as utterance": ("clips", SPEECH, "sound", {**UTTERANCE, "text": 5}),
    "gain in words": ("clips", 0, "gain_db", "x"),
    "endless gain": ("clips", 0, "gain_db", float("inf")),
    "gain that is no number": ("clips", 0, "gain_db", float("nan")),
    "a chapter that overlaps": ("chapters", 1, "start_ms", 0),
    "a chapter past the end": ("chapters", -1, "end_ms", FAR_MS),
    "a list as chapter": ("chapters", 1, "title", []),
    "a key nobody knows": ("chapters", 1, "colour", "red"),
    "an unknown way to drop": ("dropped", None, "", [{"cue": "a", "text": "b", "what": "lost", "at_ms": 0}]),
    "dropped past the end": ("dropped", None, "", [{"cue": "a", "text": "b", "what": "left out", "at_ms": FAR_MS}]),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_value_in_any_field_is_a_value_error(case):
    text = changed(*WRONG[case])
    with pytest.raises(ValueError, match=r"\w"):
        Timeline.from_json(text)


def test_what_is_right_comes_back():
    assert Timeline.from_json(SESSION.to_json()) == SESSION
    assert Timeline.from_json(changed("chapters", None, "", [])).chapters == ()
    assert Timeline.from_json(changed("clips", 0, "gain_db", -6)).clips[0].gain_db == -6


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5000, "null", "[]", '{"schema":1}', '"x"', ""])
def test_what_is_no_timeline_at_all_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"\w"):
        Timeline.from_json(text)
