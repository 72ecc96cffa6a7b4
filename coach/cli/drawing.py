"""A session drawn with letters: who should not, what happens when, and the red flags. Only `coach show` uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import click

from coach.cli.common import counted, say
from coach.cli.terminal import drawn, folded, shortened, width
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.script.timeline import Chapter, PlacedCue, PlacedSegment, Timeline
    from coach.session import Session

_MARKS = {
    "work": "█",
    "prepare": "░",
    "switch": "░",
    "release": "░",
    "breathe": "≈",
    "rest": "·",
    "reflect": "·",
    "talk": "·",
}
_COLOURS = {"█": "green", "░": "cyan", "≈": "blue"}
_LEGEND = (("█", "work"), ("░", "getting there"), ("≈", "breathing"), ("·", "words, rest"))
_RANK = "·≈░█"
"""A cell that two spans share shows the later of these."""
_LEAST_BAR, _MOST_BAR = 16, 56
_LEAST_TITLE = 20
_HARDLY_MISSED = ("halfway", "pace")
"""Kinds of cue that are there for comfort: that one is left out is no news."""


@dataclass(frozen=True, slots=True)
class _Row:
    chapter: Chapter
    inside: Sequence[PlacedSegment]
    takes: str
    work: str


@dataclass(frozen=True, slots=True)
class _Widths:
    """Columns of start, title, length, work and bar (0: no bar)."""

    start: int
    title: int
    takes: int
    work: int
    bar: int


def draw(session: Session, timeline: Timeline, *, cues: bool) -> None:
    """Print the timeline to stdout; what is only a remark goes to stderr."""
    columns = width()
    for text in dict.fromkeys(session.screens().values()):
        click.echo(folded(text, columns) + "\n")
    click.echo(_bold(folded(f"{timeline.title}, {format_clock(timeline.length_ms)}, voice {timeline.voice}", columns)))
    click.echo(folded(_needs(session), columns) + "\n")
    if timeline.estimated:
        say("Not recorded with this voice yet: times are estimates, the whole length is exact.\n")
    rows = [_row(timeline, chapter) for chapter in timeline.chapters]
    widths = _widths(rows, timeline, columns)
    heading = "  ".join(
        [
            f"{'start':>{widths.start}}",
            f"{'what':<{widths.title}}",
            f"{'takes':>{widths.takes}}",
            f"{'work':>{widths.work}}",
        ]
    )
    click.echo(_dim(heading))
    for row in rows:
        _print_row(row, timeline.length_ms, widths, strong=cues)
        if cues:
            _print_cues(timeline, row.chapter, widths.start, columns)
    click.echo()
    _print_sums(timeline, columns, legend=widths.bar > 0)
    if cues:
        _print_dropped(timeline, columns)
    notes = session.content.wording.notes
    about = session.routine.about
    if about and (session.swaps or any(c.what == "left out" for c in session.changes())):
        about = f"As written: {about}"
    for paragraph in (about, notes["review"], notes["red_flags"]):
        if paragraph:
            click.echo("\n" + folded(paragraph, columns))


def _needs(session: Session) -> str:
    from coach.session import movements_of

    movements = movements_of(session.routine, session.content)
    kit = dict.fromkeys(
        f"{kit.name} (or {kit.substitute})" if kit.substitute else kit.name for m in movements for kit in m.kit
    )
    positions = dict.fromkeys(m.position.replace("-", " ") for m in movements)
    return f"Kit: {'; '.join(kit) or 'none'}. Positions: {', '.join(positions) or 'any'}."


# --- rows ---------------------------------------------------------------------------------------


def _row(timeline: Timeline, chapter: Chapter) -> _Row:
    inside = [s for s in timeline.segments if chapter.start_ms <= s.start_ms < chapter.end_ms]
    # From the times that are shown, so that the column adds up for whoever checks it.
    takes_ms = _whole_s(chapter.end_ms) - _whole_s(chapter.start_ms)
    works = [s.end_ms - s.start_ms for s in inside if s.kind == "work"]
    work = format_clock(sum(works)) if works else ""
    if len(works) > 1 and max(works) - min(works) < 1000:
        work = f"{len(works)} x {format_clock(works[0])}"
    return _Row(chapter, inside, format_clock(takes_ms), work)


def _whole_s(ms: int) -> int:
    return (ms + 500) // 1000 * 1000


def _widths(rows: Sequence[_Row], timeline: Timeline, columns: int) -> _Widths:
    start = max(len(format_clock(timeline.length_ms)), 5)
    takes = max(5, *(len(row.takes) for row in rows))
    work = max(4, *(len(row.work) for row in rows))
    title = max(_LEAST_TITLE, *(len(row.chapter.title) for row in rows))
    room = columns - start - takes - work - 6
    bar = min(room - title - 2, _MOST_BAR)
    if bar < _LEAST_BAR:
        # Shorter titles for the sake of a bar, but only a little.
        bar = _LEAST_BAR if room - _LEAST_BAR - 2 >= min(title, _LEAST_TITLE + 6) else 0
        title = min(title, room - (bar + 2 if bar else 0))
    return _Widths(start, min(title, room), takes, work, bar)


def _print_row(row: _Row, length_ms: int, widths: _Widths, *, strong: bool) -> None:
    title = f"{drawn(shortened(row.chapter.title, widths.title)):<{widths.title}}"
    start = f"{format_clock(row.chapter.start_ms):>{widths.start}}"
    cells = [start, _bold(title) if strong else title, f"{row.takes:>{widths.takes}}"]
    bar = _bar(row.inside, length_ms, widths.bar)
    if row.work or bar:
        cells.append(f"{row.work:>{widths.work}}")
    if bar:
        cells.append(bar)
    click.echo("  ".join(cells))


def _bar(segments: Sequence[PlacedSegment], length_ms: int, columns: int) -> str:
    """Return a chapter's part of the whole session, drawn where it lies."""
    if not columns:
        return ""
    cells = [" "] * columns
    for segment in segments:
        first, last = segment.start_ms * columns // length_ms, max(segment.end_ms * columns - 1, 0) // length_ms
        mark = _MARKS[segment.kind]
        for cell in range(first, min(last, columns - 1) + 1):
            cells[cell] = max(cells[cell], mark, key=_RANK.find)
    runs = ("".join(run) for _, run in groupby("".join(cells).rstrip()))
    return "".join(click.style(drawn(run), fg=_COLOURS.get(run[0])) for run in runs)


