"""What the screen shows, at any size: all rows fit, what matters most is there, the rest goes first."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from coach.live import letters
from coach.live.page import playing_page, ready_page
from coach.live.pages import end_page, keys_page
from coach.live.words import cells, clipped, counted_down, done_rows, seconds_left, what_to_do, wrapped
from tests.live.moments import ENDED, HOLD, KIT, PAUSED, READY, REPS, REST, SETUP, SUMMARY

MOMENTS = (HOLD, REPS, SETUP, REST, PAUSED, replace(HOLD, phase="speaking"), replace(PAUSED, phase="waiting"))
SIZES = [
    (1, 1),
    (7, 2),
    (10, 3),
    (20, 5),
    (30, 6),
    (35, 9),
    (36, 9),
    (40, 10),
    (60, 16),
    (80, 24),
    (100, 30),
    (200, 50),
]
WIDE = "髂腰肌の伸展慢慢地"


def text(rows):
    return "\n".join("".join(span.text for span in row) for row in rows)


def big(word, scale=1):
    return letters.drawn(word, scale)


def shows(rows, word):
    """Whether the word stands there, plain or big."""
    shown = text(rows)
    if word.lower() in shown.lower():
        return True
    lines = shown.split("\n")
    for scale in range(1, 6):
        drawn = [row.strip() for row in big(word, scale)]
        for start in range(len(lines) - len(drawn) + 1):
            if all(row in line for row, line in zip(drawn, lines[start:], strict=False)):
                return True
    return False


def pages(width, height):
    for now in MOMENTS:
        for more in ({}, {"notice": "This hold cannot be longer: nothing more is of use here."}, {"title": WIDE * 3}):
            yield playing_page(replace(now, **more), "Strong hips", width, height)
        yield playing_page(replace(now, volume=30, muted=True, talk="low", caption=WIDE * 9), WIDE, width, height)
    yield ready_page(READY, "Strong hips", KIT, width, height)
    yield ready_page(replace(READY, position_ms=61_000), WIDE * 4, (), width, height)
    yield keys_page(width, height)
    yield end_page(SUMMARY, width, height)
    yield end_page(replace(SUMMARY, ending="stopped", done=(), hurt=(WIDE * 9,)), width, height)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_page_has_its_size_and_no_row_is_too_wide(width, height):
    for rows in pages(width, height):
        assert len(rows) == height
        for row in rows:
            line = "".join(span.text for span in row)
            assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) <= width, line


@pytest.mark.parametrize(("width", "height"), [size for size in SIZES if size[0] >= 30 and size[1] >= 6])
def test_the_essentials_are_there_at_every_size(width, height):
    rows = playing_page(HOLD, "Strong hips", width, height)
    for essential in ("LEFT", "HOLD", "13"):
        assert shows(rows, essential), essential
    assert shows(playing_page(REPS, "Strong hips", width, height), "REP 6 OF 8")
    assert shows(playing_page(PAUSED, "Strong hips", width, height), "PAUSED")
    assert shows(ready_page(READY, "Strong hips", KIT, width, height), "8")


@pytest.mark.parametrize(("width", "height"), [(60, 16), (100, 30), (200, 50)])
def test_from_two_metres_the_side_the_seconds_and_a_pause_are_big(width, height):
    rows = text(playing_page(HOLD, "Strong hips", width, height)).split("\n")
    for word in ("LEFT", "13"):
        assert any(
            all(any(part.strip() in row for row in rows) for part in big(word, scale)) for scale in (1, 2, 3, 4, 5)
        )
    assert "left" not in "\n".join(rows).replace("seconds left", "")
    paused = text(playing_page(PAUSED, "Strong hips", width, height))
    assert paused.count("PAUSED") == 1  # the bar at the top; the other is big
    assert "space goes on" in paused
    assert shows(paused_rows := playing_page(PAUSED, "", width, height), "PAUSED")
    assert any(span.style == "halt" for row in paused_rows for span in row)


@pytest.mark.parametrize(("width", "height"), [(60, 16), (80, 24), (200, 50)])
def test_the_rest_is_there_where_there_is_room(width, height):
    shown = text(playing_page(HOLD, "Strong hips", width, height))
    for words in ("Next: Standing desk lunge, right", "2:17 of 10:00", "Strong hips", "space pause", "? keys"):
        assert words in shown
    assert shows(playing_page(HOLD, "Strong hips", width, height), "Keep the knees together.")
    ready = text(ready_page(READY, "Strong hips", KIT, width, height))
    assert all(word in ready for word in ("band with a loop", "solid anchor", "mat", "space starts now"))
    assert "set 1 of 2" in text(playing_page(REPS, "Strong hips", width, height))


def test_progress_has_a_block_for_each_repetition_and_fills_as_it_is_done():
    def blocks(now):
        (bar,) = [line for line in text(playing_page(now, "", 60, 16)).split("\n") if "░" in line]
        return [block[0] for block in bar.split() if block[0] in "█░"]

    assert blocks(REPS) == ["█"] * 6 + ["░"] * 2
    assert blocks(replace(REPS, rep=1)) == ["█"] + ["░"] * 7
    halfway = text(playing_page(replace(HOLD, position_ms=135_000), "", 60, 16))
    (bar,) = [line.strip() for line in halfway.split("\n") if "░" in line]
    assert bar == "█" * 28 + "░" * 28


def test_a_notice_is_shown_whole_also_when_it_is_long():
    notice = "The sound device is gone. Plug it in, then press q and play with --resume."
    for size in ((40, 10), (60, 16), (100, 30)):
        rows = playing_page(replace(PAUSED, notice=notice), "Strong hips", *size)
        alert = " ".join(span.text.strip() for row in rows for span in row if span.style == "alert")
        assert notice in alert


def test_what_is_not_as_usual_is_said():
    shown = text(playing_page(replace(HOLD, volume=70, muted=True, talk="low"), "", 60, 16))
    assert "volume 70 % · tones off · talk low" in shown
    assert "volume" not in text(playing_page(HOLD, "", 60, 16))


def test_seconds_count_down_to_one_like_the_voice():
    def left(position_ms):
        return seconds_left(replace(HOLD, position_ms=position_ms))

    assert [left(ms) for ms in (147_000, 147_001, 149_000, 149_999, 150_000)] == [3, 3, 1, 1, 0]
    assert (counted_down(99), counted_down(100), counted_down(125)) == ("99", "1:40", "2:05")


def test_what_to_do_follows_the_phase():
    assert what_to_do(HOLD) == "Hold"
    assert what_to_do(REPS) == "Rep 6 of 8"
    assert what_to_do(PAUSED) == "Paused"
    assert what_to_do(replace(HOLD, phase="waiting")) == "One moment"
    # A part that is called what it is, is named once.
    assert text(playing_page(REST, "", 30, 8)).lower().replace("seconds of rest", "").count("rest") <= 1


def test_every_letter_has_its_own_shape_and_all_are_as_high():
    known = "ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789-',.:/()&+?!"
    shapes = {letter: letters.drawn(letter, 1) for letter in known}
    assert len(set(shapes.values())) == len(known)
    for scale in range(1, 6):
        for letter in known + " 0":
            drawn = letters.drawn(letter, scale)
            assert len(drawn) == letters.ROWS * scale
            assert {len(row) for row in drawn} == {letters.columns(letter, scale)}
    assert {letters.columns(figure, 1) for figure in "0123456789"} == {4}


def test_what_has_no_big_letters_is_plain():
    assert letters.drawn("Dehnübung", 1) is None
    rows = text(playing_page(replace(HOLD, title="Dehnübung"), "", 60, 16))
    assert "Dehnübung" in rows


def test_big_words_are_folded_at_spaces_and_hyphens_only():
    rows = letters.folded("Block-supported lengthener", 60, 1)
    assert len(rows) == 11
    assert rows[3] == rows[7] == ""
    assert letters.folded("Block-supported", 30, 1) is None


def test_text_is_clipped_by_columns_and_keeps_no_control_codes():
    assert clipped("a\x1b[2Jb\tc", 20) == "a [2Jb c"
    assert clipped("abcdef", 4) == "abc…"
    assert cells(clipped(WIDE, 7)) <= 7
    assert wrapped("one two three four", 9, 2) == ("one two", "three fo…")


def test_the_keys_page_has_every_key():
    for size in ((40, 10), (60, 16), (200, 50)):
        shown = text(keys_page(*size))
        for words in ("space", "→", "←", "↑", "↓", "other side first", "talk more", "these keys", "stop here"):
            assert words in shown


def test_the_end_page_has_the_seconds_of_each_side_and_what_was_left_out():
    assert done_rows(SUMMARY) == (
        ("Squat", "both 64 s", ""),
        ("Split lunge", "left 64 s", "right 64 s"),
        ("Band march", "", "right 32 s"),
    )
    shown = text(end_page(SUMMARY, 60, 16))
    for words in ("Strong hips: done, 16:00", "left 64 s  right 64 s", "Cobra", "Glute bridge", "any key closes"):
        assert words in shown
    stopped = text(end_page(replace(SUMMARY, ending="stopped", position_ms=61_000), 40, 10))
    assert "stopped at 1:01 of 16:00" in stopped


def test_an_end_that_is_too_long_says_how_much_is_missing():
    many = tuple(replace(SUMMARY.done[0], movement=str(n), name=f"Movement {n}") for n in range(30))
    shown = text(end_page(replace(SUMMARY, done=many), 60, 16))
    assert "Movement 11" in shown
    assert "and 20 more" in shown
    assert ENDED.phase == "ended"
