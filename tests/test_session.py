"""A routine becomes a session file: what a listener gets, the same from everywhere, or nothing at all."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

from coach.audio.mp3 import STANDARD, check_frames
from coach.audio.store import Store
from coach.audio.tags import audio_start, read_timeline
from coach.audio.verify import verify
from coach.errors import AskedError, FileInTheWay, ImpossibleLength, SpeechFailed
from coach.routine.library import Library
from coach.session import Session
from coach.units import GRID_MS, on_grid
from tests.fakes import MemorySink

ROUTINES = Library().routine_ids()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def frames(path: Path) -> int:
    content = path.read_bytes()
    return check_frames(content[audio_start(content[:10]) :], STANDARD)


@pytest.mark.parametrize("routine", ROUTINES)
def test_every_routine_becomes_a_file_that_keeps_its_own_plan(routine, tmp_path, store):
    session = Session.of(routine, "null", store=store)
    made = session.export(tmp_path / "x.mp3")
    assert made.length_ms == session.routine.length.default_ms
    assert frames(made.path) == made.length_ms // GRID_MS
    assert made.rendered == made.cues
    report = verify(made.path)
    assert report.problems == ()
    assert report.loudness_slack_lu == 0.5  # every shipped routine is ordinary speech
    assert report.overlaps == 0
    assert report.left_work_ms == report.right_work_ms
    assert read_timeline(made.path) == session.timeline


@pytest.mark.parametrize("length_ms", [360_000, 431_000, 555_555, 900_000])
def test_an_asked_length_is_exact_to_the_frame(length_ms, tmp_path, store):
    made = Session.of("post-run-cooldown", "null", length_ms=length_ms, store=store).export(tmp_path / "x.mp3")
    assert frames(made.path) == round(length_ms / 24) == on_grid(length_ms) // 24


def test_a_length_outside_the_range_names_the_bounds_and_writes_nothing(tmp_path, store):
    with pytest.raises(ImpossibleLength) as caught:
        Session.of("desk-break", "null", length_ms=3_600_000, store=store).export(tmp_path / "x.mp3")
    assert "5:00 at the most" in str(caught.value)
    assert not list(tmp_path.glob("*.mp3*"))


def test_warm_cold_and_elsewhere_are_the_same_bytes(tmp_path, store):
    cold = Session.of("five-minute-ball", "null", store=store).export(tmp_path / "cold.mp3")
    warm = Session.of("five-minute-ball", "null", store=store).export(tmp_path / "warm.mp3")
    other = Session.of("five-minute-ball", "null", store=Store(tmp_path / "b")).export(tmp_path / "other.mp3")
    none = Session.of("five-minute-ball", "null", store=Store(None)).export(tmp_path / "none.mp3")
    assert warm.rendered == 0
    assert digest(cold.path) == digest(warm.path) == digest(other.path) == digest(none.path)


def test_what_else_is_in_the_cache_changes_nothing(tmp_path, store):
    """Other lengths render other forms of the cues; knowing their lengths must not change the plan."""
    for minutes in (6, 15, 8):
        Session.of("post-run-cooldown", "null", length_ms=minutes * 60_000, store=store).prepare()
    rich = Session.of("post-run-cooldown", "null", store=store).export(tmp_path / "rich.mp3")
    bare = Session.of("post-run-cooldown", "null", store=Store(None)).export(tmp_path / "bare.mp3")
    assert digest(rich.path) == digest(bare.path)


def _export(job):
    cache, target = job
    return Session.of("five-minute-ball", "null", store=Store(Path(cache))).export(target, overwrite=True).rendered


def test_eight_exporters_at_once_render_each_cue_once(tmp_path):
    jobs = [(str(tmp_path / "shared"), str(tmp_path / f"{n}.mp3")) for n in range(8)]
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        rendered = pool.map(_export, jobs, chunksize=1)
    one = Session.of("five-minute-ball", "null", store=Store(None)).export(tmp_path / "one.mp3")
    assert sum(rendered) == one.cues
    assert {digest(Path(target)) for _, target in jobs} == {digest(one.path)}


def test_two_exports_to_one_name_leave_one_whole_file(tmp_path):
    jobs = [(str(tmp_path / "shared"), str(tmp_path / "same.mp3"))] * 4
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.map(_export, jobs, chunksize=1)
    assert frames(tmp_path / "same.mp3") == 300_000 // 24
    assert [p.name for p in tmp_path.glob("*.mp3*")] == ["same.mp3"]


def test_a_file_in_the_way_is_kept(tmp_path, store):
    target = tmp_path / "x.mp3"
    target.write_bytes(b"mine")
    with pytest.raises(FileInTheWay):
        Session.of("desk-break", "null", store=store).export(target)
    assert target.read_bytes() == b"mine"


def test_a_damaged_cache_is_never_heard(tmp_path, store):
    first = Session.of("desk-break", "null", store=store).export(tmp_path / "first.mp3")
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file() and path.stat().st_size > 200]
    assert len(files) > 50
    for number, path in enumerate(files):
        raw = bytearray(path.read_bytes())
        place = (number * 7919) % len(raw)
        if number % 4 == 3:
            raw = raw[:place]
        else:
            raw[place] ^= 1 << number % 8
        path.write_bytes(bytes(raw))
    again = Session.of("desk-break", "null", store=Store(tmp_path / "cache")).export(tmp_path / "again.mp3")
    assert digest(first.path) == digest(again.path)
    assert again.rendered > 0


def test_the_windows_are_the_file(tmp_path, store):
    """What is poured into a sink is what the file decodes to, but for the encoder's own noise."""
    import numpy
    import soundfile

    session = Session.of("desk-break", "null", bed="none", store=store)
    made = session.export(tmp_path / "x.mp3")
    sink = MemorySink()
    session.pour(sink)
    poured = numpy.frombuffer(bytes(sink.pcm), "<i2") / 32768
    heard, _ = soundfile.read(io.BytesIO(made.path.read_bytes()))
    assert len(poured) == made.length_ms * 24
    count = min(len(poured), len(heard))
    shifted = poured[47:count], heard[: count - 47]
    noise = shifted[0] - shifted[1]
    assert 10 * numpy.log10((shifted[0] ** 2).mean() / (noise**2).mean()) > 15


