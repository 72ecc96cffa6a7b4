"""What `show`, `export` and `play` are asked: the options that shape a session, and the session they name."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

import click

from coach import paths
from coach.cli.common import Minutes, VoiceName, library, settings, tell_second_best, tell_skipped
from coach.errors import AskedError, ConfigError, RecordUnreadable, UnknownName
from coach.routine.delivery import Level

if TYPE_CHECKING:
    from coach.config import Config
    from coach.routine.adapt import Needs
    from coach.routine.delivery import Delivery
    from coach.routine.library import Library
    from coach.routine.model import Routine
    from coach.session import Session

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")

TALKS = ("full", "normal", "low")
WHERE = ("desk", "floor", "outdoors")
SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")
LEVELS: tuple[Level, ...] = get_args(Level)
KNOWN_AFTER = 3
"""Whoever has done a routine so often hears the short set-ups."""

_BEDS: tuple[Literal["comfort", "none"], ...] = ("comfort", "none")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as they were given; None or empty where nothing was said."""

    voice: str | None = None
    length_ms: int | None = None
    talk: str | None = None
    place: str | None = None
    kit: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    start: str | None = None
    level: str | None = None
    seed: int = 0
    setups: str | None = None


class Words(click.ParamType[tuple[str, ...]]):
    """Words parted by commas."""

    name = "A,B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:  # noqa: ANN401
        """Return the words, in small letters."""
        if isinstance(value, tuple):
            return value
        return tuple(word for part in value.split(",") if (word := part.strip().lower()))


def filter_options(command: _F) -> _F:
    """Add the options that say where somebody is, what they have and what they avoid."""
    return _with(
        command,
        click.option("--place", type=click.Choice(WHERE), help="Where you are; what cannot be done there is replaced."),
        click.option("--kit", type=Words(), multiple=True, help="What you have, such as mat,band; or none."),
        click.option(
            "--avoid", type=Words(), multiple=True, help="kneeling, floor, pressure, balance, or ids of movements."
        ),
    )


def needs_options(command: _F) -> _F:
    """Add the options that say what somebody can do, has and avoids."""
    return filter_options(
        _with(
            command,
            click.option("--start", type=click.Choice(SIDES), help="The side that begins."),
            click.option("--level", type=click.Choice(LEVELS), help="Which version of a movement you hear."),
        )
    )


def session_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a session; the command gets them as one `asked`."""
    names = [field.name for field in fields(Asked)]

    @functools.wraps(command)
    def gathered(**given: Any) -> Any:  # noqa: ANN401
        taken = {name: given.pop(name) for name in names}
        for name in ("kit", "avoid"):
            taken[name] = flat(taken[name])
        return command(asked=Asked(**taken), **given)

    with_needs = needs_options(gathered)
    return _with(
        with_needs,
        click.option("--minutes", "length_ms", type=Minutes(), help="Exact length, such as 8 or 7:30."),
        click.option("--talk", type=click.Choice(TALKS), help="How much the coach says."),
        click.option("--voice", type=VoiceName(), metavar="ENGINE[:NAME]", help="Who speaks: see `coach voices`."),
        click.option("--seed", type=click.IntRange(0, 1_000_000), default=0, help="Other wordings; 0 unless given."),
        click.option("--setups", type=click.Choice(("full", "short")), help="Short once you have done it three times."),
    )


def _with(command: _F, *options: Callable[[_F], _F]) -> _F:
    for option in reversed(options):
        command = option(command)
    return command


def flat(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the words of an option that may be given several times."""
    return tuple(dict.fromkeys(word for group in groups for word in group))


def open_session(name: str, asked: Asked) -> Session:
    """Return the session the options name, with the settings filled in; tells when the voice is second best."""
    from coach.audio.store import Store
    from coach.session import Session

    chosen, documents = settings(), library()
    routine: Routine = documents.routine_from_text(_from_stdin()) if name == "-" else documents.routine(name)
    voice = asked.voice or chosen["voice"] or None
    session = Session.of(
        routine,
        voice,
        length_ms=asked.length_ms,
        bed=next((bed for bed in _BEDS if bed == chosen["bed"]), None),
        needs=needs_of(asked, chosen, documents),
        delivery=_delivery(asked, chosen, routine.id),
        library=documents,
        store=Store(paths.cache_dir(), cap_bytes=chosen.cache_limit_bytes()),
    )
    if voice is None:
        tell_second_best(session.engine)
    return session


