"""From templates to utterances: the side put into a text, a first guess at how long it takes to say."""

from __future__ import annotations

from coach.routine.model import Movement, Side, Wording
from coach.script.model import Length, Pace, Utterance

_MS_PER_LETTER = {"setup": 58, "hold": 73, "count": 40}
_MS_PER_SENTENCE = {"setup": 460, "hold": 420, "count": 290}
_MS_PER_COMMA = {"setup": 430, "hold": 520, "count": 0}
"""Fitted to the default voice at the coach's pace over 290 shipped lines: off by 0.24 s (standard deviation)."""
_OTHER: dict[Side, Side] = {"left": "right", "right": "left", "both": "both"}


def resolve(text: str, wording: Wording, *, side: Side = "both", name: str = "", n: int = 0) -> str:
    """Return `text` with `{side}`, `{other}`, `{name}` and `{n}` filled in."""
    if "{" not in text:
        return text
    said = {
        "{side}": wording.sides.get(side, side),
        "{other}": wording.sides.get(_OTHER[side], side),
        "{name}": name,
        "{n}": str(n),
    }
    for mark, value in said.items():
        text = text.replace(mark, value)
    return text[:1].upper() + text[1:]


def say(text: str, wording: Wording, *, pace: Pace = "setup", side: Side = "both") -> Utterance:
    """Return the utterance of a template for this side."""
    return Utterance(resolve(text, wording, side=side), pace, language=wording.language)


def estimate(utterance: Utterance) -> Length:
    """Return a guess of how long `utterance` takes, for plans made before anything is rendered."""
    text, pace = utterance.text, utterance.pace
    sentences = max(1, sum(text.count(mark) for mark in ".?!:"))
    ms = len(text) * _MS_PER_LETTER[pace] + sentences * _MS_PER_SENTENCE[pace] + text.count(",") * _MS_PER_COMMA[pace]
    return Length(ms, 40, exact=False)


class Estimates(dict[Utterance, Length]):
    """Known lengths; an utterance that is not among them gets an estimate."""

    def __missing__(self, utterance: Utterance) -> Length:
        """Return the estimate and keep nothing: a plan may ask for many forms it never uses."""
        return estimate(utterance)


def chapter_title(movement: Movement, wording: Wording, side: Side, set_number: int, sets: int) -> str:
    """Return "Fencer's stretch, left" or, with several sets, "Fencer's stretch, left 2/3"."""
    parts = [] if side == "both" else [wording.sides.get(side, side)]
    if sets > 1:
        parts.append(f"{set_number}/{sets}")
    return f"{movement.name}, {' '.join(parts)}" if parts else movement.name
