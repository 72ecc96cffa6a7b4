"""A movement as one listener hears it: the version of their level, and the things they have. Pure.

`{ball}` in a text is a thing of the movement's kit; who has none hears what a household has instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, replace

from coach.routine.adapt import at_hand
from coach.routine.delivery import Delivery
from coach.routine.model import WORDINGS, Movement, ShortForms, Version

_OPENS = (". ", "! ", "? ", WORDINGS)
"""What comes before the first word of a sentence."""


def heard(movement: Movement, delivery: Delivery) -> Movement:
    """Return `movement` with the set-up of the listener's level and with its kit by name; `{side}` stays."""
    version = version_of(movement, delivery)
    if version and version.instead_of:
        movement = _replaced(movement, version)
    spoken = {kit.say: kit.said(there=at_hand(kit, delivery.kit)) for kit in movement.kit if kit.say}
    return with_texts(movement, lambda text: _named(text, spoken)) if spoken else movement


def version_of(movement: Movement, delivery: Delivery) -> Version | None:
    """Return the version of the listener's level; None when there is nothing to say of it."""
    version = {"gentle": movement.easier, "steady": None, "strong": movement.harder}[delivery.level]
    return version if version and version.say else None


def _replaced(movement: Movement, version: Version) -> Movement:
    """Return the movement with one sentence of its set-up, the short set-up and maybe the form of `version`."""
    number = version.instead_of - 1
    setup = (*movement.setup[:number], version.say or "", *movement.setup[number + 1 :])
    short = replace(movement.short, setup=version.short)
    if version.form:
        short = replace(short, form=None)
    return replace(movement, setup=setup, short=short, form=version.form or movement.form)


def _named(text: str, spoken: dict[str, str]) -> str:
    """Return `text` with the words for things filled in, in capitals where a sentence begins."""

    def word(match: re.Match[str]) -> str:
        said = spoken.get(match[1])
        if said is None:
            return match[0]
        opens = not match.start() or text[: match.start()].endswith(_OPENS)
        return said[:1].upper() + said[1:] if opens else said

    return re.sub(r"\{([a-z]+)\}", word, text) if "{" in text else text


def with_texts(movement: Movement, said: Callable[[str], str]) -> Movement:
    """Return the movement with every text that is spoken, and the fault, put through `said`."""

    def perhaps(text: str | None) -> str | None:
        return said(text) if text else text

    def version(one: Version | None) -> Version | None:
        if one is None:
            return None
        return replace(one, text=said(one.text), say=perhaps(one.say), short=perhaps(one.short), form=perhaps(one.form))

    return replace(
        movement,
        announce=said(movement.announce),
        setup=tuple(map(said, movement.setup)),
        form=said(movement.form),
        feel=said(movement.feel),
        release=said(movement.release),
        fault=perhaps(movement.fault),
        exit=tuple(map(said, movement.exit)),
        short=ShortForms(**{key: perhaps(text) for key, text in asdict(movement.short).items()}),
        easier=version(movement.easier),
        harder=version(movement.harder),
        caution=tuple(replace(one, say=said(one.say)) for one in movement.caution),
        screen=replace(movement.screen, say=said(movement.screen.say)) if movement.screen else None,
    )
