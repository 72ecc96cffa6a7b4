"""The two pages beside the session itself: the keys, and what it came to. Pure, like `page`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coach.live import keys, letters, words
from coach.live.page import Row, Span, Style, framed, margin

if TYPE_CHECKING:
    from coach.live.state import Summary


def keys_page(width: int, height: int) -> tuple[Row, ...]:
    """Return the rows that explain every key, in two columns where they do not fit into one."""
    room = width - 2 * margin(width)
    entries = [(keys.shown(key), key.help) for key in keys.KEYS]
    head: list[Row] = [(Span("Keys", "strong"), Span("   any key closes this", "dim")), ()]
    columns = 1 if len(entries) + len(head) <= height else 2
    each = -(-len(entries) // columns)
    if each + len(head) > height:
        head = []
    wide = room >= 50
    parts = [entries[first : first + each] for first in range(0, len(entries), each)]
    rows: list[Row] = []
    for index in range(each):
        row: list[Span] = []
        for part in parts:
            if index < len(part):
                name, text = part[index]
                row.append(Span(name.ljust(max(len(each) for each, _ in part) + 1 + 2 * wide), "strong"))
                row.append(Span(text.ljust(max(len(each) for _, each in part) + 1 + 3 * wide)))
        row[-1] = Span(row[-1].text.rstrip())
        rows.append(tuple(row))
    return _fill(width, height, [*head, *rows])


def end_page(summary: Summary, width: int, height: int) -> tuple[Row, ...]:
    """Return the rows at the end: what was done on each side, what was left out, and how to leave."""
    room = width - 2 * margin(width)
    how = "Well done" if summary.ending == "done" else "Stopped"
    style: Style = "work" if summary.ending == "done" else "strong"
    headline = f"{summary.title}: {words.outcome(summary)}"
    notes = [(Span(line, "strong"),) for text in words.left_out(summary) for line in words.wrapped(text, room, 2)]
    table = done_table(summary, room) or [(Span("Nothing was done yet."),)]
    closing: list[Row] = [(Span("any key closes", "dim"),)]
    for gap in ((),), ():
        for scale in (3, 2, 1, 0):
            if letters.columns(how, scale) > room:
                continue
            title: list[Row] = [(Span(line, style),) for line in letters.drawn(how, scale) or (how,)]
            top = [*gap, *title, *gap, (Span(words.clipped(headline, room), "plain"),), *gap]
            rows = [*top, *table, *gap, *notes, *gap, *closing]
            if len(rows) <= height and not (scale > 1 and not gap):
                return _fill(width, height, rows[:-1], closing)
    # It is too much for this screen: it is printed when this closes.
    rest = [*table, *notes]
    most = max(height - 3, 0)
    if len(rest) > most:
        rest = [*rest[: max(most - 1, 0)], (Span(f"and {len(rest) - most + 1} more, printed when this closes", "dim"),)]
    return _fill(width, height, [(Span(words.clipped(headline, room), style),), *rest[:most]], closing)


def done_table(summary: Summary, room: int) -> list[Row]:
    """Return a row for each movement with its seconds of work, columns aligned, none wider than `room`."""
    rows = words.done_rows(summary)
    first = max((len(row[1]) for row in rows), default=0)
    second = max((len(row[2]) for row in rows), default=0)
    least = first + second + (4 if second else 2)
    name = min(max((words.cells(row[0]) for row in rows), default=0), max(room - least, 0))
    found: list[Row] = []
    for title, left, right in rows:
        title = words.clipped(title, name)
        title += " " * (name - words.cells(title) + 2)
        found.append((Span(title), Span(words.clipped(f"{left:<{first}}  {right}".rstrip(), room), "strong")))
    return found


def _fill(width: int, height: int, rows: Sequence[Row], last: Sequence[Row] = ()) -> tuple[Row, ...]:
    rows = rows[: max(height - len(last), 0)]
    gap: list[Row] = [()] * (height - len(rows) - len(last))
    return framed(width, [*rows, *gap, *last][:height])
