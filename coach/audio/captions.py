"""What is said as text in time: lyric lines and a transcript to read.

Reads a Timeline and nothing else. Lines begin at the onset of the words, which is when the ear hears them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from coach.script.timeline import PlacedCue, Timeline
from coach.units import format_clock

_SECOND_MS = 1000
_SLACK_MS = 24


class Caption(NamedTuple):
    """One line of text, from the onset of its first word to the end of its last."""

    start_ms: int
    end_ms: int
    text: str


def captions(timeline: Timeline) -> tuple[Caption, ...]:
    """Return the lines in order of time.

    A countdown ("Three, two, one.") is one line, and so are the words that pace breaths or repetitions in a row
    ("Down, up, down, up."): a line that is gone within the second cannot be read.
    """
    lines: list[Caption] = []
    for run in _runs(timeline):
        if len(run) > 1:
            words = [cue.text.strip().rstrip(".,!") for cue in run]
            text = ", ".join([words[0], *(word[:1].lower() + word[1:] for word in words[1:])]) + "."
            lines.append(Caption(run[0].onset_ms, run[-1].end_ms, text))
        else:
            lines.extend(Caption(cue.onset_ms, cue.end_ms, _one_line(cue.text)) for cue in run)
    return tuple(lines)


def lyric_lines(timeline: Timeline) -> tuple[tuple[int, str], ...]:
    """Return (onset in ms, text) of every line, in order of time."""
    return tuple((line.start_ms, line.text) for line in captions(timeline))


def transcript(timeline: Timeline, head: str) -> str:
    """Return the session to read: title, `head` (who should not do this), then every line under its chapter."""
    parts = [timeline.title, *([head.strip()] if head.strip() else [])]
    lines = list(captions(timeline))
    chapters = timeline.chapters
    for i, chapter in enumerate(chapters):
        until_ms = chapters[i + 1].start_ms if i + 1 < len(chapters) else timeline.length_ms + 1
        said = [f"{format_clock(chapter.start_ms)}  {chapter.title}"]
        while lines and lines[0].start_ms < until_ms:
            said.append(lines.pop(0).text)
        parts.append("\n".join(said))
    if lines:  # a Timeline without chapters
        parts.append("\n".join(line.text for line in lines))
    return "\n\n".join(parts) + "\n"


def _runs(timeline: Timeline) -> Iterator[list[PlacedCue]]:
    """Yield cues in order of time; together are those of a countdown (a second apart) and pacing words in a row."""
    run: list[PlacedCue] = []
    for cue in sorted(timeline.cues, key=lambda cue: cue.onset_ms):
        if run and not _follows(cue, run[-1]):
            yield run
            run = []
        run.append(cue)
    if run:
        yield run


def _follows(cue: PlacedCue, before: PlacedCue) -> bool:
    apart_ms = cue.onset_ms - before.onset_ms
    if cue.kind == before.kind == "count":
        return abs(apart_ms - _SECOND_MS) <= _SLACK_MS
    # The number before the first dot of an id is its segment's.
    return cue.kind == before.kind == "pace" and cue.id.split(".")[0] == before.id.split(".")[0]


def _one_line(text: str) -> str:
    return " ".join(text.split())
