"""What pip is told, and what a person is told when it fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scripts.fakes import Checkout, in_process, said

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the fakes are written for POSIX")


def test_the_users_pip_settings_count_but_not_those_that_install_elsewhere(checkout: Checkout, tmp_path: Path) -> None:
    bad = {"PYTHONPATH": str(tmp_path), "PIP_TARGET": str(tmp_path / "t"), "PIP_PREFIX": str(tmp_path / "p")}
    assert checkout.run(PIP_INDEX_URL="https://example.org/simple", PIP_USER="1", **bad).returncode == 0
    [call] = checkout.calls()
    assert call["env"]["PIP_INDEX_URL"] == "https://example.org/simple"
    assert call["env"]["PIP_USER"] == "0"
    assert not bad.keys() & call["env"].keys()


def test_a_failing_pip_is_one_line_with_the_cause_and_a_log(checkout: Checkout) -> None:
    checkout.tell("fail")
    out, err, status = said(checkout.run())
    assert (out, status) == ("", 1)
    assert err[-1].startswith("coach: the installation failed: No matching distribution found for something>=3 (log: ")
    assert "Collecting something" in Path(err[-1].partition("(log: ")[2].rstrip(")")).read_text()
    assert not any("Traceback" in line for line in err)
    assert (checkout.made.exists(), checkout.leftovers()) == (False, [])


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
