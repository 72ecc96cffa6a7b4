"""./scripts/coach makes its environment once, whole or not at all, and then gets out of the way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.fakes import BASE, PYPROJECT, SCRIPTS, Checkout, alive, interpreters, wait_until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the fakes are written for POSIX")
OLD = [pytest.param(version, interpreters().get(version)) for version in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10")]


def said(result: subprocess.CompletedProcess[str]) -> tuple[str, list[str], int]:
    """Return stdout, the lines of stderr, and the exit status."""
    return result.stdout, result.stderr.splitlines(), result.returncode


def test_first_call_makes_it_and_later_calls_are_silent(checkout: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    (elsewhere / "coach").mkdir(parents=True)  # must not be taken for the package
    (elsewhere / "coach/__init__.py").write_text("print('trap')")
    (elsewhere / "coach/__main__.py").write_text("print('trap')")
    (elsewhere / "random.py").write_text("print('trap')")
    first = checkout.run("a b", "ü", "--x", cwd=elsewhere)
    out, err, status = said(first)
    assert out.split("|")[1:3] == [str(elsewhere), "['a b', 'ü', '--x']"]
    assert status == 0
    assert str(checkout.made) in err[0]
    assert "minute" in err[0]
    assert err[-1].startswith("coach: ready after")
    assert checkout.calls()[0]["argv"] == ["--disable-pip-version-check", "--no-input", "install", "-e", "."]
    again = checkout.run("seven", cwd=elsewhere)
    assert (again.stderr, again.returncode, len(checkout.calls())) == ("", 7, 1)
    assert checkout.leftovers() == []
    assert not (checkout.made / "scratch").exists()


def test_edited_code_counts_at_once(checkout: Checkout) -> None:
    checkout.run()
    (checkout.root / "coach/__main__.py").write_text("print('edited')")
    assert checkout.run().stdout == "edited\n"


def test_a_link_to_the_script_finds_the_checkout(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(checkout.root / "scripts/coach")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    assert checkout.run(script=tmp_path / "two", PYTHONSAFEPATH="1").returncode == 0
    assert checkout.made.is_dir()


def test_the_users_pip_settings_count_but_not_those_that_install_elsewhere(checkout: Checkout, tmp_path: Path) -> None:
    bad = {"PYTHONPATH": str(tmp_path), "PIP_TARGET": str(tmp_path / "t"), "PIP_PREFIX": str(tmp_path / "p")}
    assert checkout.run(PIP_INDEX_URL="https://example.org/simple", PIP_USER="1", **bad).returncode == 0
    [call] = checkout.calls()
    assert call["env"]["PIP_INDEX_URL"] == "https://example.org/simple"
    assert call["env"]["PIP_USER"] == "0"
    assert not bad.keys() & call["env"].keys()


def test_scripts_of_the_environment_know_their_place(checkout: Checkout) -> None:
    checkout.run()
    command = f'. "{checkout.made}/bin/activate" && command -v python'
    found = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(checkout.made / "bin/python")


@pytest.mark.parametrize("how", ["move", "copy"])
def test_a_moved_or_copied_checkout_gets_its_own(checkout: Checkout, how: str) -> None:
    checkout.run()
    if how == "move":
        other = checkout.moved("moved")
    else:
        shutil.copytree(checkout.root, checkout.root.with_name("copied"), symlinks=True)
        other = Checkout(checkout.root.with_name("copied"), checkout.cache, checkout.log, checkout.running)
    (other.root / "coach/__main__.py").write_text("import coach; print(coach.__file__)")
    assert other.run().stdout.strip() == str(other.root / "coach/__init__.py")
    assert len(other.calls()) == 2
    assert other.run().stderr == ""


def test_changed_dependencies_make_it_anew_and_changed_tool_settings_do_not(checkout: Checkout) -> None:
    project = checkout.root / "pyproject.toml"
    checkout.run()
    project.write_text(PYPROJECT.replace("setting = 1", "setting = 2"))
    assert (checkout.run().stderr, len(checkout.calls())) == ("", 1)
    project.write_text(PYPROJECT.replace('version = "0"', 'version = "0"\ndependencies = ["more"]'))
    assert "ready after" in checkout.run().stderr
    assert (len(checkout.calls()), checkout.leftovers()) == (2, [])
    project.write_text("[project")
    broken = checkout.run()
    assert (broken.returncode, len(broken.stderr.splitlines())) == (1, 1)
    assert "pyproject.toml cannot be read" in broken.stderr


def test_a_deleted_or_replaced_base_interpreter_is_noticed(checkout: Checkout, tmp_path: Path) -> None:
    base = tmp_path / "base-python"
    base.symlink_to(BASE)
    checkout.run(python=str(base))
    checkout.tell("ok")
    stamp = checkout.made / "psoas-coach.stamp"
    lines = stamp.read_bytes().split(b"\n")
    assert lines[2] == os.fsencode(base)
    lines[3] = b"1 1"  # a bugfix release took its place: the environment still works and is only stamped anew
    stamp.write_bytes(b"\n".join(lines))
    assert (checkout.run().stderr, len(checkout.calls())) == ("", 1)
    assert stamp.read_bytes().split(b"\n")[3] != b"1 1"
    base.unlink()
    assert checkout.run().returncode == 0
    assert len(checkout.calls()) == 2


def test_a_failing_pip_is_one_line_with_the_cause_and_a_log(checkout: Checkout) -> None:
    checkout.tell("fail")
    out, err, status = said(checkout.run())
    assert (out, status) == ("", 1)
    assert err[-1].startswith("coach: the installation failed: No matching distribution found for something>=3 (log: ")
    assert "Collecting something" in Path(err[-1].partition("(log: ")[2].rstrip(")")).read_text()
    assert not any("Traceback" in line for line in err)
    assert (checkout.made.exists(), checkout.leftovers()) == (False, [])


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


@pytest.mark.parametrize(("version", "python"), OLD)
class TestOldPython:
    """What a Python that is too old does."""

    @pytest.fixture(autouse=True)
    def _there(self, version: str, python: str | None) -> None:
        if python is None:
            pytest.skip(f"no Python {version} here")

    def test_one_line_says_what_is_needed(self, checkout: Checkout, tmp_path: Path, version: str, python: str) -> None:
        for script in ("coach", "test"):
            out, err, status = said(checkout.run(python=python, script=script, PATH=str(tmp_path)))
            assert (out, len(err), status) == ("", 1, 1)
            assert err[0].startswith(f"{script}: Python 3.11 or newer is needed and this is {version}.")
            assert "https://www.python.org/downloads/" in err[0]
            assert err[0].endswith(f"python3 {checkout.root / 'scripts' / script}")
        assert list((checkout.root / "scripts").glob("*.pyc")) == []

    def test_a_newer_one_on_the_path_is_used(
        self, checkout: Checkout, tmp_path: Path, python: str, version: str
    ) -> None:
        places = tmp_path / "bin"
        places.mkdir()
        shim = places / "python3.14"  # like pyenv's: there, but it does not start a Python
        shim.write_text("#!/bin/sh\nexit 127\n")
        shim.chmod(0o755)
        (places / "python3.11").symlink_to(BASE)
        made = checkout.run("x", python=python, PATH=f"{places}{os.pathsep}/usr/bin")
        assert (made.stdout.split("|")[2], made.returncode) == ("['x']", 0)
        ready = checkout.run("y", python=python, PATH=str(tmp_path))  # now any Python can start it
        assert (ready.stdout.split("|")[2], ready.stderr) == ("['y']", "")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root can write everywhere")
def test_a_checkout_that_cannot_be_written_has_it_in_the_cache(checkout: Checkout) -> None:
    (checkout.root / "calls").touch()
    checkout.root.chmod(0o555)
    try:
        assert checkout.run().returncode == 0
        assert checkout.run().stderr == ""
    finally:
        checkout.root.chmod(0o755)
    assert not checkout.made.exists()
    assert len(list(checkout.cache.glob("psoas-coach/environments/coach-*/bin/python"))) == 1


def in_process(checkout: Checkout, code: str) -> subprocess.CompletedProcess[str]:
    """Run `code` with the bootstraps' modules importable."""
    command = [BASE, "-c", f"import sys; sys.path.insert(0, sys.argv[1]); {code}", str(SCRIPTS)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=checkout.root)


