from __future__ import annotations

import io
import tracemalloc
import zlib
from contextlib import suppress
from dataclasses import replace

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from mutagen import id3

from coach.audio.captions import lyric_lines, transcript
from coach.audio.mp3 import STANDARD, silence_frame
from coach.audio.tags import OWNER, audio_start, id3_tag, read_timeline
from coach.errors import UnreadableFile
from coach.script.timeline import Chapter
from tests.audio import timelines

SESSION = timelines.session()
NAMES = {"artist": "joe", "album": "Coach", "genre": "Speech", "comment": "Made by coach.", "lyrics_head": "Take care."}
JPEG = b"\xff\xd8\xff\xe0" + bytes(500)


def tag_of(timeline=SESSION, **changes) -> bytes:
    return id3_tag(timeline, **{**NAMES, "cover": JPEG, **changes})


def read(data: bytes) -> id3.ID3:
    # translate=False: as written, not as mutagen would like it
    return id3.ID3(fileobj=io.BytesIO(data), translate=False)


def test_what_a_player_shows_is_there():
    tag = read(tag_of())
    assert tag.version == (2, 3, 0)
    assert [tag[k].text[0] for k in ("TIT2", "TPE1", "TALB", "TCON", "TLEN")] == [
        "Hip reset", "joe", "Coach", "Speech", str(SESSION.length_ms),
    ]  # fmt: skip
    assert tag["COMM::eng"].text == ["Made by coach."]
    cover = tag["APIC:"]
    assert (cover.mime, cover.type, cover.data) == ("image/jpeg", 3, JPEG)
    assert tag["USLT::eng"].text == transcript(SESSION, "Take care.")
    synced = tag["SYLT::eng"]
    assert (synced.format, synced.type) == (2, 1)
    assert tuple((at, text) for text, at in synced.text) == lyric_lines(SESSION)


def test_chapters_are_ordered_titled_and_in_milliseconds():
    tag = read(tag_of())
    toc = tag["CTOC:toc"]
    assert toc.flags == id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
    chapters = [tag[f"CHAP:{child}"] for child in toc.child_element_ids]
    assert [(c.start_time, c.end_time, c.sub_frames["TIT2"].text[0]) for c in chapters] == [
        (c.start_ms, c.end_ms, c.title) for c in SESSION.chapters
    ]
    assert all(c.start_offset == c.end_offset == 0xFFFFFFFF for c in chapters)


def test_chapters_come_in_order_for_players_that_read_no_table():
    data = tag_of()
    places = [data.index(f"ch{n:04}\0".encode(), data.index(b"CHAP")) for n in range(len(SESSION.chapters))]
    assert places == sorted(places)
    assert data.index(b"CTOC") < data.index(b"CHAP")


def test_more_chapters_than_a_byte_can_count_are_nested():
    many = tuple(Chapter(f"Part {n}", n * 24, n * 24 + 24) for n in range(600))
    tag = read(tag_of(replace(SESSION, chapters=many)))
    groups = tag["CTOC:toc"].child_element_ids
    assert len(groups) == 3
    flags = {tag[f"CTOC:{g}"].flags for g in groups}
    assert flags == {id3.CTOCFlags.ORDERED}
    children = [child for g in groups for child in tag[f"CTOC:{g}"].child_element_ids]
    assert max(len(tag[f"CTOC:{g}"].child_element_ids) for g in groups) <= 250
    assert [tag[f"CHAP:{c}"].start_time for c in children] == [c.start_ms for c in many]


def test_text_is_latin_1_where_it_can_be_else_utf_16_with_a_mark():
    plain = read(tag_of())
    assert {frame.encoding for frame in plain.values() if hasattr(frame, "encoding")} == {0}
    data = tag_of(replace(SESSION, title="Hüft-Reset früh 腰"), artist="jürgen")
    tag = read(data)
    assert tag["TIT2"].encoding == 1
    assert tag["TIT2"].text == ["Hüft-Reset früh 腰"]
    assert tag["TPE1"].encoding == 0
    place = data.index(b"TIT2")
    assert data[place + 10 : place + 13] == b"\x01\xff\xfe"


def test_same_timeline_gives_same_bytes_and_nothing_of_this_machine():
    from pathlib import Path

    assert tag_of() == tag_of()
    assert str(Path.home()).encode() not in tag_of()


def test_empty_names_and_covers_leave_their_frames_out():
    tag = read(tag_of(replace(SESSION, chapters=(), cues=()), album="", comment="", cover=b""))
    assert not {"TALB", "COMM::eng", "APIC:", "CTOC:toc", "SYLT::eng"} & set(tag)
    assert "TIT2" in tag


@given(title=st.text(min_size=1, max_size=40).filter(lambda t: "\0" not in t and t.isprintable()))
def test_any_title_comes_back_and_the_audio_begins_after_the_tag(title):
    data = tag_of(replace(SESSION, title=title))
    assert read(data)["TIT2"].text[0] == title
    assert audio_start(data[:10]) == len(data)


