"""Making the private environment: once, whole or not at all, whoever fails, stops or kills it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.fakes import BASE, PYPROJECT, SCRIPTS, Checkout, alive, in_process, said, wait_until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the fakes are written for POSIX")


def test_scripts_of_the_environment_know_their_place(checkout: Checkout) -> None:
    checkout.run()
    command = f'. "{checkout.made}/bin/activate" && command -v python'
    found = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(checkout.made / "bin/python")


def test_a_failed_renewal_keeps_nothing_wrong_in_use(checkout: Checkout) -> None:
    checkout.run()
    (checkout.root / "pyproject.toml").write_text(PYPROJECT.replace('"0"', '"1"'))
    checkout.tell("fail")
    assert [checkout.run().returncode for _ in range(2)] == [1, 1]
    checkout.tell("ok")
    assert checkout.run().returncode == 0


def test_killed_half_way_nothing_is_used_and_the_next_call_sweeps(checkout: Checkout) -> None:
    checkout.tell("hang")
    process = checkout.start()
    wait_until(checkout.calls)
    process.kill()
    process.wait()
    assert not checkout.made.exists()
    assert len(checkout.leftovers()) == 1
    checkout.tell("ok")
    assert checkout.run().returncode == 0
    assert checkout.leftovers() == []
    assert checkout.made.is_dir()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_half_way_leaves_nothing(checkout: Checkout, number: signal.Signals) -> None:
    checkout.tell("hang")
    process = checkout.start()
    wait_until(checkout.calls)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (out, process.returncode) == ("", 130)
    assert err.splitlines()[-1].startswith("coach: stopped")
    assert "Traceback" not in err
    assert (checkout.made.exists(), checkout.leftovers()) == (False, [])
    assert not alive(checkout.calls()[0]["pid"])


def test_two_first_calls_share_one_environment(checkout: Checkout) -> None:
    checkout.tell("slow")
    processes = [checkout.start(str(number)) for number in range(3)]
    wait_until(checkout.calls)
    [part] = checkout.leftovers()
    inode = (checkout.root / part).stat().st_ino
    told = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert [out.split("|")[2] for out, _ in told] == ["['0']", "['1']", "['2']"]
    assert sum("waiting for it" in err for _, err in told) == 2
    assert (len(checkout.calls()), checkout.leftovers()) == (1, [])
    assert checkout.made.stat().st_ino == inode  # it got its name by one rename, complete


def test_something_else_under_the_name_is_replaced(checkout: Checkout) -> None:
    checkout.made.write_text("a file")
    assert checkout.run().returncode == 0
    assert checkout.made.is_dir()


def test_without_ensurepip_one_line_names_the_cure(checkout: Checkout, tmp_path: Path) -> None:
    (checkout.root / "scripts/ensurepip.py").write_text("raise ImportError")
    out, err, status = said(checkout.run(PATH=str(tmp_path)))
    assert (out, len(err), status) == ("", 1, 1)
    assert f"python{sys.version_info[0]}.{sys.version_info[1]}-venv" in err[0]
    assert not checkout.made.exists()


def test_the_first_writable_folder_is_chosen_and_none_is_said(checkout: Checkout) -> None:
    code = "import _build; print(_build.writable(['pyproject.toml/no', 'deep/down/yes', 'later']))"
    assert in_process(checkout, code).stdout == "deep/down/yes\n"
    assert not (checkout.root / "deep/down/yes").exists()
    refused = in_process(checkout, "import _build; _build.writable(['pyproject.toml/no', 'told/no'])")
    assert "Failed: no folder to keep the environment in" in refused.stderr


BACKEND = """import pathlib, zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    facts, name = "psoas_coach-0.dist-info/", "psoas_coach-0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("psoas_coach.pth", str(pathlib.Path.cwd()))
        wheel.writestr(facts + "METADATA", "Metadata-Version: 2.1\\nName: psoas-coach\\nVersion: 0\\n")
        wheel.writestr(facts + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(facts + "entry_points.txt", "[console_scripts]\\ncoach = runpy:run_module\\n")
        wheel.writestr(facts + "RECORD", "")
    return name
"""


def test_with_the_real_venv_and_pip(checkout: Checkout) -> None:
    shutil.copy(SCRIPTS / "_build.py", checkout.root / "scripts/_build.py")
    (checkout.root / "backend.py").write_text(BACKEND)
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (checkout.root / "pyproject.toml").write_text(build + PYPROJECT)
    result = checkout.run("x", PIP_NO_INDEX="1")
    assert (result.stdout.split("|")[2], result.returncode) == ("['x']", 0), result.stderr
    assert str(checkout.made) in (checkout.made / "bin/coach").read_text()
    assert ".part-" not in (checkout.made / "pyvenv.cfg").read_text()
    assert (checkout.run().stderr, checkout.leftovers()) == ("", [])


@pytest.mark.soak
def test_this_checkout_installs_and_speaks_its_help(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns(".venv*", ".git", "__pycache__", ".*_cache", "objects")
    shutil.copytree(SCRIPTS.parent, tmp_path / "a clone", ignore=ignored)
    command = [BASE, str(tmp_path / "a clone/scripts/coach"), "--help"]
    for _ in range(2):
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert (result.returncode, result.stdout.startswith("Usage: coach")) == (0, True), result.stderr
    assert result.stderr == ""
