"""The ID3v2.3 tag of a session: names, cover, chapters, lyrics, and the Timeline itself for `verify`.

Version 2.3 because car stereos and old iOS read nothing newer; text is Latin-1 where it can be, else UTF-16.
The same Timeline and names give the same bytes: nothing of this machine, its paths, its user or the time of
day goes in. mutagen lives here and only here, and only writes: a file may be anybody's, so its tag is read by
hand, no further than our own frame and no larger than the file.
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from coach.audio.captions import lyric_lines, transcript
from coach.errors import UnreadableFile
from coach.script.timeline import Timeline

OWNER = "coach/timeline"
"""Owner of the private frame that holds the Timeline, as deflated JSON."""

HEADER_BYTES = 10
"""Of a tag, and of each frame in it."""

_MOST_CHILDREN = 250  # a table of contents counts its entries in one byte
_MOST_JSON_BYTES = 16 * 1024 * 1024  # a damaged or hostile frame must not fill the memory; ours are below 1 MB
_MOST_FRAMES = 100_000
_NO_OFFSET = 0xFFFFFFFF
_REWRITTEN = "has a tag that another program has rewritten, so its session plan cannot be read"
_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40  # flags of the whole tag
_MILLISECONDS, _LYRICS, _FRONT_COVER = 2, 1, 3
_ORDERED_TOP, _ORDERED = 3, 1
_LANGUAGES = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "nl": "nld", "ja": "jpn"}


def id3_tag(
    timeline: Timeline,
    *,
    artist: str,
    album: str,
    genre: str,
    comment: str,
    lyrics_head: str,
    cover: bytes,
) -> bytes:
    """Return the whole tag to put before the first frame.

    `artist` is the voice's name for people; `lyrics_head` opens the unsynchronised lyrics; `cover` is JPEG or PNG,
    empty for none.
    """
    id3 = _mutagen_id3()
    language = _LANGUAGES.get(timeline.language.partition("-")[0].lower(), "XXX")
    frames = []
    for kind, text in (
        (id3.TIT2, timeline.title),
        (id3.TPE1, artist),
        (id3.TALB, album),
        (id3.TCON, genre),
        (id3.TLEN, str(timeline.length_ms)),
    ):
        if text:
            frames.append(kind(encoding=_encoding(text), text=[text]))
    if comment:
        frames.append(id3.COMM(encoding=_encoding(comment), lang=language, desc="", text=[comment]))
    frames.extend(_chapters(timeline, id3))
    if cover:
        mime = "image/png" if cover.startswith(b"\x89PNG") else "image/jpeg"
        frames.append(id3.APIC(encoding=0, mime=mime, type=_FRONT_COVER, desc="", data=cover))
    words = transcript(timeline, lyrics_head)
    frames.append(id3.USLT(encoding=_encoding(words), lang=language, desc="", text=words))
    if lines := lyric_lines(timeline):
        kind = _encoding("".join(text for _, text in lines))
        synced = [(text, at_ms) for at_ms, text in lines]
        frames.append(id3.SYLT(encoding=kind, lang=language, format=_MILLISECONDS, type=_LYRICS, desc="", text=synced))
    frames.append(id3.PRIV(owner=OWNER, data=zlib.compress(timeline.to_json().encode(), 6)))
    return _tag(frames, id3)


def read_timeline(path: Path) -> Timeline:
    """Return the Timeline inside a session file. Raises UnreadableFile when it is not one of ours."""
    try:
        with Path(path).open("rb") as file:
            held = _our_frame(file)
    except OSError as error:
        raise UnreadableFile(path, error.strerror or "cannot be read") from error
    except ValueError as error:
        raise UnreadableFile(path, str(error)) from error
    try:
        inflate = zlib.decompressobj()
        text = inflate.decompress(held, _MOST_JSON_BYTES)
        if not inflate.eof:
            raise ValueError("cut short, or too large")
        return Timeline.from_json(text.decode())
    except (zlib.error, ValueError) as error:
        raise UnreadableFile(path, "holds a session plan that this version cannot read") from error


def _our_frame(file: BinaryIO) -> bytes:
    """Return the content of our private frame. Raises OSError, or ValueError with the reason in words."""
    owner = OWNER.encode() + b"\0"
    rewritten = False
    for name, _, flags, size in tag_frames(file):
        if name != b"PRIV":
            continue
        if flags:
            rewritten = True
        elif file.read(min(size, len(owner))) == owner:
            if size > _MOST_JSON_BYTES:
                break
            return file.read(size - len(owner))
    if rewritten:
        raise ValueError(_REWRITTEN)
    raise ValueError("holds no session plan, so it was not made by coach")


def tag_frames(file: BinaryIO) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield id, version (3 or 4), format flags and size of each frame of the tag, with `file` at its content.

    Versions 2.3 and 2.4, which other programs make of it. Every size is held against the room that is left.
    Raises OSError, or ValueError with the reason in words.
    """
    head = file.read(HEADER_BYTES)
    if len(head) < HEADER_BYTES or not head.startswith(b"ID3"):
        raise ValueError("has no tag, so it was not made by coach")
    version, flags = head[3], head[5]
    end = audio_start(head)
    file_bytes = os.fstat(file.fileno()).st_size
    if version not in (3, 4) or end > file_bytes:
        raise ValueError("has a damaged tag" if end > file_bytes else "has a tag that was not made by coach")
    if flags & _UNSYNCHRONISED:
        raise ValueError(_REWRITTEN)
    place = HEADER_BYTES
    if flags & _EXTENDED:
        size = frame_size(file.read(4), version)
        place += size if version == 4 else size + 4  # only the newer one counts its own four bytes
    for _ in range(_MOST_FRAMES):
        if place + HEADER_BYTES > end:
            return
        file.seek(place)
        frame = file.read(HEADER_BYTES)
        if not frame[:4].isalnum():
            return  # padding
        size = frame_size(frame[4:8], version)
        place += HEADER_BYTES
        if size > end - place:
            raise ValueError("has a damaged tag")
        yield frame[:4], version, frame[9], size
        place += size


