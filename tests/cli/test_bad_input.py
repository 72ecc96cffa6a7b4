"""What is asked wrongly: one clear line, the right exit status, and nothing written."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from coach import paths
from coach.routine.library import DATA

NULL = ("--voice", "null")

LONG = "x" * 300 + ".mp3"

ASKED = {
    "unknown command": (("exprt", "desk-break"), "did you mean export?"),
    "far from any command": (("xyzzy",), "there is no command 'xyzzy'"),
    "unknown option": (("export", "desk-break", "--minute", "3"), "--minutes"),
    "no routine": (("export",), "coach list"),
    "unknown routine": (("export", "post-run-coldown", *NULL), "did you mean post-run-cooldown?"),
    "unknown routine to show": (("show", "desk-brake"), "did you mean desk-break?"),
    "missing routine file": (("export", "mine.yaml", *NULL), "there is no such file"),
    "a folder as a routine": (("export", "./", *NULL), "is a folder"),
    "a binary as a routine": (("export", "binary.yaml", *NULL), "is not a text file"),
    "unknown voice": (("export", "desk-break", "--voice", "nul"), "did you mean null?"),
    "unknown voice of an engine": (("export", "desk-break", "--voice", "null:bass"), "did you mean null:tone?"),
    "length without meaning": (("export", "desk-break", "--minutes", "soon"), "'soon' is not a length"),
    "no length": (("export", "desk-break", "--minutes", "0"), "lasts longer than nothing"),
    "impossible length": (("export", "desk-break", "--minutes", "99", *NULL), "5:00 at the most"),
    "impossible length to show": (("show", "desk-break", "--minutes", "1", *NULL), "2:00 at the least"),
    "missing folder": (("export", "desk-break", "-o", "nowhere/x.mp3", *NULL), "the folder nowhere does not exist"),
    "missing folder by slash": (("export", "desk-break", "-o", "nowhere/", *NULL), "the folder nowhere does not exist"),
    "a file as the folder": (("export", "desk-break", "-o", "plain.txt/x.mp3", *NULL), "plain.txt is not a folder"),
    "not an MP3's name": (("export", "desk-break", "-o", "music", *NULL), "-o music.mp3"),
    "an MP3 without a name": (("export", "desk-break", "-o", "plain/.mp3", *NULL), "-o plain/desk-break.mp3 names"),
    "too long a name": (("export", "desk-break", "-o", LONG, *NULL), "the name is too long"),
    "too long a folder": (("export", "desk-break", "-o", f"{LONG}/x.mp3", *NULL), "the name is too long"),
    "a file within the path": (("export", "desk-break", "-o", "plain.txt/y/x.mp3", *NULL), "is not a folder"),
    "a link to itself": (("export", "desk-break", "-o", "loop.mp3", *NULL), "already there"),
    "a link to itself, forced": (("export", "desk-break", "-f", "-o", "loop.mp3", *NULL), "lead in a circle"),
    "a link to itself as folder": (("export", "desk-break", "-o", "loop.mp3/x.mp3", *NULL), "lead in a circle"),
    "a pipe to overwrite": (("export", "desk-break", "-f", "-o", "pipe.mp3", *NULL), "a device or a pipe, not a file"),
    "too long a picture": (("show", "desk-break", "--png", LONG[:-3] + "png", *NULL), "the name is too long"),
    "a picture of another kind": (("show", "desk-break", "--png", "x.jpg", *NULL), "--png x.png names one"),
    "a picture without a kind": (("show", "desk-break", "--png", "v1.plan", *NULL), "--png v1.plan.png names one"),
    "a picture without a name": (("show", "desk-break", "--png", "./.png", *NULL), "--png plan.png names one"),
    "unknown voice of the computer": (("export", "desk-break", "--voice", "system:Nobody"), "coach voices list"),
    "unknown voice to show": (("show", "desk-break", "--voice", "piper:jo"), "did you mean piper:joe?"),
    "a voice of an engine to keep": (("config", "set", "voice", "piper:jo"), "did you mean piper:joe?"),
    "a voice of the computer to keep": (("config", "set", "voice", "system:Nobody"), "there is no voice called"),
    "unknown home of a picture": (("show", "desk-break", "--png", "~nobody-at-all/x.png", *NULL), "home folder is not"),
    "missing folder of a picture": (("show", "desk-break", "--png", "nowhere/x.png", *NULL), "nowhere does not exist"),
    "a folder as a picture": (("show", "desk-break", "-f", "--png", ".", *NULL), "it is a folder"),
    "check a pipe without a writer": (("check", "pipe.mp3"), "a pipe that nothing comes through"),
    "a pipe without a writer as a routine": (("show", "./pipe.mp3", *NULL), "a pipe that nothing comes through"),
    "export a pipe without a writer": (("export", "./pipe.mp3", *NULL), "a pipe that nothing comes through"),
    "check a device": (("check", os.devnull), "is neither file nor pipe"),
    "check a link to itself": (("check", "loop.mp3"), "too many levels"),
    "verify a pipe": (("verify", "pipe.mp3"), "is not a file on a disk"),
    "verify a link to itself": (("verify", "loop.mp3"), "too many levels"),
    "unknown home": (("export", "desk-break", "-o", "~nobody-at-all/x.mp3", *NULL), "home folder is not known"),
    "check without a file": (("check",), "missing argument"),
    "check a missing file": (("check", "nothing.yaml"), "nothing.yaml: there is no such file"),
    "check a folder": (("check", "."), "is a folder, not a file"),
    "check a binary": (("check", "binary.yaml"), "is not a text file"),
    "check something else": (("check", "other.yaml"), "neither a routine, nor a movement"),
    "check a text": (("check", "plain.txt"), "neither a routine, nor a movement"),
    "check an empty file": (("check", "empty.yaml"), "empty.yaml"),
    "check a foreign MP3": (("check", "foreign.mp3"), "was not made by coach"),
    "verify a text": (("verify", "plain.txt"), "plain.txt"),
    "verify a missing file": (("verify", "nothing.mp3"), "nothing.mp3: there is no such file"),
    "verify a folder": (("verify", "."), "is a folder, not a file"),
    "unknown setting": (("config", "get", "voise"), "did you mean voice?"),
    "unknown setting to set": (("config", "set", "outptu", "x"), "did you mean output?"),
    "a setting's wrong value": (("config", "set", "bed", "loud"), "'loud' is not one of"),
    "a cache without room": (("config", "set", "cache_limit", "5"), "from 10 to 1000000"),
    "a voice to keep": (("config", "set", "voice", "nul"), "did you mean null?"),
    "a folder to keep": (("config", "set", "output", "nowhere"), "there is no folder nowhere"),
    "a setting of two lines": (("config", "set", "output", "a\nb"), "line break"),
    "an empty target": (("export", "desk-break", "-o", "", *NULL), "'-o' / '--output': an empty name"),
    "an empty picture": (("show", "desk-break", "--png", "", *NULL), "'--png': an empty name"),
    "an empty picture of a movement": (("show", "lunge", "--png", ""), "'--png': an empty name"),
    "an empty voice": (("export", "desk-break", "--voice", ""), "'--voice': an empty name"),
    "an empty target of a sentence": (("voices", "say", "Hello.", "-o", "", *NULL), "an empty name"),
    "an empty target of a movement": (("say", "--movement", "lunge", "-o", "", *NULL), "an empty name"),
    "an empty movement": (("say", "--movement", "", *NULL), "an empty name"),
    "an empty target of a new file": (("new", "mine", "-o", ""), "an empty name"),
    "an empty target of a schema": (("schema", "-o", ""), "an empty name"),
    "an empty target of a made one": (("make", "-o", ""), "an empty name"),
    "nothing to avoid": (("make", "--avoid", ""), "'--avoid': there is no word in it"),
    "no kit at all": (("list", "--kit", " , "), "'--kit': there is no word in it"),
    "an empty file to verify": (("verify", ""), "an empty name"),
    "an empty file to check": (("check", ""), "an empty name"),
    "nothing to say": (("voices", "say", ""), "nothing to say"),
    "unknown part of a group": (("cache", "clean"), "clean"),
}


@pytest.fixture
def things(work_folder):
    (work_folder / "binary.yaml").write_bytes(bytes(range(256)))
    (work_folder / "plain.txt").write_text("just words\n", encoding="utf-8")
    (work_folder / "other.yaml").write_text("schema: 1\nshopping: [milk]\n", encoding="utf-8")
    (work_folder / "empty.yaml").write_text("", encoding="utf-8")
    (work_folder / "foreign.mp3").write_bytes(b"\xff\xfb\x90\x00" + bytes(2000))
    (work_folder / "loop.mp3").symlink_to("loop.mp3")
    os.mkfifo(work_folder / "pipe.mp3")
    return work_folder


def _all_files(folder):
    return {path: path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.mark.parametrize("case", ASKED)
def test_what_is_asked_wrongly_is_one_message_and_changes_nothing(coach, things, case):
    arguments, words = ASKED[case]
    before = _all_files(things)
    result = coach(*arguments)
    assert result.status == 2
    assert words in result.err
    assert result.out == ""
    assert "Traceback" not in result.err
    assert len(result.err.splitlines()) <= 2
    assert _all_files(things) == before
    assert not (paths.home_dir() / "config.yaml").exists()


DOCUMENTS = {
    "a wrong key": ("movment: lunge", ":5:5: ", "did you mean 'movement'?"),
    "a bare number": ("rest: 20", ":5:11: ", "write 20s"),
    "an unknown movement": ("movement: lunje", ":5:15: ", "did you mean 'lunge'?"),
}


@pytest.mark.parametrize("command", ["export", "show", "check"])
@pytest.mark.parametrize("case", DOCUMENTS)
def test_a_wrong_document_is_told_with_its_place_by_every_command(coach, work_folder, command, case):
    line, place, cure = DOCUMENTS[case]
    (work_folder / "r.yaml").write_text(f"schema: 1\nid: r\nname: R\nsteps:\n  - {line}\n", encoding="utf-8")
    result = coach(command, "r.yaml", *(NULL if command != "check" else ()))
    assert result.status == 2
    assert result.err.startswith(f"r.yaml{place}")
    assert cure in result.err
    assert [path.name for path in work_folder.iterdir()] == ["r.yaml"]


@pytest.mark.parametrize("text", ["schema: 1\nvoise: x\n", "schema: 1\nbed: loud\n", "{", "schema: 1\nvoice: [a]\n"])
@pytest.mark.parametrize("arguments", [("config",), ("export", "desk-break"), ("config", "set", "bed", "none")])
def test_a_wrong_settings_file_is_told_with_its_place_and_left_as_it_is(coach, work_folder, arguments, text):
    path = paths.home_dir() / "config.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    result = coach(*arguments)
    assert result.status == 2
    assert f"{path}:" in result.err
    assert path.read_text(encoding="utf-8") == text
    assert list(work_folder.iterdir()) == []


# --- it should have worked but did not ----------------------------------------------------------


@pytest.mark.parametrize("arguments", [("export", "desk-break", "-o", "in/x.mp3"), ("show", "x", "--png", "in/x.png")])
def test_a_folder_one_may_not_look_into_is_told_before_the_rendering(coach, work_folder, monkeypatch, arguments):
    (work_folder / "in").mkdir()
    look = os.lstat

    def forbidden(path, **options):  # root may look anywhere
        if Path(path).parent.name == "in":
            raise PermissionError(errno.EACCES, "Permission denied")
        return look(path, **options)

    monkeypatch.setattr(os, "lstat", forbidden)
    result = coach(*arguments, *NULL)
    assert result.status == 1
    assert "writing there is not permitted" in result.err
    assert not (paths.cache_dir() / "v1").exists()


@pytest.mark.parametrize("part", ["info", "verify", "gc"])
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("file", "is not a folder"),
        ("file/cache", "is not a folder"),
        ("loop", "lead in a circle"),
        ("broken", "is not a folder"),
    ],
)
def test_a_cache_that_is_no_folder_is_one_line(coach, work_folder, monkeypatch, part, place, words):
    (work_folder / "file").write_text("", encoding="utf-8")
    (work_folder / "loop").symlink_to("loop")
    (work_folder / "broken").mkdir()
    (work_folder / "broken" / "v1").write_text("", encoding="utf-8")
    monkeypatch.setenv("COACH_CACHE", str(work_folder / place))
    result = coach("cache", part)
    assert (result.status, result.out) == (1, "")
    assert words in result.err
    assert len(result.err.splitlines()) == 1


def test_a_folder_one_may_not_write_to_is_told_before_the_rendering(coach, work_folder, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    result = coach("export", "desk-break", *NULL)
    assert result.status == 1
    assert result.err.startswith("coach: cannot write desk-break-3min.mp3: writing there is not permitted")
    assert not (paths.cache_dir() / "v1").exists()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc")
def test_a_folder_that_takes_no_file_is_one_line(coach):
    result = coach("export", "desk-break", "-o", "/proc/x.mp3", *NULL)
    assert result.status == 1
    assert result.err.startswith("coach: cannot write /proc/x.mp3: ")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc")
@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only"), (errno.EIO, "the disk reports an error")],
)
def test_a_failing_disk_leaves_nothing_and_names_the_cause(coach, work_folder, monkeypatch, number, words):
    coach("export", "desk-break", *NULL, "-o", "first.mp3")
    write = os.write

    def failing(descriptor, content):
        if Path(f"/proc/self/fd/{descriptor}").readlink().parent == work_folder:
            raise OSError(number, os.strerror(number))
        return write(descriptor, content)

    monkeypatch.setattr(os, "write", failing)
    result = coach("export", "desk-break", *NULL, "-o", "second.mp3")
    assert result.status == 1
    assert "cannot write second.mp3: " in result.err
    assert words in result.err
    assert [path.name for path in work_folder.iterdir()] == ["first.mp3"]


def test_a_cache_that_cannot_be_used_is_noted_and_the_file_is_made(coach, work_folder, monkeypatch):
    (work_folder / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COACH_CACHE", str(work_folder / "file" / "cache"))
    result = coach("export", "desk-break", *NULL, "-o", "x.mp3")
    assert result.status == 0
    assert result.err.startswith("Note: ")
    assert (work_folder / "x.mp3").is_file()


def test_settings_that_cannot_be_written_are_one_line(coach, work_folder, monkeypatch):
    (work_folder / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COACH_HOME", str(work_folder / "file" / "home"))
    result = coach("config", "set", "bed", "none")
    assert result.status == 1
    assert result.err.startswith("coach: cannot write ")


def test_the_unforeseen_is_one_line_and_a_file_for_the_report(coach, monkeypatch):
    from coach.routine.library import Library

    def broken(self):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(Library, "routine_ids", broken)
    result = coach("list")
    assert result.status == 1
    first, second = result.err.splitlines()
    assert first == "coach: something unexpected went wrong: RuntimeError: two lines"
    log = paths.record_dir() / "error.log"
    assert str(log) in second
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_every_shipped_document_is_called_right(coach):
    files = sorted([*DATA.glob("routines/*.yaml"), *DATA.glob("movements/*.yaml")])
    result = coach("check", *files)
    assert result.status == 0
    assert len(result.out.splitlines()) == len(files)


def test_a_misspelt_option_is_answered_with_the_nearest_alone(coach):
    result = coach("show", "desk-break", "--ceus")
    assert result.status == 2
    assert "--cues" in result.err
    assert not {"--voice", "--place"} & set(result.err.replace("'", " ").split())
