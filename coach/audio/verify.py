"""Is a session file what its own Timeline says? Decodes it, listens, and names everything that is not.

Needs nothing but the file: the plan is in its tag. Judges sound, not words; changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coach.audio.clip import ONSET_DB
from coach.audio.frame_check import right_frames
from coach.audio.listen import Meter, Reader, decoded, levels_db
from coach.audio.tag_check import clean, clock, quoted, tag_problems
from coach.audio.tags import read_timeline
from coach.audio.tones import tone_pcm
from coach.script.model import ToneName, Utterance
from coach.script.timeline import Clip, PlacedCue, Take, Timeline
from coach.units import GRID_MS

if TYPE_CHECKING:
    import numpy

LOUDNESS_LUFS = -19.0
LOUDNESS_SLACK_LU, WIDE_SLACK_LU = 0.5, 2.5
"""How far from it a session of ordinary speech may be, and one of little or unusual speech."""
TRUE_PEAK_DB = -1.0
TAKE_SLACK_MS = 50
COUNT_SLACK_MS = 24

_QUIET_DB = -50.0  # louder than the bed, softer than every tone
_SPEECH_DB = -34.0  # the loudest 24 ms of any speech; a tick or pre-tone over missing speech stays below
_LISTEN_MS = 240  # how far around a take its sound is looked for
_CODING_MS = 48  # an MP3 smears a sharp sound by up to two frames
_LEAST_SPEECH_MS, _LEAST_SPEECH_PERCENT = 3000, 1
"""Loudness of less speech is no statement about a session: the quiet bed drags the gate of the meter down."""
_ORDINARY_MS, _ORDINARY_PERCENT = 10_000, 12
_ORDINARY_CLIP_MS = (1400, 4000)
"""Mean length of a spoken clip. The meter's blocks of 400 ms take in the silence around it: every clip has the same
loudness, but single words read up to 2 LU lower in a session, and long talks 0.5 higher."""
_FINE_MS = 2


@dataclass(frozen=True, slots=True)
class HeardTake:
    """One take: where its sound should begin and where it does (None: not heard), in milliseconds."""

    planned_ms: int
    heard_ms: int | None
    off_ms: int
    """How far outside the planned beginning (a word's start to its onset, a tone's swell); 0 is right."""


@dataclass(frozen=True, slots=True)
class HeardCount:
    """One counted word inside work: planned and heard onset, and the planned distance to the end of the work."""

    text: str
    planned_ms: int
    before_end_ms: int
    heard_ms: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What was heard against what was planned; an empty `problems` means the file is right."""

    title: str
    planned_ms: int
    decoded_ms: int
    takes: tuple[HeardTake, ...]
    counts: tuple[HeardCount, ...]
    overlaps: int
    """Cues that begin before the one before has ended."""
    left_work_ms: int
    right_work_ms: int
    loudness_lufs: float | None
    """None when nothing is loud enough to measure."""
    loudness_slack_lu: float | None
    """How far from `LOUDNESS_LUFS` it may be: wide where speech is little or unusual; None: not judged."""
    true_peak_db: float | None
    """None for digital silence."""
    clipped: int
    """Samples at full scale."""
    problems: tuple[str, ...]


def verify(path: Path) -> Report:
    """Return what the session file really holds. Raises UnreadableFile when it is not one of ours or not sound."""
    timeline = read_timeline(path)
    frames, damage = right_frames(path, timeline)
    left_ms, right_ms = timeline.work_ms("left"), timeline.work_ms("right")
    if damage:  # nothing after it is where it should be: one reason, not a list of what follows from it
        return Report(
            clean(timeline.title), timeline.length_ms, frames * GRID_MS, (), (), _overlaps(timeline),
            left_ms, right_ms, None, None, None, 0, (damage,),
        )  # fmt: skip
    rate_hz, blocks = decoded(path)
    meter = Meter(rate_hz)
    listener = _Listener(timeline, rate_hz, Reader(blocks, meter))
    listener.run()
    decoded_ms = round(meter.samples * 1000 / rate_hz)
    overlaps = _overlaps(timeline)
    loudness, peak_db = meter.loudness_lufs(), meter.true_peak_db()
    slack_lu = loudness_slack_lu(timeline)
    problems = []
    if abs(decoded_ms - timeline.length_ms) > GRID_MS:
        problems.append(f"it lasts {decoded_ms} ms, planned are {timeline.length_ms} ms")
    problems += listener.problems
    problems += tag_problems(path, timeline)
    if overlaps:
        problems.append(f"{overlaps} cues begin before the one before has ended")
    if left_ms != right_ms:
        problems.append(f"the left side works {left_ms} ms, the right side {right_ms} ms")
    if slack_lu is not None and (loudness is None or abs(loudness - LOUDNESS_LUFS) > slack_lu):
        heard = "silent" if loudness is None else f"{loudness:.2f} LUFS"
        problems.append(f"loudness is {heard}, it should be {LOUDNESS_LUFS:g} within {slack_lu:g}")
    if peak_db is not None and peak_db > TRUE_PEAK_DB:
        problems.append(f"the true peak is {peak_db:.2f} dBTP, the most is {TRUE_PEAK_DB:g}")
    if meter.clipped:
        problems.append(f"{meter.clipped} samples clip")
    return Report(
        clean(timeline.title), timeline.length_ms, decoded_ms, tuple(listener.takes), tuple(listener.counts), overlaps,
        left_ms, right_ms, loudness, slack_lu, peak_db, meter.clipped, tuple(problems),
    )  # fmt: skip


