"""P3: the same routine gives the same bytes, whatever is cached, whoever exports, wherever and in what locale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from coach.audio.store import Store
from coach.session import Session
from coach.voice.catalog import open_voice
from tests.script.generated import routines
from tests.soak.work import CONTEXT, SHORT, digest, export, export_and_tell, quick_voice, talk_routine

ROOT = Path(__file__).parents[2]
EXPORTERS, CUES = 8, 60


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.soak)])
def test_p3_eight_exporters_of_sixty_cues_render_sixty_times(tmp_path, rounds):
    routine = talk_routine(tmp_path, CUES - 1)  # and the safety line
    export(routine, None, tmp_path / "alone.mp3")
    for number in range(rounds):
        targets = [tmp_path / f"{number}-{n}.mp3" for n in range(EXPORTERS)]
        told = CONTEXT.Queue()
        given = [(routine, tmp_path / f"cache{number}", [target], told) for target in targets]
        processes = [CONTEXT.Process(target=export_and_tell, args=each) for each in given]
        for process in processes:
            process.start()
        rendered = [told.get(timeout=120) for _ in processes]
        for process in processes:
            process.join()
        assert sum(rendered) == CUES
        assert {digest(target) for target in targets} == {digest(tmp_path / "alone.mp3")}
        assert Store(tmp_path / f"cache{number}").info().clips == CUES


def _same_from_everywhere(made, folder: Path) -> None:
    routine, content = made

    def exported(store: Store, name: str) -> tuple[str, int, int]:
        with quick_voice():
            done = Session(routine, content, open_voice("null"), store).export(folder / name, overwrite=True)
        return digest(done.path), done.cues, done.rendered

    cache = folder / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    cold, cues, rendered = exported(Store(cache), "cold.mp3")
    assert rendered == cues > 0
    assert exported(Store(cache), "warm.mp3") == (cold, cues, 0)
    assert exported(Store(None), "none.mp3") == (cold, cues, cues)


def test_p3_what_else_is_cached_changes_nothing(tmp_path):
    """Estimates say that a full line does not fit a short hold. The cache knows better, and must not be asked."""
    for hold_s in (60, 10):
        text = SHORT.replace("hold: 20s", f"hold: {hold_s}s")
        (tmp_path / f"{hold_s}.yaml").write_text(text, encoding="utf-8")
    export(tmp_path / "10.yaml", None, tmp_path / "alone.mp3")
    export(tmp_path / "60.yaml", tmp_path / "cache", tmp_path / "other.mp3")
    export(tmp_path / "10.yaml", tmp_path / "cache", tmp_path / "among.mp3")
    assert digest(tmp_path / "among.mp3") == digest(tmp_path / "alone.mp3")


_any = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
_phases = (Phase.explicit, Phase.generate)  # a failure is shown as found: shrinking would export for an hour


@settings(max_examples=12, phases=_phases, **_any)
@given(made=routines())
def test_p3_random_routines_cold_warm_and_without_a_cache(made, tmp_path_factory):
    _same_from_everywhere(made, tmp_path_factory.mktemp("p3"))


@pytest.mark.soak
@settings(max_examples=1_000, phases=_phases, **_any)
@given(made=routines())
def test_p3_a_thousand_random_routines(made, tmp_path_factory):
    _same_from_everywhere(made, tmp_path_factory.getbasetemp())


SURROUNDINGS = {
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "hash seed 77, another zone": {"PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland"},
    "no locale, no UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "America/St_Johns"},
    "another locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "0"},
}


def test_p3_the_same_bytes_in_any_surroundings(tmp_path):
    """Each in a process, a working folder and a cache of its own."""
    made = set()
    for number, (name, extra) in enumerate(SURROUNDINGS.items()):
        folder = tmp_path / f"füö {number}"
        folder.mkdir()
        environment = {**os.environ, "COACH_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT), **extra}
        command = [sys.executable, "-m", "coach", "export", "desk-break", "--voice", "null", "-o", "x.mp3"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (name, done.stderr)
        made.add(digest(folder / "x.mp3"))
    Session.of("desk-break", "null", store=Store(None)).export(tmp_path / "here.mp3")
    assert made == {digest(tmp_path / "here.mp3")}
