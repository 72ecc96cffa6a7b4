"""./scripts/test and .ci/run: every check runs, the first failure is the exit status."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.scripts.fakes import BASE, SCRIPTS, Checkout, interpreters

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the fakes are written for POSIX")

TOOL = """import os, pathlib, sys
name = pathlib.Path(__file__).stem
with pathlib.Path("ran").open("a") as ran:
    ran.write(" ".join([name, *sys.argv[1:]]) + "\\n")
print("from", name, flush=True)
status = os.environ.get("FAKE_" + name, "0")
os.kill(os.getpid(), 9) if status == "killed" else sys.exit(int(status))
"""


@pytest.fixture
def tools(checkout: Checkout) -> Checkout:
    """A checkout whose checks are fakes: they note how they were called and fail when told by FAKE_name."""
    for name in ("ruff", "mypy", "pytest"):
        (checkout.root / f"{name}.py").write_text(TOOL)
    (checkout.root / "importlinter").mkdir()
    (checkout.root / "importlinter/__init__.py").touch()
    (checkout.root / "importlinter/lint.py").write_text(TOOL)
    (checkout.root / "importlinter/cli.py").write_text(
        "def lint_imports_command():\n    import runpy\n    runpy.run_module('importlinter.lint', run_name='x')\n"
    )
    return checkout


def headings(text: str) -> list[str]:
    """The lines that head the checks."""
    return [line for line in text.splitlines() if line.startswith("== ")]


ALL = ["== ruff check", "== ruff format --check", "== lint-imports", "== mypy", "== pytest"]


def test_all_checks_run_in_order_and_pytest_has_the_last_word(tools: Checkout) -> None:
    result = tools.run(script="test")
    assert (result.returncode, headings(result.stdout)) == (0, ALL), result.stderr
    assert result.stdout.splitlines()[-1] == "from pytest"
    ran = (tools.root / "ran").read_text().splitlines()
    assert [line.split()[0] for line in ran] == ["ruff", "ruff", "lint", "mypy", "pytest"]
    assert "scripts/coach" in ran[0]
    wanted = [["-e", ".[test]"], ["big-recogniser>=1", "model"]]
    assert [call["argv"][3:] for call in tools.calls()] == wanted
    again = tools.run(script="test")
    assert (again.stderr, len(tools.calls())) == ("", 2)


def test_the_first_failure_is_the_exit_status_and_the_rest_still_runs(tools: Checkout) -> None:
    result = tools.run(script="test", FAKE_mypy="3", FAKE_pytest="5")
    assert (result.returncode, headings(result.stdout)) == (3, ALL)
    assert result.stderr.splitlines()[-1] == "test: failed: mypy, pytest"
    only = tools.run(script="test", FAKE_pytest="5")
    assert (only.returncode, only.stderr) == (5, "")
    assert tools.run(script="test", FAKE_lint="killed").returncode == 137


def test_arguments_go_to_pytest_alone(tools: Checkout) -> None:
    result = tools.run("-k", "a or b", "tests/x", script="test", FAKE_ruff="1")
    assert (result.returncode, headings(result.stdout)) == (0, ["== pytest"])
    assert (tools.root / "ran").read_text() == "pytest -k a or b tests/x\n"


def test_an_extra_without_wheels_is_one_line_of_notice(tools: Checkout) -> None:
    tools.tell("deaf")
    result = tools.run(script="test")
    assert (result.returncode, headings(result.stdout)) == (0, ALL)
    [notice] = [line for line in result.stderr.splitlines() if "going on without the extra 'ear'" in line]
    assert "No matching distribution found for something>=3" in notice
    assert str(tools.root / ".venv-test") in notice


def test_another_python_gets_another_test_environment(tools: Checkout) -> None:
    assert tools.run(script="test").returncode == 0
    stamp = tools.root / ".venv-test/psoas-coach.stamp"
    lines = stamp.read_bytes().split(b"\n")
    assert lines[4] == b"%d.%d" % sys.version_info[:2]
    lines[4] = b"3.99"
    stamp.write_bytes(b"\n".join(lines))
    for python in filter(None, [interpreters().get("3.10")]):  # too old to be meant: any environment will do
        assert (tools.run(script="test", python=python).stderr, len(tools.calls())) == ("", 2)
    assert tools.run(script="test").returncode == 0
    assert len(tools.calls()) == 4


def test_ci_runs_it_from_anywhere_without_stdin(tools: Checkout) -> None:
    shutil.copytree(SCRIPTS.parent / ".ci", tools.root / ".ci")
    path = tools.log / "bin"
    path.mkdir()
    (path / "python3").symlink_to(BASE)
    env = {**os.environ, "CI": "true", "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "FAKE_pytest": "4"}
    command = ["sh", "-c", 'exec bash "$0" <&-', str(tools.root / ".ci/run")]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=env)
    assert (result.returncode, headings(result.stdout)) == (4, ALL), result.stderr


def test_the_scripts_can_be_run() -> None:
    for script in (SCRIPTS / "coach", SCRIPTS / "test"):
        assert os.access(script, os.X_OK)
        assert script.read_bytes().startswith(b"#!/usr/bin/env python3\n")
