from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from coach.audio.cover import cover_jpeg
from coach.audio.picture import draw
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
