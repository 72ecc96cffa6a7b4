"""Random routines, movements and speech lengths, as far as the documents allow them."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import strategies as st

from coach.routine.delivery import Delivery
from coach.routine.library import Library
from coach.routine.model import (
    BlockStep,
    BreatheStep,
    Caution,
    HoldDose,
    Movement,
    MovementStep,
    Phases,
    ReflectStep,
    RepsDose,
    RestStep,
    Routine,
    Screen,
    SetsDose,
    ShortForms,
    TalkStep,
    Tempo,
    Version,
)
from coach.script.model import Length, Utterance
from coach.script.outline import Content

POSITIONS = ("standing", "kneeling", "hands-and-knees", "prone", "supine")

one_wording = st.integers(1, 14).map(lambda n: " ".join(["tail down"] * ((n + 1) // 2))[: 6 * n] + ".")

words = st.one_of(one_wording, one_wording, st.tuples(one_wording, one_wording).map(" | ".join))
"""A line: mostly one wording, sometimes two that may differ in length."""

versions = st.none() | st.builds(Version, st.just("To read."), st.none() | one_wording)

deliveries = st.builds(
    Delivery,
    talk=st.sampled_from(("full", "normal", "low")),
    level=st.sampled_from(("gentle", "steady", "strong")),
    start=st.sampled_from(("left", "right")),
    seed=st.integers(0, 9),
    familiar=st.booleans(),
)


@st.composite
def movements(draw: st.DrawFn, name: str) -> Movement:
    sides = draw(st.sampled_from(("each", "both", "alternate")))
    hold = reps = phases = None
    if sides != "alternate" and draw(st.booleans()):
        least = draw(st.integers(4, 20))
        default = draw(st.integers(least, 60))
        hold = HoldDose(default * 1000, least * 1000, draw(st.integers(default, 90)) * 1000)
    else:
        stride = 2 if sides == "alternate" else 1
        least = draw(st.integers(1, 5)) * stride
        default = least + draw(st.integers(0, 6)) * stride
        tempo = Tempo(*(draw(st.integers(0, 3)) for _ in range(2)), draw(st.integers(1, 3)), draw(st.integers(0, 2)))
        most = default + draw(st.integers(0, 6)) * stride
        reps = RepsDose(default, least, most, tempo, draw(st.sampled_from(("eccentric", "concentric"))))
        phases = Phases("Down", "Up")
    mark = " {side} leg" if sides == "each" else ""
    return Movement(
        id=name,
        name=name.title(),
        source="test",
        kind=draw(st.sampled_from(("static", "strength", "pressure"))),
        muscles=("iliopsoas",),
        position=draw(st.sampled_from(POSITIONS)),
        place="none",
        sides=sides,
        announce=f"{name}{mark}.",
        setup=tuple(draw(st.lists(words, min_size=1, max_size=5))),
        form=draw(words),
        feel=draw(words),
        release=draw(words),
        side_means="front leg" if sides == "each" else None,
        hold=hold,
        reps=reps,
        phases=phases,
        sets=SetsDose(draw(st.integers(1, 3)), 1, 4),
        short=ShortForms(setup=draw(st.none() | words), form=draw(st.none() | words), feel=draw(st.none() | words)),
        exit=tuple(draw(st.lists(words, max_size=2))),
        easier=draw(versions),
        harder=draw(versions),
        caution=tuple(
            Caution(text, when)
            for text, when in draw(st.lists(st.tuples(one_wording, st.sampled_from(("setup", "work"))), max_size=10))
        ),
        screen=draw(st.none() | st.just(Screen("Do not, if.", "Skip it, if."))),
    )


def steps(names: tuple[str, ...], deep: bool = True) -> st.SearchStrategy:
    flags = st.booleans()
    places = st.none() | st.sampled_from(POSITIONS)
    plain = st.one_of(
        st.builds(TalkStep, words, position=places),
        st.builds(BreatheStep, st.integers(1, 8), st.none() | words, flags, places),
        st.builds(RestStep, st.integers(3, 60).map(lambda s: s * 1000), st.none() | words, flags, places),
        st.builds(ReflectStep, words, st.integers(1, 20).map(lambda s: s * 1000), flags, places),
        st.builds(
            MovementStep,
            st.sampled_from(names),
            rest_ms=st.none() | st.integers(5, 40).map(lambda s: s * 1000),
            say=st.none() | words,
            optional=flags,
        ),
    )
    if not deep:
        return plain
    inner = st.lists(steps(names, deep=False), min_size=1, max_size=3).map(tuple)
    return st.one_of(plain, plain, plain, st.builds(BlockStep, st.integers(1, 3), inner, flags))


@st.composite
def routines(draw: st.DrawFn) -> tuple[Routine, Content]:
    names = ("alpha", "beta", "gamma")
    library = Library()
    known = {name: draw(movements(name)) for name in names}
    routine = Routine(
        id="made-up",
        name="Made up",
        steps=tuple(draw(st.lists(steps(names), min_size=1, max_size=6))),
        intro=draw(st.none() | words),
        outro=draw(st.none() | words),
        moment=draw(st.sampled_from(("any", "pre-run"))),
        bed=draw(st.sampled_from(("comfort", "none"))),
        tones=draw(st.sampled_from(("soft", "none"))),
    )
    wording = replace(library.wording(), session_safety=draw(one_wording))
    return routine, Content(known, wording, library.pacing(), draw(deliveries))


class SpeechLengths(dict[Utterance, Length]):
    """Lengths as a voice might have them: the same text always the same, counts well under a second."""

    def __init__(self, seed: int, word_ms: int = 300) -> None:
        super().__init__()
        self.seed, self.word_ms = seed, word_ms

    def __missing__(self, utterance: Utterance) -> Length:
        chance = random.Random(f"{self.seed}{utterance}")
        ms = chance.randint(250, 700) if utterance.pace == "count" else self.word_ms * len(utterance.text.split())
        length = Length(ms + chance.randint(0, 150), chance.randint(0, 120), exact=True)
        self[utterance] = length
        return length
