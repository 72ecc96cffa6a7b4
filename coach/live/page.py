"""What the screen shows: rows of text with a style each, for one moment and one size. Pure: no terminal here.

What to read from two metres away is drawn in big letters as far as there is room; what there is no room for is
plain, and the least important rows are left out first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from coach.live import letters, words
from coach.units import format_clock

if TYPE_CHECKING:
    from coach.live.state import Now

Style: TypeAlias = Literal["plain", "dim", "strong", "side", "work", "halt", "alert"]


class Span(NamedTuple):
    """Text in one style."""

    text: str
    style: Style = "plain"


Row: TypeAlias = tuple[Span, ...]

_STACKS = ((2, 3, 2), (2, 2, 2), (1, 2, 1), (1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 0), (0, 0, 0))
"""Scales of movement, side and what to do, the best first; 0 is plain. The side is the biggest."""
_PAUSED = ((1, 3, 2), (1, 2, 1), (0, 2, 1), (0, 2, 0), (0, 1, 1), (0, 1, 0), (0, 0, 0))
"""The same while "Paused" stands in the middle."""
_BIGGEST = 5
_HINTS = "space pause   → next   x it hurts   ? keys   q stop"
_SHORT_HINTS = "space pause   ? keys"


def playing_page(now: Now, title: str, width: int, height: int) -> tuple[Row, ...]:
    """Return the rows while the session plays or is paused: exactly `height`, none wider than `width` columns."""
    side_by_side, room = _inner(width)
    top, bottom = _top(now, title, room, height), _bottom(now, room, height)
    free = height - len(top) - len(bottom)
    paused = now.phase == "paused"
    do = words.what_to_do(now)
    if do == now.title:
        do = ""
    side, sets = words.side_of(now).upper(), words.set_of(now)
    parts: tuple[tuple[str, Style], ...] = ((now.title, "strong"), (side, "side"), (do, "work"))
    if paused:
        # In the place of what is biggest.
        parts, sets = ((now.title, "dim"), (do.upper(), "halt"), (side, "dim")), ""
    figure = words.counted_down(words.seconds_left(now))
    unit = words.unit_left(now)
    style: Style = "dim" if paused else "work" if now.kind == "work" else "plain"
    return framed(width, top, _main(parts, sets, (figure, unit, style), room, free, side_by_side), bottom)


def ready_page(now: Now, title: str, kit: Sequence[str], width: int, height: int) -> tuple[Row, ...]:
    """Return the rows before the start: the countdown, and what to fetch."""
    side_by_side, room = _inner(width)
    hint = "space starts now   ? keys   q stop" if width >= 50 else "space starts now"
    bottom: tuple[Row, ...] = (_row(hint, "dim"),) if height >= 6 else ()
    if height >= 9:
        bottom = ((), *bottom)
    seconds = -(-now.ready_ms // 1000)
    figure: tuple[str, str, Style] = (str(seconds), "second" if seconds == 1 else "seconds", "work")
    free = height - len(bottom)
    fetch = _kit(kit, room if free < 9 else room - 2, max(1, free // 3))
    if free - len(fetch) < 3:
        fetch = ()
    parts: tuple[tuple[str, Style], ...] = ((title, "strong"), ("", "plain"), ("Starts in", "plain"))
    gap: tuple[Row, ...] = ((),) if fetch and free - len(fetch) > 7 else ()
    head: tuple[Row, ...] = ((),) if height >= 14 else ()
    about = format_clock(now.length_ms)
    if now.position_ms:
        about = f"from {format_clock(now.position_ms)} of {about}"
    main = _main(parts, about, figure, room, free - len(fetch) - len(gap) - len(head), side_by_side)
    return framed(width, head, main, (*gap, *fetch, *bottom))


def _kit(kit: Sequence[str], room: int, most: int) -> tuple[Row, ...]:
    if not kit:
        return ()
    if len(kit) + 1 <= most:
        listed = (f"  · {words.clipped(thing, room - 4)}" for thing in kit)
        return (_row("You need:", "plain"), *(_row(line, "strong") for line in listed))
    text = f"You need: {', '.join(kit)}."
    return tuple(_row(line, "strong") for line in words.wrapped(text, room, min(most, 3)))


# --- the parts ----------------------------------------------------------------------------------


def _inner(width: int) -> tuple[bool, int]:
    """Return whether two columns fit beside each other, and how wide the rows are inside the margins."""
    return width >= 36, width - 2 * margin(width)


def margin(width: int) -> int:
    """Return how many columns stay free on each side."""
    return 3 if width >= 90 else 2 if width >= 56 else 1 if width >= 30 else 0


def framed(width: int, *parts: Sequence[Row]) -> tuple[Row, ...]:
    """Return the parts as the rows of one page, with its margin and nowhere wider than `width` columns."""
    edge = Span(" " * margin(width))
    return tuple(_fitted((edge, *row) if edge.text and row else row, width) for part in parts for row in part)


def _fitted(row: Row, width: int) -> Row:
    if sum(words.cells(span.text) for span in row) <= width:
        return row
    found: list[Span] = []
    for span in row:
        text = words.clipped(span.text, width)
        found.append(Span(text, span.style))
        width -= words.cells(text)
        if text != span.text:
            break
    return tuple(found)


def _row(text: str, style: Style = "plain") -> Row:
    return (Span(text, style),)


def _top(now: Now, title: str, room: int, height: int) -> tuple[Row, ...]:
    if height < 8:
        return ()
    clock = f"{format_clock(now.position_ms)} of {format_clock(now.length_ms)}"
    gap: tuple[Row, ...] = ((),) if height >= 18 else ()
    if now.phase == "paused":
        line = words.clipped(" PAUSED: space goes on", room - len(clock) - 2)
        return ((Span(line.ljust(room - len(clock) - 1) + clock + " ", "alert"),), *gap)
    if words.cells(title) > room // 2 - len(clock):
        title = ""
    bar = room - words.cells(title) - len(clock) - 4 + (0 if title else 2)
    name = (Span(title + "  ", "dim"),) if title else ()
    if bar < 8:
        return ((*name, Span(clock, "dim")), *gap)
    full, rest = _bar(now.position_ms, now.length_ms, bar, "━", "─")
    return ((*name, Span(full, "plain"), Span(rest + "  ", "dim"), Span(clock, "dim")), *gap)


def _bar(done: int, whole: int, columns: int, full: str, rest: str) -> tuple[str, str]:
    filled = min(max(done * columns // max(whole, 1), 0), columns)
    return full * filled, rest * (columns - filled)


def _bottom(now: Now, room: int, height: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    if height >= 5:
        rows += [()] if height >= 14 else []
        rows.append(_progress(now, room))
    if height >= 7:
        rows += [()] if height >= 18 else []
        rows += _spoken(now, room, height)
    elif now.notice:
        rows = [_row(words.clipped(now.notice, room), "alert")]
    if height >= 9:
        rows += [()] if height >= 22 else []
        rows.append(_row(words.clipped(f"Next: {now.following}", room), "plain") if now.following else ())
    if height >= 11:
        rows += [()] if height >= 22 else []
        rows.append(_hints(now, room))
    return tuple(rows)


def _spoken(now: Now, room: int, height: int) -> list[Row]:
    """Return the sentence, or a notice that finds no room below it; always as many rows, so that nothing jumps."""
    lines = 1 if height < 8 else 2 if height < 26 else 3 if height < 40 else 7
    if now.notice and not _is_short(now.notice, room, height):
        style: Style = "alert"
        text = words.wrapped(now.notice, room, lines)
    else:
        big = letters.folded(now.caption, room, 1) if lines == 7 else None
        text = big if big and len(big) <= lines else words.wrapped(now.caption, room, lines)
        style = "strong"
    return [_row(line, style) if line else () for line in text] + [()] * (lines - len(text))


def _is_short(notice: str, room: int, height: int) -> bool:
    """Return whether a notice can stand in the line of the keys."""
    return height >= 11 and words.cells(notice) + 2 <= room


def _hints(now: Now, room: int) -> Row:
    if now.notice and _is_short(now.notice, room, 11):
        return _row(f" {now.notice} ", "alert")
    state = words.state_of(now)
    for hints in (_HINTS, _SHORT_HINTS, ""):
        free = room - len(hints) - len(state)
        if free >= (3 if state else 0):
            return Span(hints + " " * free, "dim"), Span(state, "strong")
    return _row(words.clipped(state, room), "strong")


def _progress(now: Now, room: int) -> Row:
    length_ms, done_ms = now.end_ms - now.start_ms, now.position_ms - now.start_ms
    style: Style = "work" if now.kind == "work" and now.phase != "paused" else "dim"
    if now.reps and now.kind == "work" and room >= 3 * now.reps:
        # One block for each repetition.
        done = now.rep or 1
        edges = [index * (room + 1) // now.reps for index in range(now.reps + 1)]
        blocks = [("█" if n < done else "░") * (edges[n + 1] - edges[n] - 1) for n in range(now.reps)]
        return Span(" ".join(blocks[:done]), style), Span(
            " " + " ".join(blocks[done:]) if done < now.reps else "", "dim"
        )
    full, rest = _bar(done_ms, length_ms, room, "█", "░")
    return Span(full, style), Span(rest, "dim")


def _main(
    parts: Sequence[tuple[str, Style]], beside: str, figure: tuple[str, str, Style], room: int, rows: int, two: bool
) -> tuple[Row, ...]:
    """Return `rows` rows: on the left what is done, on the right the seconds; one below the other if it is narrow."""
    number, unit, style = figure
    if not two:
        line = _row(words.clipped(f"{number} {unit}", room), style)
        left = _stack(parts, beside, room, rows - 1)
        return _high((line, *left), rows)
    scale = _figure_scale(number, room, rows)
    right = letters.drawn(number, scale) if scale else (number,)
    columns = max(max(map(len, right or ("",))), min(len(unit), room // 3))
    left = _stack(parts, beside, room - columns - 3, rows)
    label = words.wrapped(unit, columns, max(rows - len(right or ()), 0))
    block = [*(right or ()), *label]
    above = max((rows - len(block)) // 2, 0)
    block = [""] * above + [line.center(columns).rstrip() for line in block]
    above = max((rows - len(left)) // 2, 0)
    left = ((),) * above + left
    found: list[Row] = []
    for index in range(rows):
        row = left[index] if index < len(left) else ()
        text = block[index] if index < len(block) else ""
        if text.strip():
            used = sum(words.cells(span.text) for span in row)
            plain = index >= len(block) - len(label)
            row = (*row, Span(" " * (room - columns - used)), Span(text, "dim" if plain else style))
        found.append(row)
    return tuple(found[:rows])


def _figure_scale(number: str, room: int, rows: int) -> int:
    # Two figures at least, so that nothing moves when the second one goes.
    shape = number if len(number) > 2 else "00"
    for scale in range(_BIGGEST, 0, -1):
        if letters.columns(shape, scale) <= room * 2 // 5 + 4 and letters.ROWS * scale + 1 <= rows:
            return scale
    return 0


def _stack(parts: Sequence[tuple[str, Style]], beside: str, room: int, rows: int) -> tuple[Row, ...]:
    """Return the movement, the side and what to do, each as big as all of them can be in `rows` rows."""
    for scales in _PAUSED if parts[1][1] == "halt" else _STACKS:
        # Big letters need air between them; plain lines can do without.
        for gap in (1, 0) if any(scales) else (0,):
            if gap == 0 and sum(scale > 0 for scale in scales) > 1:
                continue
            found = _stacked(parts, beside, scales, room, gap)
            if found is not None and len(found) <= rows:
                return found
    # Not even plain: what to do and the side say most.
    line = " ".join(text for text, _ in reversed(parts) if text)
    return (_row(words.clipped(line, room), "strong"),)[: max(rows, 0)]


def _stacked(
    parts: Sequence[tuple[str, Style]], beside: str, scales: tuple[int, ...], room: int, gap: int
) -> tuple[Row, ...] | None:
    found: list[Row] = []
    for index, ((text, style), scale) in enumerate(zip(parts, scales, strict=True)):
        if not text:
            if index == 1 and beside:
                found.append(_row(beside, "plain"))
            continue
        if found:
            found += [()] * gap
        big = letters.folded(text, room, scale) if scale else None
        if scale and big is None:
            return None
        if big is not None:
            found += [_row(line, style) if line else () for line in big]
        else:
            found += [_row(line, style) for line in words.wrapped(text, room, 2)]
        if index == 1 and beside:
            last = found[-1]
            if words.cells(last[0].text) + len(beside) + 3 <= room:
                found[-1] = (*last, Span("   " + beside, "plain"))
            else:
                found.append(_row(words.clipped(beside, room), "plain"))
    return tuple(found)


def _high(rows: Sequence[Row], height: int) -> tuple[Row, ...]:
    return (*rows[:height], *((),) * (height - len(rows)))
