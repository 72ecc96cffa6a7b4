"""How the command ends when it is stopped, killed, or nobody reads it: in processes of their own."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coach.audio.tags import read_timeline
from coach.cli.bar import Bar
from tests.cli.conftest import ROOT, SLOW

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and pipes")

EXPORT = ("export", "desk-break", "--voice", "null", "-o", "x.mp3")


def _left_over(folder):
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_rendering_with_one_line(process, work_folder, tmp_path, name):
    # A sentence of a minute: who waits for the pool waits too long.
    running = process(*EXPORT, before=SLOW.format(pause_s=60))
    assert running.stderr.readline() == b"speaking\n"
    running.send_signal(getattr(signal, name))
    _, err = running.communicate(timeout=20)
    lines = [line for line in err.decode().splitlines() if line != "speaking"]
    assert lines == ["coach: stopped; nothing was left half-written"]
    assert running.returncode == 1
    assert _left_over(work_folder) == []
    assert list((tmp_path / "cache").rglob("*.part")) == []


# The write of the MP3 itself stops after its first bytes, with the temporary file there.
HALF = """
import sys, time
from coach.audio.render import Desk
splice = Desk.splice
def slow(self, timeline):
    for index, frames in enumerate(splice(self, timeline)):
        if index == 5:
            sys.stderr.write("writing\\n"); sys.stderr.flush()
            time.sleep(60)
        yield frames
Desk.splice = slow
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_in_the_middle_of_the_file_removes_its_temporary(process, work_folder, name):
    (work_folder / "x.mp3").write_bytes(b"the one before")
    running = process(*EXPORT, "-f", before=HALF)
    assert running.stderr.readline() == b"writing\n"
    assert len(_left_over(work_folder)) == 2
    running.send_signal(getattr(signal, name))
    _, err = running.communicate(timeout=20)
    assert err == b"coach: stopped; nothing was left half-written\n"
    assert running.returncode == 1
    assert _left_over(work_folder) == ["x.mp3"]
    assert (work_folder / "x.mp3").read_bytes() == b"the one before"


def test_kill_in_the_middle_leaves_no_half_file_and_the_next_run_is_whole(process, work_folder, coach):
    running = process(*EXPORT, before=HALF)
    assert running.stderr.readline() == b"writing\n"
    running.kill()
    running.wait()
    assert not (work_folder / "x.mp3").exists()
    assert coach(*EXPORT).status == 0
    assert read_timeline(work_folder / "x.mp3").length_ms == 180_000
    assert coach("verify", "x.mp3").status == 0


def test_what_the_caller_ignores_stays_ignored(process):
    before = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + SLOW.format(pause_s=0.01)
    running = process(*EXPORT, before=before)
    assert running.stderr.readline() == b"speaking\n"
    running.send_signal(signal.SIGHUP)
    running.communicate(timeout=60)
    assert running.returncode == 0


@pytest.mark.parametrize("arguments", [("list",), ("show", "strong-hips", "--voice", "null", "--cues"), ("--help",)])
def test_a_closed_pipe_is_quiet(process, arguments):
    read, write = os.pipe()
    os.close(read)
    running = process(*arguments, stdout=write)
    os.close(write)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 1
    assert b"Traceback" not in err
    assert b"Broken" not in err
    assert b"Exception" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_stdout_is_one_line(process):
    with Path("/dev/full").open("wb") as full:
        running = process("show", "desk-break", "--voice", "null", "--json", stdout=full)
        _, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (1, b"coach: the output could not be written: the disk is full\n")


def test_a_limit_on_file_size_is_told_and_leaves_nothing(process, work_folder):
    before = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))\n"
    running = process(*EXPORT, before=before)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert b"cannot write x.mp3: the disk cannot hold a file this large" in err
    assert _left_over(work_folder) == []


def test_an_empty_path_and_environment_leave_stderr_empty(process, tmp_path):
    running = process(*EXPORT, "--json", env={"PATH": ""})
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")
    assert json.loads(out)["path"] == "x.mp3"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_without_the_letters_gets_others(process, work_folder, encoding):
    (work_folder / "r.yaml").write_text(
        "schema: 1\nid: r\nname: Dehnübung 髂腰肌\nsteps:\n  - talk: Steh auf.\n  - movement: fencers-stretch\n",
        encoding="utf-8",
    )
    running = process("show", "r.yaml", "--voice", "null", env={"PYTHONIOENCODING": encoding})
    out, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    # click takes ASCII for a mistake and writes UTF-8 all the same; what is drawn is plain in any case.
    shown = out.decode("utf-8" if encoding == "ascii" else encoding)
    assert "█" not in shown
    assert "####" in shown


def test_closed_streams_are_no_trouble(work_folder):
    code = "from coach.cli import run; run()"
    for closed in (">&-", "2>&-", "<&-"):
        shell = f'"{sys.executable}" -c "{code}" list {closed}'
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, timeout=30, env=env)
        assert "Traceback" not in done.stderr
        assert done.returncode == 0


def test_no_home_at_all_is_one_line(process):
    before = "import os, pathlib\ndef no(*_): raise RuntimeError('no home')\npathlib.Path.home = no\n"
    running = process("list", before=before, env={"COACH_HOME": "", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""})
    _, err = running.communicate(timeout=30)
    if sys.platform != "darwin":
        assert running.returncode == 1
        assert err.decode().startswith("coach: your home folder is not known")


def _without_stderr(stderr, *arguments):
    """The exit status with a stderr that takes nothing."""
    shell = f'"{sys.executable}" -c "from coach.cli import run; run()" {" ".join(arguments)} {stderr}'
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60, env=env)
    return done.returncode, done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full", "2> >(exit)"])
def test_messages_that_nobody_can_read_change_no_status(work_folder, stderr):
    (work_folder / "r.yaml").write_text("schema: 1\nid: r\nname: R\nsteps:\n  - tlak: Hello.\n", encoding="utf-8")
    if not Path("/dev/full").exists() and "full" in stderr:
        pytest.skip("no /dev/full")
    # Each of these writes messages; the reader of the last kind may go at once or a moment later.
    status, out = _without_stderr(stderr, "list", "--movements")
    assert (status, "fencers-stretch" in out) == (0, True)
    assert _without_stderr(stderr, "")[0] == 0
    for asked in ("show nope", "check r.yaml", "show r.yaml", "exprt"):
        assert _without_stderr(stderr, asked) == (2, "")
    status, out = _without_stderr(stderr, *EXPORT)
    assert (status, out[:5]) == (0, "x.mp3")
    assert read_timeline(work_folder / "x.mp3").length_ms == 180_000


def test_a_terminal_that_goes_away_ends_no_bar():
    class Gone(io.StringIO):
        def write(self, text):
            raise OSError(errno.EIO, "gone")

    with Bar("Recording", "Done", Gone()) as bar:
        bar.show(1, 2)
        bar.show(2, 2)


def test_what_libraries_write_to_a_closed_stderr_gets_into_no_file(work_folder):
    before = "import os; from coach.cli import ending; ending.fill_stderr()"
    code = f"{before}; f = os.open('made', os.O_CREAT | os.O_WRONLY); os.write(2, b'noise')"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(["sh", "-c", f'"{sys.executable}" -c "{code}" 2>&-'], check=True, timeout=30, env=env)
    assert (work_folder / "made").read_bytes() == b""