def loudness_slack_lu(timeline: Timeline) -> float | None:
    """Return how far from `LOUDNESS_LUFS` a session may measure; None when that says nothing about it."""
    lengths_ms = [clip.end_ms - clip.start_ms for clip in timeline.clips if clip.track == "speech"]
    speech_ms = sum(lengths_ms)
    if speech_ms < _LEAST_SPEECH_MS or speech_ms * 100 < timeline.length_ms * _LEAST_SPEECH_PERCENT:
        return None
    enough = speech_ms >= _ORDINARY_MS and speech_ms * 100 >= timeline.length_ms * _ORDINARY_PERCENT
    shortest_ms, longest_ms = _ORDINARY_CLIP_MS
    ordinary = shortest_ms <= speech_ms / len(lengths_ms) <= longest_ms
    return LOUDNESS_SLACK_LU if enough and ordinary else WIDE_SLACK_LU


class _Listener:
    """Walks the file once: quiet where quiet is planned, sound where sound is planned."""

    def __init__(self, timeline: Timeline, rate_hz: int, reader: Reader) -> None:
        self.timeline, self.rate_hz, self.reader = timeline, rate_hz, reader
        self.takes: list[HeardTake] = []
        self.counts: list[HeardCount] = []
        self.problems: list[str] = []
        self._cues = {cue.start_ms: cue for cue in timeline.cues}
        self._swell_ms: dict[ToneName, int] = {}
        self._work = [segment for segment in timeline.segments if segment.kind == "work"]

    def run(self) -> None:
        takes = list(self.timeline.takes())
        place_ms = 0
        for i, take in enumerate(takes):
            after_ms = takes[i + 1].start_ms if i + 1 < len(takes) else self.timeline.length_ms
            from_ms = max(place_ms, take.start_ms - _LISTEN_MS)
            to_ms = min(take.end_ms + _LISTEN_MS, (take.end_ms + after_ms + 1) // 2)
            self._quiet(place_ms, from_ms)
            self._take(take, from_ms, self._read(to_ms))
            place_ms = to_ms
        self._quiet(place_ms, self.timeline.length_ms)
        self.reader.drain()

    def _read(self, until_ms: int) -> numpy.ndarray:
        return self.reader.until(until_ms * self.rate_hz // 1000)

    def _quiet(self, from_ms: int, to_ms: int) -> None:
        """Nothing louder than the bed may be heard here; a stretch of sound is named once."""
        loud_ms: int | None = None
        for at_ms in range(from_ms, to_ms, 2000):
            for i, level_db in enumerate(levels_db(self._read(min(at_ms + 2000, to_ms)), self.rate_hz, GRID_MS)):
                if level_db > _QUIET_DB and loud_ms is None:
                    loud_ms = at_ms + i * GRID_MS
                    self.problems.append(f"sound of {level_db:.0f} dBFS at {clock(loud_ms)}, where silence is planned")
                elif level_db <= _QUIET_DB:
                    loud_ms = None

    def _take(self, take: Take, from_ms: int, samples: numpy.ndarray) -> None:
        import numpy as np

        levels = levels_db(samples, self.rate_hz, _FINE_MS)
        loud = np.flatnonzero(levels > _QUIET_DB)
        heard_ms = from_ms + int(loud[0]) * _FINE_MS if len(loud) else None
        first = min(take.clips, key=lambda clip: clip.start_ms)
        earliest_ms, latest_ms = self._begins(first)
        off_ms = 0 if heard_ms is None else min(0, heard_ms - earliest_ms) + max(0, heard_ms - latest_ms)
        self.takes.append(HeardTake(first.start_ms, heard_ms, off_ms))
        if heard_ms is None:
            self.problems.append(f"nothing is heard at {clock(first.start_ms)}, where {_name(first)} is planned")
            return
        if abs(off_ms) > TAKE_SLACK_MS:
            self.problems.append(f"{_name(first)} at {clock(first.start_ms)} is heard {off_ms:+} ms off")
        late = levels[(take.end_ms + _CODING_MS - from_ms) // _FINE_MS :]
        if np.any(late > _QUIET_DB):
            self.problems.append(f"sound goes on after the take that ends at {clock(take.end_ms)}")
        for clip in take.clips:
            self._clip(clip, from_ms, samples)

    def _begins(self, clip: Clip) -> tuple[int, int]:
        """When the sound of a clip may begin: a word from its start to its onset, a tone when it has swelled."""
        if isinstance(clip.sound, Utterance):
            cue = self._cues.get(clip.start_ms)
            return clip.start_ms, max(clip.start_ms, cue.onset_ms) if cue else clip.start_ms
        if clip.sound not in self._swell_ms:
            import numpy as np

            levels = levels_db(np.frombuffer(tone_pcm(clip.sound, self.rate_hz), "<i2") / 32768, self.rate_hz, _FINE_MS)
            self._swell_ms[clip.sound] = int(np.argmax(levels > _QUIET_DB)) * _FINE_MS
        heard_ms = clip.start_ms + self._swell_ms[clip.sound]
        return heard_ms, heard_ms

    def _clip(self, clip: Clip, from_ms: int, samples: numpy.ndarray) -> None:
        part = samples[self._sample(clip.start_ms - from_ms) : self._sample(clip.end_ms - from_ms)]
        levels = levels_db(part, self.rate_hz, GRID_MS)
        least_db = (_SPEECH_DB if clip.track == "speech" else _QUIET_DB) + min(0.0, clip.gain_db)
        if clip.end_ms - clip.start_ms >= GRID_MS and (not len(levels) or levels.max() < least_db):
            self.problems.append(f"{_name(clip)} at {clock(clip.start_ms)} is not heard")
        elif (cue := self._cues.get(clip.start_ms)) and clip.track == "speech" and cue.kind == "count":
            self._count(cue, from_ms, samples)

    def _count(self, cue: PlacedCue, from_ms: int, samples: numpy.ndarray) -> None:
        """A count in work must be heard on a whole second before its end."""
        work = next((s for s in self._work if s.start_ms <= cue.onset_ms < s.end_ms), None)
        if work is None:
            return
        early_ms = max(0, cue.start_ms - _CODING_MS - from_ms)
        part = samples[self._sample(early_ms) : self._sample(cue.end_ms + _CODING_MS - from_ms)]
        heard_ms = from_ms + early_ms + _onset_ms(levels_db(part, self.rate_hz, _FINE_MS))
        before_ms = work.end_ms - cue.onset_ms
        self.counts.append(HeardCount(clean(cue.text), cue.onset_ms, before_ms, heard_ms))
        off_ms = (before_ms + 500) % 1000 - 500
        if abs(off_ms) > COUNT_SLACK_MS:
            self.problems.append(f"the count at {clock(cue.onset_ms)} is planned {off_ms:+} ms off the second")
        elif abs(heard_ms - cue.onset_ms) > COUNT_SLACK_MS:
            self.problems.append(f"the count at {clock(cue.onset_ms)} is heard {heard_ms - cue.onset_ms:+} ms off")

    def _sample(self, ms: int) -> int:
        return ms * self.rate_hz // 1000


def _onset_ms(levels: numpy.ndarray) -> int:
    """Where a word is heard to begin, by the measure of mastering: 10 ms come near its loudest, for 20 ms."""
    import numpy as np

    power = np.convolve(10 ** (levels / 10), np.ones(10 // _FINE_MS), "valid")
    loud = power > power.max() * 10 ** (ONSET_DB / 10)
    held = np.convolve(loud, np.ones(20 // _FINE_MS), "valid") > 20 // _FINE_MS - 0.5
    return int(np.argmax(held)) * _FINE_MS + 5


def _overlaps(timeline: Timeline) -> int:
    cues = sorted(timeline.cues, key=lambda cue: cue.start_ms)
    end_ms, count = 0, 0
    for cue in cues:
        count += cue.start_ms < end_ms
        end_ms = max(end_ms, cue.end_ms)
    return count


def _name(clip: Clip) -> str:
    if not isinstance(clip.sound, Utterance):
        return f"the {clip.sound} tone"
    return quoted(clip.sound.text)