def frame_size(raw: bytes, version: int) -> int:
    """Return the size that the four bytes of a frame's header mean."""
    return _of_sevens(raw) if version == 4 else int.from_bytes(raw, "big")


def _of_sevens(raw: bytes) -> int:
    """Seven bits in each byte: how version 2.4, and every tag for its own size, writes numbers."""
    size = 0
    for byte in raw:
        size = size << 7 | byte & 0x7F
    return size


def audio_start(head: bytes) -> int:
    """Return the offset of the first MP3 frame: after the ID3v2 tag that `head` (10 bytes or more) opens, else 0."""
    if len(head) < HEADER_BYTES or not head.startswith(b"ID3"):
        return 0
    return HEADER_BYTES + _of_sevens(head[6:10])


def _chapters(timeline: Timeline, id3: Any) -> Iterator[Any]:  # noqa: ANN401 - mutagen has no types
    """Yield the tables of contents, nested when one byte cannot count the chapters, then CHAP frames in order."""
    ids = [f"ch{number:04}" for number in range(len(timeline.chapters))]
    tops, groups = ids, []
    if len(ids) > _MOST_CHILDREN:
        groups = [ids[i : i + _MOST_CHILDREN] for i in range(0, len(ids), _MOST_CHILDREN)]
        tops = [f"toc{number:03}" for number in range(len(groups))]
    if ids:
        title = _title(id3, timeline.title)
        yield id3.CTOC(element_id="toc", flags=_ORDERED_TOP, child_element_ids=tops, sub_frames=[title])
    for name, children in zip(tops, groups, strict=False):
        yield id3.CTOC(element_id=name, flags=_ORDERED, child_element_ids=children, sub_frames=[])
    for name, chapter in zip(ids, timeline.chapters, strict=True):
        yield id3.CHAP(
            element_id=name,
            start_time=chapter.start_ms,
            end_time=chapter.end_ms,
            start_offset=_NO_OFFSET,
            end_offset=_NO_OFFSET,
            sub_frames=[_title(id3, chapter.title)],
        )


def _tag(frames: list[Any], id3: Any) -> bytes:  # noqa: ANN401 - mutagen has no types
    """Frames in this order. mutagen alone sorts them by size, and some players list chapters as they come."""
    parts = []
    for frame in frames:
        tag, file = id3.ID3(), io.BytesIO()
        tag.add(frame)
        tag.save(file, v1=0, v2_version=3, padding=lambda _: 0)
        parts.append(file.getvalue()[HEADER_BYTES:])
    body = b"".join(parts)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def _title(id3: Any, text: str) -> Any:  # noqa: ANN401 - mutagen has no types
    return id3.TIT2(encoding=_encoding(text), text=[text])


def _mutagen_id3() -> Any:  # noqa: ANN401 - mutagen has no types
    from mutagen import id3

    return id3


def _encoding(text: str) -> int:
    """0 is Latin-1, 1 is UTF-16 with a byte order mark: the two that version 2.3 knows."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return 1
    return 0
