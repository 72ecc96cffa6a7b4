from __future__ import annotations

from dataclasses import replace

from coach.audio.captions import captions, lyric_lines, transcript
from coach.script.timeline import PlacedCue
from tests.audio import timelines

SESSION = timelines.session()


def test_lines_are_in_order_at_onsets_and_a_countdown_is_one_line():
    late = tuple(replace(cue, onset_ms=cue.onset_ms + 30) for cue in SESSION.cues)
    lines = lyric_lines(replace(SESSION, cues=tuple(reversed(late))))
    assert lines[0] == (1030, "Welcome. Let the breath settle.")
    assert [at for at, _ in lines] == sorted(at for at, _ in lines)
    work = next(s for s in SESSION.segments if s.kind == "work")
    on_time = lyric_lines(SESSION)
    assert (work.end_ms - 3000, "Three, two, one.") in on_time
    assert [text for _, text in on_time].count("Three, two, one.") == 2
    assert len(on_time) == len(SESSION.cues) - 4


def test_counts_more_than_a_second_apart_stay_lines_of_their_own():
    work = next(s for s in SESSION.segments if s.kind == "work")
    cues = tuple(
        PlacedCue(f"005.count.{n}", "count", word, at, at, at + 300)
        for n, (word, at) in enumerate((("Three more", work.start_ms), ("Two more", work.start_ms + 4000)))
    )
    assert [text for _, text in lyric_lines(replace(SESSION, cues=cues))] == ["Three more", "Two more"]


def test_words_that_pace_one_segment_are_one_line():
    said = (("005", "Down."), ("005", "Up."), ("005", "Down."), ("007", "In."), ("007", "Out."))
    cues = tuple(
        PlacedCue(f"{segment}.pace.{n}", "pace", word, n * 2000, n * 2000, n * 2000 + 300)
        for n, (segment, word) in enumerate(said)
    )
    lines = lyric_lines(replace(SESSION, cues=cues))
    assert lines == ((0, "Down, up, down."), (6000, "In, out."))


def test_transcript_holds_the_head_every_chapter_and_every_line_once():
    text = transcript(SESSION, "Not with a fresh injury.")
    assert text.startswith("Hip reset\n\nNot with a fresh injury.\n\n0:00  Welcome\n")
    for chapter in SESSION.chapters:
        assert chapter.title in text
    assert text.count("And release.") == 2
    without = transcript(replace(SESSION, chapters=()), "")
    assert without.startswith("Hip reset\n\nWelcome. Let")


def test_line_breaks_in_a_text_do_not_break_a_file():
    cue = replace(SESSION.cues[0], text="Two\nlines")
    assert captions(replace(SESSION, cues=(cue,)))[0].text == "Two lines"