def _from_stdin() -> str:
    from coach.documents.files import decode
    from coach.documents.parse import MAX_BYTES

    if sys.stdin is None or sys.stdin.isatty():
        raise AskedError("a routine is read from what is piped in, and nothing is", hint="`coach make | coach show -`")
    return decode(sys.stdin.buffer.read(MAX_BYTES + 4), "-")


# --- what somebody can do, has and avoids ---------------------------------------------------------


def needs_of(asked: Asked, chosen: Config, documents: Library) -> Needs:
    """Return the needs of the options, else of the settings under `me`.

    Raises UnknownName, or ConfigError for a setting.
    """
    from coach.routine.adapt import PLACES, Needs

    place = asked.place or chosen["me.place"] or None
    kit = asked.kit or tuple(word.lower() for word in chosen.words("me.kit"))
    # "none" takes back for once what the settings say.
    avoid = tuple(w for w in asked.avoid or [word.lower() for word in chosen.words("me.avoid")] if w != "none")
    try:
        name = "me.avoid"
        check_avoid(avoid, documents)
        name = "me.kit"
        at_hand = checked_kit(kit, documents) if kit else None
    except UnknownName as error:
        if asked.avoid if name == "me.avoid" else asked.kit:
            raise
        # It was not typed now: say where it is written.
        raise ConfigError(chosen.value(name).source, name, str(error), hint=error.hint) from error
    return Needs(_one(place, tuple(PLACES)), at_hand, frozenset(avoid))


def check_avoid(words: Iterable[str], documents: Library) -> None:
    """Refuse a word that is neither to be avoided nor a movement. Raises UnknownName."""
    from coach.documents.values import nearest
    from coach.routine.adapt import AVOIDABLE

    for word in words:
        known = (*AVOIDABLE, *documents.movement_ids())
        if word not in known:
            hint = f"{', '.join(AVOIDABLE)} or the id of a movement: `coach list --movements`"
            raise UnknownName("thing to avoid", word, nearest(word, known, 2), hint=hint)


def checked_kit(words: Iterable[str], documents: Library) -> frozenset[str]:
    """Return the words for things at hand; "none" is no thing. Raises UnknownName for what no movement uses."""
    from coach.documents import read_file
    from coach.routine.kit_names import at_hand, read_kit_names
    from coach.routine.library import DATA

    movements, broken = documents.movements()
    tell_skipped(broken)
    kits = [kit for movement in movements for kit in movement.kit]
    path = DATA / "kit.yaml"
    return at_hand((word for word in words if word != "none"), kits, read_kit_names(read_file(path), str(path)))


def _delivery(asked: Asked, chosen: Config, routine: str) -> Delivery:
    from coach.routine.delivery import Delivery, Talk

    return Delivery(
        talk=_one(asked.talk or chosen["talk"], get_args(Talk)) or "normal",
        level=level_of(asked, chosen),
        start=start_of(asked, chosen),
        seed=asked.seed,
        familiar=asked.setups == "short" or (asked.setups is None and _knows(routine)),
    )


def level_of(asked: Asked, chosen: Config) -> Level:
    """Return which version of a movement is told."""
    return _one(asked.level or chosen["me.level"], LEVELS) or "steady"


def start_of(asked: Asked, chosen: Config) -> Literal["left", "right"]:
    """Return the side that begins."""
    return _one(asked.start or chosen["me.start"], SIDES) or "left"


def _knows(routine: str) -> bool:
    folder = paths.record_dir()
    if not os.path.lexists(folder / "history.db"):
        return False  # the usual case: sqlite is not even loaded
    from coach.cli.history_command import tell_unreadable
    from coach.history import History

    try:
        return History(folder).times_done(routine) >= KNOWN_AFTER
    except RecordUnreadable as error:
        tell_unreadable(error)
        return False


def _one(text: str | None, allowed: tuple[_T, ...]) -> _T | None:
    return next((word for word in allowed if word == text), None)
