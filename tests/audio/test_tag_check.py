"""The chapters and lyrics of a file against its plan, whatever became of its tag."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import CHAP, CTOC, ID3, SYLT, TIT2, USLT

from coach.audio.captions import lyric_lines
from coach.audio.tag_check import tag_problems
from coach.audio.tags import id3_tag
from coach.audio.verify import verify
from coach.errors import UnreadableFile
from coach.script.timeline import Chapter
from tests.audio import timelines
from tests.audio.test_verify import NAMES, SESSION, file_of, pcm_of


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "session.mp3"
    path.write_bytes(id3_tag(SESSION, **NAMES) + bytes(100))
    return path


def changed(path, change, v2_version=3):
    """Let another program change the tag and write it anew."""
    tags = ID3(path, translate=False)
    change(tags)
    tags.save(path, v1=0, v2_version=v2_version)
    return tag_problems(path, SESSION)


def chapter(tags, number) -> CHAP:
    return sorted(tags.getall("CHAP"), key=lambda frame: frame.start_time)[number]


def contents(tags) -> CTOC:
    return next(frame for frame in tags.getall("CTOC") if frame.element_id == "toc")


def lyrics(tags) -> SYLT:
    return tags.getall("SYLT")[0]


def words(tags) -> USLT:
    return tags.getall("USLT")[0]


def reworded(tags, old, new):
    assert words(tags).text.count(old) == 1
    words(tags).text = words(tags).text.replace(old, new)


def listed(tags, change):
    ids = list(contents(tags).child_element_ids)
    change(ids)
    contents(tags).child_element_ids = ids


def put(frame, name, value):
    setattr(frame, name, value)


@pytest.mark.parametrize("v2_version", [3, 4])
def test_a_tag_that_only_moved_is_as_planned(path, v2_version):
    assert tag_problems(path, SESSION) == ()
    assert len(SESSION.chapters) > 2
    assert len(lyric_lines(SESSION)) > 4
    assert changed(path, lambda tags: tags.add(TIT2(encoding=3, text=["Another name"])), v2_version) == ()


LAST = len(SESSION.chapters) - 1
LINE = lyric_lines(SESSION)[0][1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tags: put(chapter(tags, 1), "start_time", SESSION.chapters[1].start_ms + 1), "chapter 2 is "),
        (lambda tags: put(chapter(tags, LAST), "end_time", SESSION.length_ms - 1), f"chapter {LAST + 1} is "),
        (lambda tags: chapter(tags, 0).sub_frames.add(TIT2(encoding=0, text=["New"])), 'chapter 1 is "New" from 0:00'),
        (lambda tags: chapter(tags, 0).sub_frames.clear(), 'chapter 1 is "" from 0:00.000 to '),
        (lambda tags: tags.delall(f"CHAP:{chapter(tags, LAST).element_id}"), f"chapter {LAST + 1} is missing: "),
        (lambda tags: tags.delall("CHAP"), "chapter 1 is missing: "),
        (lambda tags: tags.add(CHAP(element_id="more", start_time=90_000, end_time=90_001, sub_frames=[])),
         f"chapter {LAST + 2} is not planned: "),
        (lambda tags: put(lyrics(tags), "text", [(text, ms + (n == 2)) for n, (text, ms) in
         enumerate(lyrics(tags).text)]), "line of the lyrics 3 is "),
        (lambda tags: put(lyrics(tags), "text", [(text + "!" * (n == 1), ms) for n, (text, ms) in
         enumerate(lyrics(tags).text)]), "line of the lyrics 2 is "),
        (lambda tags: put(lyrics(tags), "text", lyrics(tags).text[:-1]),
         f"line of the lyrics {len(lyric_lines(SESSION))} is missing: "),
        (lambda tags: tags.delall("SYLT"), "line of the lyrics 1 is missing: "),
        (lambda tags: tags.delall("CTOC"), "entry of the list of chapters 1 is missing: "),
        (lambda tags: put(contents(tags), "flags", 1), "entry of the list of chapters 1 is missing: "),
        (lambda tags: listed(tags, lambda ids: ids.pop()), f"entry of the list of chapters {LAST + 1} is missing: "),
        (lambda tags: listed(tags, lambda ids: ids.pop(1)), "entry of the list of chapters 2 is "),
        (lambda tags: listed(tags, list.reverse), "entry of the list of chapters 1 is "),
        (lambda tags: listed(tags, lambda ids: ids.append(ids[0])),
         f"entry of the list of chapters {LAST + 2} is not planned: "),
        (lambda tags: listed(tags, lambda ids: ids.insert(0, "nobody")),
         'entry of the list of chapters 1 is "nobody" from '),
        (lambda tags: listed(tags, lambda ids: ids.insert(0, "toc") or ids.pop()),
         f"entry of the list of chapters {LAST + 1} is missing: "),
        (lambda tags: tags.delall("USLT"), "line to read 1 is missing: "),
        (lambda tags: reworded(tags, LINE, "Something else."), "line to read "),
        (lambda tags: reworded(tags, LINE + "\n", ""), "line to read "),
        (lambda tags: reworded(tags, LINE, LINE + "\n" + LINE), "line to read "),
        (lambda tags: reworded(tags, SESSION.title + "\n", "Another\n"), 'line to read 1 is "Another", planned is '),
        (lambda tags: put(words(tags), "text", ""), "line to read 1 is missing: "),
    ],
)  # fmt: skip
def test_the_first_thing_that_differs_is_named(path, change, said):
    (problem,) = changed(path, change)
    assert problem.startswith(said)


def test_what_is_above_the_first_chapter_and_words_of_others_are_no_problem(tmp_path):
    path = tmp_path / "x.mp3"
    path.write_bytes(id3_tag(SESSION, **{**NAMES, "lyrics_head": "Not for everybody.\nAsk first."}))
    assert tag_problems(path, SESSION) == ()
    assert changed(path, lambda tags: tags.add(USLT(encoding=1, lang="deu", desc="x", text="Etwas anderes."))) == ()


def test_lists_in_a_circle_and_without_end_are_left(path):
    def circle(tags):
        tags.add(CTOC(element_id="a", flags=1, child_element_ids=["b"] * 200, sub_frames=[]))
        tags.add(CTOC(element_id="b", flags=1, child_element_ids=["a", "toc", "b"] * 80, sub_frames=[]))
        listed(tags, lambda ids: ids.insert(0, "a"))

    assert changed(path, circle) == ()

    def endless(tags):
        for number in range(60):
            tags.add(CTOC(element_id=f"n{number}", flags=1, child_element_ids=[f"n{number + 1}"] * 250, sub_frames=[]))
        listed(tags, lambda ids: ids.append("n0"))

    (problem,) = changed(path, endless)
    assert problem.startswith(f"entry of the list of chapters {LAST + 2} is not planned: ")


def test_both_lists_are_looked_at_and_verify_says_so(tmp_path):
    path = file_of(tmp_path, pcm_of())
    tags = ID3(path, translate=False)
    chapter(tags, 1).start_time += 5000
    lyrics(tags).text[0] = ("\x1b[31mOther", 0)
    tags.save(path, v1=0, v2_version=3)
    found = verify(path).problems
    assert [problem[:9] for problem in found] == ["chapter 2", "line of t"]
    assert "\ufffd[31mOther" in found[1]


@pytest.mark.parametrize("title", ["Dehnübung", "髂腰肌 \N{FLEXED BICEPS}", "a" * 300])
def test_titles_and_lines_of_any_script_come_back(tmp_path, title):
    cues = tuple(replace(cue, text=f"{title}. {cue.text}") for cue in SESSION.cues)
    chapters = tuple(Chapter(title, c.start_ms, c.end_ms) for c in SESSION.chapters)
    timeline = replace(SESSION, cues=cues, chapters=chapters)
    path = tmp_path / "x.mp3"
    path.write_bytes(id3_tag(timeline, **NAMES))
    assert tag_problems(path, timeline) == ()


def test_many_chapters_and_none(tmp_path):
    path = tmp_path / "x.mp3"
    many = replace(
        timelines.bare(960_000, []), chapters=tuple(Chapter(str(n), n * 960, (n + 1) * 960) for n in range(1000))
    )
    for timeline in (many, replace(many, chapters=())):
        path.write_bytes(id3_tag(timeline, **NAMES))
        assert tag_problems(path, timeline) == ()


TAG = id3_tag(SESSION, **NAMES)


@given(st.lists(st.tuples(st.integers(0, len(TAG) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_tag_is_a_problem_or_no_tag_and_nothing_else(tmp_path_factory, changes):
    raw = bytearray(TAG)
    for place, value in changes:
        raw[place] = value
    path = tmp_path_factory.getbasetemp() / "damaged.mp3"
    path.write_bytes(raw)
    try:
        found = tag_problems(path, SESSION)
    except UnreadableFile:
        return
    assert all(problem.isprintable() and len(problem) < 300 for problem in found)


@pytest.mark.parametrize("name", [b"CHAP", b"CTOC", b"SYLT", b"USLT"])
def test_packed_and_overwritten_frames_are_problems(path, name):
    raw = path.read_bytes()
    start = raw.index(name)
    flagged = raw[: start + 9] + b"\x80" + raw[start + 10 :]
    path.write_bytes(flagged)
    assert "rewritten by another program" in tag_problems(path, SESSION)[0]
    nonsense = raw[: start + 10] + b"\x09" * 12 + raw[start + 22 :]
    path.write_bytes(nonsense)
    assert tag_problems(path, SESSION) != ()