def test_the_first_writable_folder_is_chosen_and_none_is_said(checkout: Checkout) -> None:
    code = "import _build; print(_build.writable(['pyproject.toml/no', 'deep/down/yes', 'later']))"
    assert in_process(checkout, code).stdout == "deep/down/yes\n"
    assert not (checkout.root / "deep/down/yes").exists()
    refused = in_process(checkout, "import _build; _build.writable(['pyproject.toml/no', 'told/no'])")
    assert "Failed: no folder to keep the environment in" in refused.stderr


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["ERROR: [Errno 28] No space left on device", "", "[notice] new pip"], "[Errno 28] No space left on device"),
        (["WARNING: Retrying after NewConnectionError('x: [Errno 111] Connection refused')", "ERROR: No matching "
          "distribution found for a"], "the package index cannot be reached ([Errno 111] Connection refused); "
         "is there a network?"),
        (["WARNING: Retrying after ReadTimeoutError", "ERROR: a-1 is broken"], "a-1 is broken"),
        (["│ error: command 'gcc' failed", "╰─> [end of output]", "note: not pip's fault",
          "error: subprocess-exited-with-error"], "command 'gcc' failed"),
        (["ERROR: Exception:", "Traceback (most recent call last):", "OSError: no"], "OSError: no"),
        ([], "exit status 3"),
    ],
)  # fmt: skip
def test_the_cause_is_the_last_line_that_means_something(checkout: Checkout, lines: list[str], told: str) -> None:
    code = f"import _installer as i; print(i.cause([x.strip(i.FRAME) for x in {lines!r}], 3))"
    assert in_process(checkout, code).stdout == told + "\n"


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