class Broken:
    """An engine that fails on its third cue."""

    name, voice, workers = "broken", "x", 2

    def __init__(self):
        from coach.voice.null import open as open_null

        self.inner, self.said = open_null(None), 0

    def identity(self):
        return {"engine": "broken"}

    def spoken(self, utterance):
        return utterance.text

    def speak(self, utterance):
        self.said += 1
        if self.said >= 3:
            raise SpeechFailed("broken", utterance.text, "no more voice")
        return self.inner.speak(utterance)

    def close(self):
        pass


def test_an_engine_that_fails_leaves_nothing_half_written(tmp_path, store):
    library = Library()
    from coach.session import content_of

    routine = library.routine("desk-break")
    session = Session(routine, content_of(routine, library), Broken(), store)
    with pytest.raises(SpeechFailed):
        session.export(tmp_path / "x.mp3")
    assert not list(tmp_path.glob("*.mp3*"))


def test_progress_counts_what_is_rendered(tmp_path, store):
    seen = []
    session = Session.of("desk-break", "null", store=store)
    made = session.export(tmp_path / "x.mp3", on_progress=lambda done, total: seen.append((done, total)))
    assert sum(done > 0 for done, _ in seen) == made.rendered
    assert seen[-1][0] == seen[-1][1]
    again = Session.of("desk-break", "null", store=store)
    again.export(tmp_path / "y.mp3", on_progress=lambda *_: pytest.fail("there was nothing to render"))


def test_progress_begins_before_the_first_word_is_spoken(tmp_path, store):
    session, seen = Session.of("desk-break", "null", store=store), []
    speak = session.engine.speak

    class Heard(type(session.engine)):
        def speak(self, utterance):
            seen.append("spoken")
            return speak(utterance)

    session.booth.engine = Heard()
    session.prepare(lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, seen[0][1])
    assert seen[1] == "spoken"


DIGITS = " ".join(map(str, range(1, 160)))
EXTREMES = {
    "sparse": "  - rest: 20s\n",
    "only rests": "  - rest: 1s\n" * 60,
    "single words": "  - talk: Go.\n  - rest: 1s\n" * 10,
    "one long talk": f"  - talk: Count with me, {DIGITS}.\n",
}


@pytest.mark.parametrize("name", EXTREMES)
def test_a_right_file_of_unusual_speech_is_judged_widely(name, tmp_path, store):
    text = f"schema: 1\nid: r\nname: R\nsteps:\n{EXTREMES[name]}"
    session = Session.of(Library().routine_from_text(text), "null", store=store)
    report = verify(session.export(tmp_path / "x.mp3").path)
    assert (report.problems, report.loudness_slack_lu) == ((), 2.5)


# --- the cap of the store -----------------------------------------------------------------------


def test_an_export_brings_its_store_under_the_cap(tmp_path):
    small = Store(tmp_path / "small", cap_bytes=300_000)
    made = Session.of("desk-break", "null", store=small).export(tmp_path / "small.mp3")
    assert 0 < small.info().size_bytes <= 300_000
    free = Store(tmp_path / "free")
    other = Session.of("desk-break", "null", store=free).export(tmp_path / "free.mp3")
    assert free.info().size_bytes > 600_000
    assert digest(made.path) == digest(other.path)


