"""Files that are not documents get one plain line."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from coach.documents import read_file
from coach.errors import UnreadableFile


def reason(path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_file(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


def test_utf8_with_and_without_a_mark(tmp_path):
    path = tmp_path / "a.yaml"
    for raw in ("é\r\n".encode(), "\ufeffé\r\n".encode()):
        path.write_bytes(raw)
        assert read_file(path) == "é\r\n"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"a: 1\nb: \xff\n", "line 2 is not UTF-8 text"),
        ("a: é".encode("latin-1"), "line 1 is not UTF-8 text"),
        ("a: 1".encode("utf-16"), "line 1 is not UTF-8 text"),
        (b"RIFF\x00\x00WAVE", "is not a text file"),
        (b"a: \xed\xa0\x80", "line 1 is not UTF-8 text"),
        (b"x" * (256 * 1024 + 4), "is larger than 256 KiB, too large for a document"),
    ],
)
def test_bytes_that_are_no_text(tmp_path, raw, said):
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)
    assert reason(path) == said


def test_files_that_cannot_be_read(tmp_path):
    assert reason(tmp_path / "none.yaml") == "there is no such file"
    assert reason(tmp_path) == "is a folder, not a file"
    (tmp_path / "file").write_text("x")
    assert reason(tmp_path / "file" / "below.yaml") in ("a part of its path is not a folder", "there is no such file")
    assert reason(tmp_path / "a\0b") == "is not a possible file name"


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root and Windows read everything")
def test_a_file_without_permission(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("x")
    path.chmod(0)
    assert reason(path) == "reading it is not permitted"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_is_read_when_somebody_writes_to_it_and_never_waited_for(tmp_path):
    path = tmp_path / "a.yaml"
    os.mkfifo(path)
    assert reason(path) == "is a pipe that nothing comes through"
    read, write = os.pipe()
    late = threading.Timer(0.05, lambda: (os.write(write, b"a: 1\n"), os.close(write)))
    late.start()
    if not Path("/dev/fd").exists():
        pytest.skip("no /dev/fd")
    assert read_file(Path(f"/dev/fd/{read}")) == "a: 1\n"
    os.close(read)
    late.join()


def test_a_device_is_no_document():
    assert reason(Path(os.devnull)) == "is neither file nor pipe"
