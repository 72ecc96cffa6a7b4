"""`coach show`: the session as a timeline one can read, as JSON, or as a picture."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.common import open_session, say, session_options
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.script.timeline import Chapter, PlacedSegment, Timeline
    from coach.session import Session

_MARKS = {"work": "█", "prepare": "░", "switch": "░", "release": "░", "breathe": "≈", "rest": "·", "reflect": "·", "talk": "·"}
_ASCII = {"█": "#", "░": "-", "≈": "~", "·": "."}
_COLOURS = {"work": "green", "prepare": "cyan", "switch": "cyan", "release": "cyan", "breathe": "blue"}
_LEAST_BAR = 20


@click.command("show", epilog="Example: coach show five-minute-ball --minutes 6 --cues")
@click.argument("routine")
@session_options
@click.option("--cues", is_flag=True, help="Show every sentence with its time.")
@click.option("--png", metavar="FILE", help="Draw the session as a picture instead.")
@click.option("-f", "--force", is_flag=True, help="Overwrite a picture that is already there.")
@click.option("--json", "as_json", is_flag=True, help="Print the timeline as JSON.")
def command(
    routine: str, voice: str | None, length_ms: int | None, cues: bool, png: str | None, force: bool, as_json: bool
) -> None:
    """Show what happens when in ROUTINE (an id, or the path of your own file)."""
    session = open_session(routine, voice, length_ms)
    timeline = session.outlook()
    if png:
        from coach.audio.atomic import write_atomically
        from coach.audio.picture import draw

        write_atomically(Path(png), [draw(timeline)], overwrite=force)
        click.echo(png)
    elif as_json:
        click.echo(json.dumps(_json(timeline), ensure_ascii=False))
    else:
        _draw(session, timeline, cues=cues)


def _json(timeline: Timeline) -> dict[str, object]:
    return {
        "id": timeline.routine,
        "voice": timeline.voice,
        "estimated": timeline.estimated,
        "length_ms": timeline.length_ms,
        "chapters": [asdict(chapter) for chapter in timeline.chapters],
        "segments": [asdict(segment) for segment in timeline.segments],
        "cues": [asdict(cue) for cue in timeline.cues],
        "dropped": [asdict(dropped) for dropped in timeline.dropped],
    }


def _draw(session: Session, timeline: Timeline, *, cues: bool) -> None:
    routine = session.routine
    width = min(shutil.get_terminal_size().columns, 110)
    about = f"{timeline.title}  {format_clock(timeline.length_ms)}  {timeline.voice}"
    click.secho(about, bold=True)
    for text in _header(session):
        click.echo(click.wrap_text(text, width=width, subsequent_indent="  "))
    if timeline.estimated:
        say("Not recorded with this voice yet: times are estimates, the length will be exact.")
    titles = [chapter.title for chapter in timeline.chapters]
    wide = min(max(len(title) for title in titles), max(16, width - 50))
    for chapter in timeline.chapters:
        _row(timeline, chapter, wide, width)
        if cues:
            for cue in timeline.cues:
                if chapter.start_ms <= cue.onset_ms < chapter.end_ms:
                    click.echo(f"{format_clock(cue.onset_ms):>7}    {cue.text}")
    sides = {side: timeline.work_ms(side) for side in ("left", "right", "both")}
    named = [f"{side} {format_clock(ms)}" for side, ms in sides.items() if ms]
    if named:
        click.echo(f"Work: {', '.join(named)}.")
    left_out = [dropped for dropped in timeline.dropped if dropped.what == "left out"]
    if left_out and cues:
        click.echo("Left out for want of room: " + "; ".join(dropped.text for dropped in left_out))
    if routine.about:
        click.echo(click.wrap_text(routine.about, width=width))
    click.echo(click.wrap_text(session.content.wording.notes["red_flags"], width=width))


def _header(session: Session) -> list[str]:
    from coach.session import movements_of

    movements = movements_of(session.routine, session.content)
    lines = list(dict.fromkeys(session.screens().values()))
    kit = dict.fromkeys(
        f"{kit.name} (or {kit.substitute})" if kit.substitute else kit.name for m in movements for kit in m.kit
    )
    positions = dict.fromkeys(m.position.replace("-", " ") for m in movements)
    lines.append(f"Kit: {'; '.join(kit) or 'none'}. Positions: {', '.join(positions) or 'any'}.")
    return lines


def _row(timeline: Timeline, chapter: Chapter, wide: int, width: int) -> None:
    inside = [s for s in timeline.segments if chapter.start_ms <= s.start_ms < chapter.end_ms]
    work_ms = sum(s.end_ms - s.start_ms for s in inside if s.kind == "work")
    work = f"{work_ms / 1000:3.0f} s" if work_ms else "     "
    length = f"{(chapter.end_ms - chapter.start_ms) / 1000:3.0f} s"
    title = chapter.title if len(chapter.title) <= wide else chapter.title[: wide - 1] + "…"
    bar_width = width - wide - 25
    bar = _bar(inside, timeline.length_ms, bar_width) if bar_width >= _LEAST_BAR else ""
    click.echo(f"{format_clock(chapter.start_ms):>6}  {title:<{wide}}  {length}  {work}  {bar}".rstrip())


def _bar(segments: list[PlacedSegment], length_ms: int, width: int) -> str:
    """Return the chapter's part of the whole session, drawn where it lies."""
    cells = [(" ", "")] * width
    for segment in segments:
        first, last = segment.start_ms * width // length_ms, max(segment.end_ms * width - 1, 0) // length_ms
        for cell in range(first, min(last, width - 1) + 1):
            if cells[cell][1] != "work":
                cells[cell] = (_MARKS[segment.kind], segment.kind)
    plain = not _encodes("█░≈·")
    return "".join(
        click.style(_ASCII.get(mark, mark) if plain else mark, fg=_COLOURS.get(kind)) if kind else mark
        for mark, kind in cells
    ).rstrip()


def _encodes(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
