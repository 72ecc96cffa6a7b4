"""A program at a real pseudo-terminal (POSIX only): what it shows to somebody who sits there."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import Any


def shown_at_terminal(
    command: Sequence[str],
    *,
    columns: int,
    env: Mapping[str, str],
    answers: bytes = b"",
    limit_s: float = 60,
    **more: Any,
) -> tuple[int, str]:
    """Run `command` with all three streams at a terminal of 40 lines; return its status and all that it showed.

    `answers` is typed once a question ([y/N]) is there. A question that nobody answers would wait for ever: after
    `limit_s` seconds the program is ended. `more` goes to Popen.
    """
    import fcntl
    import pty
    import struct
    import termios

    inside, outside = pty.openpty()
    fcntl.ioctl(outside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    running = subprocess.Popen(command, env=dict(env), stdin=outside, stdout=outside, stderr=outside, **more)
    os.close(outside)
    guard = threading.Timer(limit_s, running.kill)
    guard.start()
    shown = b""
    try:
        while True:
            try:
                part = os.read(inside, 65_536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not part:
                break
            shown += part
            if answers and b"[y/N]" in shown:
                os.write(inside, answers)
                answers = b""
        return running.wait(timeout=60), shown.decode()
    finally:
        guard.cancel()
        running.kill()
        running.wait()
        os.close(inside)
