"""`python -m coach` is the `coach` command. Its import is inside, so that even an early Ctrl-C ends calmly."""

from __future__ import annotations

import sys
from typing import NoReturn


def run() -> NoReturn:
    """Run the command line and end the process with its exit status."""
    try:
        from coach.cli import run as run_cli
    except KeyboardInterrupt:
        sys.exit(1)
    run_cli()


if __name__ == "__main__":
    run()
