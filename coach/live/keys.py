"""The keys of a live session, as data: which key calls which method of the Player, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coach.live.player import Player


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a key does. Letters are as typed; others by name: space, enter, left, right, up, down, escape."""

    names: tuple[str, ...]
    """The first is the one that is shown."""
    action: str
    """A method of the Player without arguments; empty for what the screen itself does."""
    help: str


KEYS: tuple[Key, ...] = (
    Key(("space", "enter"), "toggle", "pause, go on"),
    Key(("right",), "forward", "next part"),
    Key(("left",), "back", "restart part"),
    Key(("s",), "skip", "skip movement"),
    Key(("r",), "repeat", "do it again"),
    Key(("x",), "hurts", "it hurts"),
    Key(("+", "="), "longer", "10 s more"),
    Key(("-", "_"), "shorter", "10 s less"),
    Key(("o",), "other_side", "other side first"),
    Key(("t",), "talk_less", "talk less"),
    Key(("T",), "talk_more", "talk more"),
    Key(("up",), "louder", "louder"),
    Key(("down",), "softer", "softer"),
    Key(("m",), "mute", "tones off, on"),
    Key(("?", "h"), "", "these keys"),
    Key(("q",), "stop", "stop here"),
)

_SHOWN = {"right": "→", "left": "←", "up": "↑", "down": "↓"}
_BY_NAME = {name: key for key in KEYS for name in key.names}


def found(name: str) -> Key | None:
    """Return what this key does. With Caps Lock on, letters mean the same."""
    return _BY_NAME.get(name) or _BY_NAME.get(name.lower())


def shown(key: Key) -> str:
    """Return the key as help names it."""
    return _SHOWN.get(key.names[0], key.names[0])


def act(player: Player, key: Key) -> None:
    """Let the player do what the key is for."""
    if key.action:
        getattr(player, key.action)()
