"""The Textual app: it shows the rows of `page` and `pages`, ten times a second, and hands keys to the player."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key, Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from coach.live import keys
from coach.live.page import Row, playing_page, ready_page
from coach.live.pages import end_page, keys_page

if TYPE_CHECKING:
    from coach.live.player import Player

_TICK_S = 0.1

# The terminal's own sixteen colours: they fit a light and a dark window, and each says it without colour, too.
_STYLES = {
    "plain": Style(),
    "dim": Style(dim=True),
    "strong": Style(bold=True),
    "side": Style(bold=True, color="cyan"),
    "work": Style(bold=True, color="green"),
    "halt": Style(bold=True, color="yellow"),
    "alert": Style(bold=True, reverse=True),
}


class Canvas(Widget):
    """Rows of styled text; only those that changed are drawn again."""

    DEFAULT_CSS = "Canvas { width: 100%; height: 100%; background: ansi_default; color: ansi_default; }"

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.rows: Sequence[Row] = ()

    def draw(self, rows: Sequence[Row]) -> None:
        """Show these rows from now on."""
        before, self.rows = self.rows, rows
        if len(before) != len(rows):
            self.refresh()
            return
        changed = (y for y, (old, new) in enumerate(zip(before, rows, strict=True)) if old != new)
        regions = [Region(0, y, self.size.width, 1) for y in changed]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """Return one row."""
        row = self.rows[y] if y < len(self.rows) else ()
        width = self.size.width
        strip = Strip([Segment(span.text, _STYLES[span.style]) for span in row])
        return strip.adjust_cell_length(width, Style())


class SessionApp(App[None]):
    """One live session on the screen."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { background: ansi_default; color: ansi_default; overflow: hidden; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
    ]

    def __init__(self, player: Player, title: str) -> None:
        """Show `player`, which has been started; `title` is the routine's name."""
        super().__init__(ansi_color=True)
        self.player, self.session_title = player, title
        self.failure: Exception | None = None
        """What went wrong while drawing or acting; the app ends itself then."""
        self._explains = False
        self._canvas = Canvas()

    def compose(self) -> ComposeResult:
        """One widget fills the screen."""
        yield self._canvas

    def on_mount(self) -> None:
        """Begin to follow the player."""
        self.animation_level = "none"
        self.set_interval(_TICK_S, self.tick)
        self.tick()

    def on_resize(self, event: Resize) -> None:
        """Lay it out anew at once."""
        self.tick()

    def tick(self) -> None:
        """Show the present moment."""
        try:
            self._show()
        except Exception as error:
            # Textual would print a traceback over the terminal.
            self.failure = error
            self.exit()

    def _show(self) -> None:
        width, height = self.size
        now = self.player.now()
        if now.phase == "ended":
            summary = self.player.summary()
            if summary.ending != "done":
                self.exit()
                return
            rows = end_page(summary, width, height)
        elif self._explains:
            rows = keys_page(width, height)
        elif now.phase == "ready":
            rows = ready_page(now, self.session_title, self.player.kit, width, height)
        else:
            rows = playing_page(now, self.session_title, width, height)
        self._canvas.draw(rows)

    def on_key(self, event: Key) -> None:
        """Let the player do what the key is for."""
        event.stop()
        name = event.character if event.is_printable and event.character != " " else event.key
        key = keys.found(name or "")
        try:
            if self.player.now().phase == "ended":
                self.exit()
                return
            explained, self._explains = self._explains, False
            if key is None:
                pass
            elif key.action:
                keys.act(self.player, key)
            else:
                self._explains = not explained
            if key is not None and key.action == "stop":
                self.exit()
                return
        except Exception as error:
            self.failure = error
            self.exit()
            return
        self.tick()

    def action_interrupt(self) -> None:
        """Ctrl-C: the terminal makes no signal of it while the screen is up."""
        if self.player.now().phase != "ended":
            self.player.stop("interrupted")
        self.exit()

    def action_leave(self) -> None:
        """Leave like q."""
        if self.player.now().phase != "ended":
            self.player.stop()
        self.exit()

    def action_suspend_process(self) -> None:
        """Ctrl-Z: pause, for a process that is stopped makes no sound."""
        if self.player.now().phase in ("playing", "speaking"):
            self.player.toggle()
        super().action_suspend_process()
