"""Timelines built by hand and sounds of exact length, for the tests of the audio room."""

from __future__ import annotations

import numpy as np

from coach.audio.take import assemble
from coach.audio.tones import TONE_LENGTHS_MS, tone_pcm
from coach.script.model import Utterance
from coach.script.timeline import Chapter, Clip, PlacedCue, PlacedSegment, Sound, Take, Timeline

# Peak of the sines: a full session of them measures -19 LUFS, as mastered speech does.
SPEECH_PEAK = 0.211


def sine(ms: int, hz: float, rate_hz: int = 24_000, peak: float = SPEECH_PEAK) -> bytes:
    """A sine with 5 ms fades, mono int16."""
    n = ms * rate_hz // 1000
    t_s = np.arange(n) / rate_hz
    wave = peak * np.sin(2 * np.pi * hz * t_s)
    ramp = np.clip(np.arange(n) / (0.005 * rate_hz), 0, 1)
    return np.rint(wave * np.minimum(ramp, ramp[::-1]) * 32767).astype("<i2").tobytes()


def length_ms(text: str) -> int:
    """How long the null voice of these tests speaks: exact, and not on any grid."""
    return 131 + 37 * len(text)


def sound_pcm(sound: Sound, rate_hz: int = 24_000) -> bytes:
    """The sound of a clip: a sine whose height follows from the text, or the tone."""
    if isinstance(sound, Utterance):
        return sine(length_ms(sound.text), 500 + sum(map(ord, sound.text)) % 700, rate_hz)
    return tone_pcm(sound, rate_hz)


def buzz_pcm(sound: Sound, rate_hz: int = 24_000) -> bytes:
    """As `sound_pcm`, but speech is as hard to encode as speech: a gliding buzz in syllables, with hiss."""
    if not isinstance(sound, Utterance):
        return tone_pcm(sound, rate_hz)
    n = length_ms(sound.text) * rate_hz // 1000
    t_s = np.arange(n) / rate_hz
    turns = np.cumsum(110 + 30 * np.sin(2 * np.pi * 1.7 * t_s)) / rate_hz
    wave = sum(np.sin(2 * np.pi * k * turns + k * k) / k for k in range(1, 40))
    hiss = np.random.RandomState(len(sound.text)).standard_normal(n)
    syllable = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * t_s)
    ramp = np.clip(np.arange(n) / (0.005 * rate_hz), 0, 1)
    wave = 0.1 * (wave * syllable + 0.25 * hiss * (1 - syllable)) * np.minimum(ramp, ramp[::-1])
    return np.rint(wave.clip(-0.8, 0.8) * 32767).astype("<i2").tobytes()


def take_of(rate_hz: int = 24_000, sound_pcm=sound_pcm):
    """What `windows` and the encoder get their takes from."""

    def make(take: Take):
        return assemble(take, lambda sound: sound_pcm(sound, rate_hz), rate_hz)

    return make


def spoken(start_ms: int, text: str) -> Clip:
    return Clip("speech", Utterance(text), start_ms, start_ms + length_ms(text))


def tone(start_ms: int, name) -> Clip:
    return Clip("tone", name, start_ms, start_ms + TONE_LENGTHS_MS[name])


def bare(length_ms: int, clips, *, bed="comfort") -> Timeline:
    """A Timeline of clips in one talk segment."""
    ordered = tuple(sorted(clips, key=lambda clip: clip.start_ms))
    cues = tuple(
        PlacedCue(f"c{i}", "talk", clip.sound.text, clip.start_ms, clip.start_ms, clip.end_ms)
        for i, clip in enumerate(ordered)
        if isinstance(clip.sound, Utterance)
    )
    segments = (PlacedSegment("talk", "Talk", 0, length_ms),)
    return Timeline(
        "bare", "Bare", "en", "null", bed, length_ms, False, segments, cues, ordered, (Chapter("All", 0, length_ms),)
    )


def session(*, bed="comfort", title="Hip reset", work_ms=10_000) -> Timeline:
    """A small whole session: an opening, one stretch left and right with countdowns, a goodbye."""
    segments, cues, clips, chapters = [], [], [], []
    now = 0

    def say(at_ms, text, kind, movement=None, side=None):
        clip = spoken(at_ms, text)
        clips.append(clip)
        cues.append(PlacedCue(f"{len(cues)}", kind, text, at_ms, at_ms, clip.end_ms, movement, side))

    def segment(kind, name, length, side=None):
        nonlocal now
        movement = "fencers-stretch" if name == "Fencer's stretch" else None
        segments.append(PlacedSegment(kind, name, now, now + length, movement, side))
        now += length

    say(1000, "Welcome. Let the breath settle.", "talk")
    chapters.append(("Welcome", 0))
    segment("talk", "Welcome", 4000)
    for side in ("left", "right"):
        chapters.append((f"Fencer's stretch, {side}", now))
        clips.append(tone(now + 1000, "pre"))
        say(now + 1300, f"Fencer's stretch, {side} leg back.", "announce", "fencers-stretch", side)
        clips.append(tone(now + 6000 - 720, "start"))
        segment("prepare", "Fencer's stretch", 6000, side)
        say(now + 1500, "Tuck the tailbone.", "form", "fencers-stretch", side)
        for n, word in ((3, "Three"), (2, "Two"), (1, "One")):
            clips.append(tone(now + work_ms - n * 1000, "tick"))
            say(now + work_ms - n * 1000, word, "count", "fencers-stretch", side)
        segment("work", "Fencer's stretch", work_ms, side)
        clips.append(tone(now, "end"))
        say(now + 1000, "And release.", "release", "fencers-stretch", side)
        segment("release", "Fencer's stretch", 4000, side)
    chapters.append(("Goodbye", now))
    say(now + 500, "Good work. See you soon.", "talk")
    segment("talk", "Goodbye", 24 * -(-(now + 4000) // 24) - now)
    ends = [start for _, start in chapters[1:]] + [now]
    return Timeline(
        "hip-reset", title, "en", "null", bed, now, False, tuple(segments), tuple(cues),
        tuple(sorted(clips, key=lambda clip: clip.start_ms)),
        tuple(Chapter(name, start, end) for (name, start), end in zip(chapters, ends, strict=True)),
    )  # fmt: skip