def test_timeline_comes_back_from_the_file(tmp_path):
    path = tmp_path / "s.mp3"
    path.write_bytes(tag_of() + silence_frame(STANDARD) * 100)
    assert read_timeline(path) == SESSION
    assert len(soundfile.read(path)[0]) == 100 * 576


def test_what_is_not_ours_is_said_in_words(tmp_path):
    path = tmp_path / "s.mp3"

    def reason() -> str:
        with pytest.raises(UnreadableFile) as caught:
            read_timeline(path)
        assert caught.value.exit_code == 2
        return caught.value.reason

    assert "No such file" in reason()
    path.write_bytes(silence_frame(STANDARD) * 10)
    assert "no tag" in reason()
    path.write_bytes(b"")
    assert reason()
    foreign = id3.ID3()
    foreign.add(id3.TIT2(encoding=0, text=["Song"]))
    foreign.save(path, v2_version=3)
    assert "no session plan" in reason()
    for held in (b"not deflated", zlib.compress(b"[1, 2]"), zlib.compress(b"\xff\xfe{}")):
        foreign.delall("PRIV")
        foreign.add(id3.PRIV(owner=OWNER, data=held))
        foreign.save(path, v2_version=3)
        assert "cannot read" in reason()


@given(cut=st.integers(0, 5000), at=st.integers(0, 5000), bit=st.integers(0, 7))
def test_a_damaged_tag_is_an_error_of_ours_or_still_the_timeline(tmp_path_factory, cut, at, bit):
    data = bytearray(tag_of(cover=b""))
    data[at % len(data)] ^= 1 << bit
    path = tmp_path_factory.getbasetemp() / "damaged.mp3"
    path.write_bytes(bytes(data[: len(data) - cut % len(data)]))
    with suppress(UnreadableFile):
        assert read_timeline(path) == SESSION


def frame(name: bytes, content: bytes, flags: int = 0, version: int = 3) -> bytes:
    size = len(content)
    parts = (21, 14, 7, 0) if version == 4 else (24, 16, 8, 0)
    mask = 0x7F if version == 4 else 0xFF
    return name + bytes(size >> shift & mask for shift in parts) + bytes((0, flags)) + content


def tagged(frames: bytes, version: int = 3, flags: int = 0) -> bytes:
    sevens = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes((version, 0, flags)) + sevens + frames


def ours(text: bytes | None = None) -> bytes:
    return OWNER.encode() + b"\0" + zlib.compress(SESSION.to_json().encode() if text is None else text)


def read_back(tmp_path, data: bytes):
    path = tmp_path / "s.mp3"
    path.write_bytes(data + silence_frame(STANDARD) * 10)
    return read_timeline(path)


def test_other_frames_and_newer_tags_around_ours_are_no_hindrance(tmp_path):
    others = frame(b"PRIV", b"somebody\0else") + frame(b"TIT2", b"\0Song", 0x80)
    assert read_back(tmp_path, tagged(others + frame(b"PRIV", ours()) + bytes(500))) == SESSION
    newer = frame(b"TIT2", b"\3Song" * 60, 0, 4) + frame(b"PRIV", ours(), 0, 4)
    assert read_back(tmp_path, tagged(newer, 4)) == SESSION
    assert read_back(tmp_path, tagged(bytes((0, 0, 0, 6)) + bytes(6) + frame(b"PRIV", ours()), 3, 0x40)) == SESSION


@pytest.mark.parametrize("version", [3, 4])
def test_a_frame_that_inflates_without_end_is_refused_unread(tmp_path, version):
    flags, before = {3: (0x80, 4), 4: (0x09, 4)}[version]
    bomb = frame(b"PRIV", bytes(before) + zlib.compress(bytes(50_000_000), 9), flags, version)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile, match="rewritten"):
            read_back(tmp_path, tagged(bomb, version))
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_plan_that_inflates_without_end_is_refused_early(tmp_path):
    data = tagged(frame(b"PRIV", ours(b" " * 200_000_000)))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile, match="cannot read"):
            read_back(tmp_path, data)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (tagged(frame(b"PRIV", ours()), 3, 0x80), "rewritten"),
        (tagged(frame(b"PRIV", ours(), 0x40)), "rewritten"),
        (tagged(frame(b"PRIV", ours()))[:6] + b"\x7f" * 4 + frame(b"PRIV", ours()), "damaged tag"),
        (tagged(b"PRIV\xff\xff\xff\xff\0\0" + ours()), "damaged tag"),
        (tagged(frame(b"PRIV", ours()), 2), "not made by coach"),
        (tagged(frame(b"TIT2", b"") * 200_000), "no session plan"),
        (tagged(bytes((0xFF,)) * 4 + frame(b"PRIV", ours()), 3, 0x40), "no session plan"),
    ],
)
def test_a_tag_that_lies_about_itself_is_refused(tmp_path, data, words):
    with pytest.raises(UnreadableFile, match=words):
        read_back(tmp_path, data)
