from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from coach.audio.captions import captions
from coach.audio.cover import cover_jpeg
from coach.audio.picture import draw
from coach.routine.library import Library
from coach.script.timeline import Chapter, PlacedCue
from coach.session import Session
from tests.audio import timelines

TITLES = [
    "Hip reset",
    "Post-run cooldown",
    "The five minute ball and block routine for both hips",
    "Antidisestablishment" * 9,
    "",
]


@pytest.mark.parametrize("title", TITLES)
def test_cover_is_a_small_square_and_always_the_same(title):
    data = cover_jpeg(title, "10 minutes, spoken by a voice with a rather long name that cannot fit in one line")
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    assert image.size == (600, 600)
    assert len(data) < 40_000
    assert data == cover_jpeg(
        title, "10 minutes, spoken by a voice with a rather long name that cannot fit in one line"
    )


def test_cover_carries_its_words_and_stays_different_at_64_pixels():
    small = [
        Image.open(io.BytesIO(cover_jpeg(t, "x"))).convert("L").resize((64, 64)) for t in ("Desk reset", "Yoga unwind")
    ]
    title = [image.crop((0, 0, 64, 22)) for image in small]
    light = [sum(1 for v in image.get_flattened_data() if v > 170) for image in title]
    assert min(light) > 40
    assert small[0].tobytes() != small[1].tobytes()


def shown(timeline):
    return Image.open(io.BytesIO(draw(timeline))).convert("RGB")


def count(image, colour) -> int:
    # the palette of the file may move a colour by a little
    return sum(1 for p in image.get_flattened_data() if max(abs(a - b) for a, b in zip(p, colour, strict=True)) < 14)


def test_picture_shows_left_and_right_work_in_equal_measure():
    image = shown(timelines.session(work_ms=30_000))
    left, right = count(image, (26, 108, 132)), count(image, (178, 84, 44))
    assert left > 8000
    assert left == pytest.approx(right, rel=0.05)


def test_picture_grows_by_a_row_for_every_two_minutes_and_stays_bounded():
    session = timelines.session()
    one = shown(session)
    hours = shown(replace(session, length_ms=36_000_000))
    two = shown(replace(session, length_ms=121_008))
    assert one.width == two.width == hours.width
    assert one.height < two.height < hours.height < 12_000


@pytest.mark.parametrize("title", ["", "W" * 400, "腰 hip"])
def test_picture_of_odd_timelines(title):
    session = timelines.session(title=title)
    assert shown(session).width == 1640
    assert shown(replace(session, cues=(), chapters=(), clips=(), estimated=True)).width == 1640
    words = tuple(replace(cue, text=title or "x") for cue in session.cues)
    assert shown(replace(session, cues=words)).width == 1640


@pytest.fixture
def written(monkeypatch):
    """Every text that is put on paper, with its box."""
    found = []
    text = ImageDraw.ImageDraw.text

    def noted(self, xy, words, *rest, font, **options):
        found.append((words, self.textbbox(xy, words, font=font)))
        return text(self, xy, words, *rest, font=font, **options)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noted)
    return found


def assert_readable(written, size):
    for words, (left, top, right, bottom) in written:
        assert left >= 0, words
        assert right <= size[0], words
        assert top >= 0, words
        assert bottom <= size[1], words
    for i, (words, box) in enumerate(written):
        for others, other in written[:i]:
            apart = box[0] >= other[2] or other[0] >= box[2] or box[1] >= other[3] or other[1] >= box[3]
            assert apart, f"{words!r} is written over {others!r}"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("routine", Library().routine_ids())
def test_picture_has_every_line_and_every_chapter_whole(written, store, routine, share):
    length = Library().routine(routine).length
    length_ms = round((length.least_ms + share * (length.most_ms - length.least_ms)) / 1000) * 1000
    timeline = Session.of(routine, "null", length_ms=length_ms, store=store).outlook()
    size = shown(timeline).size
    words = [text for text, _ in written]
    for text in [*(line.text for line in captions(timeline)), *(chapter.title for chapter in timeline.chapters)]:
        assert text in words
    assert_readable(written, size)


def test_picture_tells_what_it_has_no_room_for(written):
    session = timelines.session()
    cues = tuple(
        PlacedCue(
            f"{i}.x", "form", f"Sentence number {i} of a great many that are said.", i * 100, i * 100, i * 100 + 90
        )
        for i in range(100)
    )
    chapters = tuple(Chapter(f"Chapter {i} with a title of its own", i * 500, (i + 1) * 500) for i in range(20))
    size = shown(replace(session, cues=cues, chapters=chapters)).size
    words = [text for text, _ in written]
    lines = sum(text.startswith("Sentence number") for text in words)
    assert 0 < lines < 100
    assert f"… and {100 - lines} more lines" in words
    assert "…" in words
    assert size[1] < 1000


def test_picture_ends_a_text_that_is_wider_than_the_paper_with_a_sign(written):
    session = timelines.session(title="W" * 400)
    words = tuple(replace(cue, text="W" * 400) for cue in session.cues)
    size = shown(replace(session, cues=words, voice="v" * 400)).size
    assert_readable(written[:2], size)
    wide = [text for text, _ in written if len(text) > 60]
    assert wide
    assert all(text.endswith("…") for text in wide)


def test_picture_of_a_span_shorter_than_a_pixel():
    """A segment that ends a moment after a row begins: the picture of a shipped routine failed on it."""
    session = timelines.session()
    first, *rest = session.segments
    sliver = replace(first, start_ms=120_000, end_ms=120_024)
    assert shown(replace(session, length_ms=240_000, segments=(first, *rest, sliver))).width == 1640