def test_only_an_export_that_kept_something_looks_at_the_cap(tmp_path, store, monkeypatch):
    swept = []
    monkeypatch.setattr(Store, "gc", lambda self: swept.append(self))
    session = Session.of("desk-break", "null", store=store)
    session.prepare()
    assert swept == []
    session.export(tmp_path / "x.mp3")
    assert swept == [store]
    session.export(tmp_path / "x.mp3", overwrite=True)
    Session.of("desk-break", "null", store=Store(tmp_path / "cache")).export(tmp_path / "y.mp3")
    assert swept == [store]
    # Nothing is spoken, but the takes have other lengths.
    Session.of("desk-break", "null", bed="none", length_ms=170_000, store=store).export(tmp_path / "z.mp3")
    assert swept == [store, store]


@pytest.mark.parametrize("use", ["prepare", "pour"])
def test_a_session_that_is_not_exported_keeps_the_store_under_its_cap_too(use, tmp_path):
    store = Store(tmp_path / "cache", cap_bytes=1_000_000)
    session = Session.of("desk-break", "null", store=store)
    session.prepare() if use == "prepare" else session.pour(MemorySink())
    assert store.info().size_bytes > 1_000_000
    session.close()
    assert store.info().size_bytes <= 1_000_000


def test_a_session_that_kept_nothing_closes_without_looking(tmp_path, store, monkeypatch):
    Session.of("desk-break", "null", store=store).prepare()
    looked = []
    monkeypatch.setattr(Store, "gc", lambda self: looked.append(self))
    again = Session.of("desk-break", "null", store=Store(tmp_path / "cache"))
    again.prepare()
    again.close()
    assert looked == []


@pytest.mark.parametrize("length_ms", [1.5, 180_000.0, True, "180000"])
def test_a_length_that_is_no_whole_number_is_refused(length_ms, store):
    with pytest.raises(AskedError, match="a whole number of milliseconds, not"):
        Session.of("desk-break", "null", length_ms=length_ms, store=store)
    whole = Session.of("desk-break", "null", store=store)
    with pytest.raises(AskedError, match="a whole number of milliseconds, not"):
        Session(whole.routine, whole.content, whole.engine, store, length_ms=length_ms)


@pytest.mark.parametrize("error", [OSError(5, "disk"), ValueError("something else")])
def test_a_store_that_cannot_be_tidied_fails_no_export(tmp_path, store, monkeypatch, error):
    def fails(*_):
        raise error

    monkeypatch.setattr("coach.audio.store_gc.gc", fails)
    made = Session.of("desk-break", "null", store=store).export(tmp_path / "x.mp3")
    assert frames(made.path) == made.length_ms // GRID_MS
    assert store.trouble is None


HEAVY = ("numpy", "pydub", "PIL", "scipy", "pyloudnorm", "soxr", "soundfile", "onnxruntime", "piper", "pyttsx3",
         "importlib.metadata", "platformdirs", "filelock", "lameenc", "concurrent.futures")  # fmt: skip


def loaded(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(eval(done.stdout.splitlines()[-1]))


def test_importing_coach_loads_nothing():
    assert loaded("import coach, coach.session, coach.cli") == set()


def test_a_warm_export_loads_nothing_heavy(tmp_path, store):
    Session.of("desk-break", "null", store=store).export(tmp_path / "x.mp3")
    command = ["export", "desk-break", "--voice", "null", "-o", str(tmp_path / "y.mp3")]
    assert loaded(f"from coach.cli import main\nassert main({command!r}) == 0") == set()


def test_the_high_profile_makes_the_same_session_at_twice_the_rate(tmp_path, store):
    from coach.audio.mp3 import HIGH
    from coach.session import content_of

    library = Library()
    routine = library.routine("desk-break")
    plain = Session.of("desk-break", "null", store=store)
    high = Session(routine, content_of(routine, library), plain.engine, store, profile=HIGH)
    made = high.export(tmp_path / "high.mp3")
    content = made.path.read_bytes()
    assert check_frames(content[audio_start(content[:10]) :], HIGH) == made.length_ms // GRID_MS
    assert [p for p in verify(made.path).problems if "loudness" not in p] == []


def test_a_player_shows_a_name_and_the_plan_keeps_the_id(tmp_path, store):
    from mutagen.id3 import ID3

    first, second = (
        Session.of("desk-break", "null", store=store).export(tmp_path / name).path for name in ("a.mp3", "b.mp3")
    )
    assert ID3(first)["TPE1"].text == ["Tones (null)"]
    assert read_timeline(first).voice == "null:tone"
    assert digest(first) == digest(second)
