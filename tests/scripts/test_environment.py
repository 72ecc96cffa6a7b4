"""./scripts/coach finds or makes its environment, knows when it is out of date, and then gets out of the way."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.scripts.fakes import BASE, PYPROJECT, Checkout, interpreters, said

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the fakes are written for POSIX")
OLD = [pytest.param(version, interpreters().get(version)) for version in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10")]


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


SAYS = "import os; print(os.environ.get('COACH_CALLED_AS'))"


@pytest.mark.parametrize("how", ["here", "inside", "outside", "path", "python"])
def test_coach_learns_what_was_typed(checkout: Checkout, tmp_path: Path, how: str) -> None:
    """What it is told to be called is run again by a shell, from the same folder, and works."""
    checkout.run()
    (checkout.root / "coach/__main__.py").write_text(SAYS)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/stretch").symlink_to(checkout.root / "scripts/coach")
    # The interpreter of the first line is found on the PATH too.
    env = {**os.environ, "PATH": os.pathsep.join([str(tmp_path / "bin"), str(Path(BASE).parent), os.environ["PATH"]])}
    env["COACH_CALLED_AS"] = "stale"
    whole = str(checkout.root / "scripts/coach")
    typed, folder, said = {
        "here": ("./scripts/coach", checkout.root, "./scripts/coach"),
        "inside": ("./coach", checkout.root / "scripts", "./coach"),
        "outside": (f"'{whole}'", tmp_path, f"'{whole}'"),
        "path": ("stretch", tmp_path, "stretch"),
        "python": ("python3 coach", checkout.root / "scripts", "./coach"),
    }[how]
    for command in (typed, said):
        done = subprocess.run(["sh", "-c", command], cwd=folder, env=env, capture_output=True, text=True, check=True)
        assert done.stdout == said + "\n"


def test_edited_code_counts_at_once(checkout: Checkout) -> None:
    checkout.run()
    (checkout.root / "coach/__main__.py").write_text("print('edited')")
    assert checkout.run().stdout == "edited\n"


def test_a_link_to_the_script_finds_the_checkout(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(checkout.root / "scripts/coach")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    assert checkout.run(script=tmp_path / "two", PYTHONSAFEPATH="1").returncode == 0
    assert checkout.made.is_dir()


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