# --- sentences ----------------------------------------------------------------------------------


def _print_cues(timeline: Timeline, chapter: Chapter, start: int, columns: int) -> None:
    inside = [cue for cue in timeline.cues if chapter.start_ms <= cue.onset_ms < chapter.end_ms]
    for onset_ms, text in _spoken(inside):
        first = f"{format_clock(onset_ms):>{start}}    "
        lines = folded(text, columns, " " * len(first), first)
        click.echo(_dim(lines[: len(first)]) + lines[len(first) :])


def _spoken(cues: Sequence[PlacedCue]) -> Iterator[tuple[int, str]]:
    """Yield onset and text; a run of counted words is one line, and a phrase said again and again is counted."""
    for counted_words, run in groupby(cues, key=lambda cue: cue.kind in ("count", "pace")):
        together = list(run)
        if not counted_words:
            yield from ((cue.onset_ms, cue.text) for cue in together)
            continue
        for kind, part in groupby(together, key=lambda cue: cue.kind):
            words = list(part)
            yield words[0].onset_ms, _folded_words([cue.text for cue in words], pace=kind == "pace")


def _folded_words(words: list[str], *, pace: bool) -> str:
    words = [word.rstrip(".") for word in words]
    for size in (1, 2, 3, 4) if pace else ():
        times = len(words) // size
        if times > 1 and words == words[:size] * times:
            return f"{', '.join(words[:size])} ({times} times)"
    return ", ".join(words)


def _print_dropped(timeline: Timeline, columns: int) -> None:
    lost = [dropped for dropped in timeline.dropped if dropped.what == "left out"]
    # The second part of a cue's id is its kind.
    left_out = [dropped for dropped in lost if not any(f".{kind}." in dropped.cue for kind in _HARDLY_MISSED)]
    if left_out:
        click.echo("Left out for want of room:")
    for dropped in left_out:
        click.echo(folded(dropped.text, columns, "    ", "  "))
    if short := len(timeline.dropped) - len(lost):
        click.echo(folded(f"Said in a shorter form for want of room: {counted(short, 'sentence')}.", columns))


def _print_sums(timeline: Timeline, columns: int, *, legend: bool) -> None:
    if legend:
        used = {_MARKS[segment.kind] for segment in timeline.segments}
        legend_text = "   ".join(f"{drawn(mark)} {name}" for mark, name in _LEGEND if mark in used)
        click.echo(_dim(folded(legend_text, columns)))
    sums = (
        ("left", timeline.work_ms("left")),
        ("right", timeline.work_ms("right")),
        ("both sides", timeline.work_ms("both")),
    )
    named = [f"{name} {format_clock(ms)}" for name, ms in sums if ms]
    if named:
        click.echo(folded(f"Work: {', '.join(named)}.", columns))


def _bold(text: str) -> str:
    return click.style(text, bold=True)


def _dim(text: str) -> str:
    return click.style(text, dim=True)
