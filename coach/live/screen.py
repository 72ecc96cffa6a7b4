"""The full screen of a live session. Light to import: what draws is loaded when a screen is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coach.live.terminal import can_draw, kept, restore_terminal

if TYPE_CHECKING:
    from coach.live.player import Player

__all__ = ["can_draw", "restore_terminal", "show"]


def show(player: Player, title: str) -> None:
    """Show the session until it has ended and been read, or was stopped; the terminal is as before, whatever happens.

    The player is started before: sound does not wait for the screen. Ctrl-C ends the session as "interrupted".
    """
    with kept(full_screen=True):
        from coach.live.app import SessionApp

        app = SessionApp(player, title)
        app.run(mouse=False)
        if app.failure is not None:
            raise app.failure
        if app.return_code:
            raise RuntimeError("the screen could not be shown")
