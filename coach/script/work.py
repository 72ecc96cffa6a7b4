"""What is said inside the work: the cues of a hold and of counted repetitions.

How much of it is decided in `talk`: `contact` tells how new the movement is to the listener at this moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from coach.routine.delivery import Talk
from coach.routine.model import Caution, Movement, RepsDose, Side, Wording
from coach.script.model import At, BeforeEnd, Cue, CueKind, Lengths, ToneCue, Utterance, Within
from coach.script.outline import Content
from coach.script.talk import AMOUNTS, Amount, Contact, LineName
from coach.script.wording import resolve, say
from coach.script.words import Words

_BEFORE_COUNT_MS = 1500
"""A breath of silence before the countdown."""
HOW_MANY_BEFORE_MS = 2600
"""Before the start of the work: it has ended when the start tone sounds."""
_PHASED_REPS: dict[Contact, int] = {"first": 2, "second-side": 1, "repeat": 1}
_ALTERNATING_REPS = 4
_LEAST_REPS_FOR_HALFWAY = 8
_LEAST_REPS_FOR_COUNT = 5


@dataclass(frozen=True, slots=True)
class Work:
    """One stretch of work: which movement, side and contact, and what the step adds."""

    movement: Movement
    side: Side
    contact: Contact
    amount: int
    """Milliseconds of hold, or repetitions."""
    reps: RepsDose | None
    least_ms: int
    """The shortest this work may be made."""
    extra_form: str | None = None
    cautions: tuple[Caution, ...] = ()

    @property
    def length_ms(self) -> int:
        """Milliseconds of work."""
        return self.amount * self.reps.tempo.rep_ms if self.reps else self.amount

    def amount_of_talk(self, talk: Talk) -> Amount:
        """Return how much may be said inside it."""
        return AMOUNTS[talk][self.contact]


def cautions_fit(cautions: tuple[Caution, ...], side: Side, least_ms: int, content: Content, lengths: Lengths) -> bool:
    """Say whether these safety lines fit into work of `least_ms`; if not they are spoken with the set-up.

    Asked for the shortest work that fit may choose, so that its choice of work never changes the set-up.
    """
    # The end of a hold belongs to the countdown.
    counted_ms = 1000 * len(content.wording.counts) + _BEFORE_COUNT_MS
    spoken = [lengths[say(c.say, content.wording, pace="hold", side=side)].ms for c in cautions]
    return sum(spoken) + content.pacing.silence_ms * (len(spoken) + 1) <= least_ms - counted_ms


def how_many(number: str, amount: int, wording: Wording, words: Words) -> Cue:
    """Return the cue that says how many repetitions are to come, while the body gets into position.

    It takes none of the plan's time, so that the number may change without moving anything.
    """
    said = Utterance(resolve(words.pick(wording.reps), wording, n=amount), language=wording.language)
    return Cue(f"{number}.announce.9", "announce", (said,), BeforeEnd(HOW_MANY_BEFORE_MS), priority=40)


def work_cues(work: Work, number: str, content: Content, words: Words) -> tuple[tuple[Cue, ...], tuple[ToneCue, ...]]:
    """Return the cues and tones of the work; `number` begins their ids."""
    make = _Maker(work, number, content, words)
    if work.movement.kind == "rest":
        return make.words(), ()  # nobody counts down somebody who lies still
    if work.reps:
        return (*make.words(), *make.rep_counts(work.reps)), make.rep_ticks(work.reps)
    return (*make.words(), *make.halfway(), *make.countdown()), make.count_ticks()


class _Maker:
    """Makes the cues of one Work; a class only so that its four parts share their inputs."""

    def __init__(self, work: Work, number: str, content: Content, words: Words) -> None:
        self.work, self.number, self.content, self.choose = work, number, content, words

    def words(self) -> tuple[Cue, ...]:
        """Safety, form and feel, as much as this contact bears."""
        movement, short = self.work.movement, self.work.movement.short
        cues = [
            self._cue("safety", i, (caution.say,), Within(60, 1000), priority=95, must=True)
            for i, caution in enumerate(self.work.cautions)
        ]
        early = Within(100, 450) if not self.work.reps else Within(200, 700)
        if self.work.extra_form:
            cues.append(self._cue("form", 1, (self.work.extra_form,), Within(100, 800), priority=65))
        # Under pressure the right feeling is worth more than "halfway".
        feel_weight = 75 if movement.kind == "pressure" else 50
        lines: dict[LineName, tuple[CueKind, tuple[str | None, ...], int]] = {
            "form": ("form", (movement.form, short.form), 60),
            "feel": ("feel", (movement.feel, short.feel), feel_weight),
            "short-form": ("form", (short.form or movement.form,), 40),
            "short-feel": ("feel", (short.feel or movement.feel,), 40),
        }
        for turn, name in enumerate(self.work.amount_of_talk(self.content.delivery.talk).lines):
            kind, texts, priority = lines[name]
            cues.append(self._cue(kind, 0, texts, Within(500, 900) if turn else early, priority=priority - turn))
        return tuple(cues)

    def halfway(self) -> tuple[Cue, ...]:
        """ "Halfway" on the half, when the hold is long enough to have one."""
        if self.work.length_ms < self.content.pacing.halfway_from_ms:
            return ()
        return (self._cue("halfway", 0, (self.content.wording.halfway,), At(self.work.length_ms // 2), priority=70),)

    def countdown(self) -> tuple[Cue, ...]:
        """Three, two, one, each heard on its whole second before the end."""
        counts = self.content.wording.counts
        return tuple(
            Cue(
                f"{self.number}.count.{n}",
                "count",
                (Utterance(counts[n - 1], "count", language=self.content.wording.language),),
                BeforeEnd(n * 1000),
                priority=90,
            )
            for n in range(len(counts), 0, -1)
        )

    def count_ticks(self) -> tuple[ToneCue, ...]:
        """A soft tick under each count."""
        return tuple(ToneCue("tick", BeforeEnd(n * 1000)) for n in range(len(self.content.wording.counts), 0, -1))

    def rep_ticks(self, reps: RepsDose) -> tuple[ToneCue, ...]:
        """A soft tick where each repetition begins."""
        return tuple(ToneCue("tick", At(n * reps.tempo.rep_ms)) for n in range(self.work.amount))

    def rep_counts(self, reps: RepsDose) -> tuple[Cue, ...]:
        """The words that pace the first repetitions, halfway, and the last ones counted down."""
        cues = list(self._pacing_words(reps))
        rep_ms, amount, wording = reps.tempo.rep_ms, self.work.amount, self.content.wording
        if amount >= _LEAST_REPS_FOR_COUNT:
            for left in range(len(wording.reps_left), 0, -1):
                place = At((amount - left) * rep_ms)
                cues.append(self._cue("count", left, (wording.reps_left[left - 1],), place, priority=90))
        if amount >= _LEAST_REPS_FOR_HALFWAY and self.work.length_ms >= self.content.pacing.halfway_from_ms:
            cues.append(self._cue("halfway", 0, (wording.halfway,), At(amount // 2 * rep_ms), priority=70))
        return tuple(cues)

    def _pacing_words(self, reps: RepsDose) -> tuple[Cue, ...]:
        phases = self.work.movement.phases
        if self.work.movement.sides == "alternate":
            sides = (self.content.wording.sides["left"], self.content.wording.sides["right"])
            said = [(n * reps.tempo.rep_ms, sides[n % 2].capitalize() + ".") for n in range(_ALTERNATING_REPS)]
        elif phases:
            tempo = reps.tempo
            eccentric, concentric = (tempo.eccentric_s + tempo.stretched_s, tempo.concentric_s + tempo.squeezed_s)
            words = ((phases.eccentric + ".", eccentric), (phases.concentric + ".", concentric))
            first, second = words if reps.starts == "eccentric" else words[::-1]
            # A phase of no seconds has no word: two would fall on one moment.
            beats = [(0, *first), (first[1] * 1000, *second)]
            said = [
                (n * tempo.rep_ms + offset_ms, word)
                for n in range(_PHASED_REPS[self.work.contact])
                for offset_ms, word, seconds in beats
                if seconds
            ]
        else:
            return ()
        counted = _LEAST_REPS_FOR_COUNT if self.work.amount >= _LEAST_REPS_FOR_COUNT else 0
        last_ms = (self.work.amount - (len(self.content.wording.reps_left) if counted else 0)) * reps.tempo.rep_ms
        return tuple(
            # At the crisper pace of the set-up: a drawn-out "up" is no beat.
            Cue(f"{self.number}.pace.{i}", "pace", (say(word, self.content.wording),), At(offset_ms), priority=80)
            for i, (offset_ms, word) in enumerate(said)
            if offset_ms < last_ms
        )

    def _cue(
        self,
        kind: CueKind,
        index: int,
        texts: tuple[str | None, ...],
        slot: At | Within,
        *,
        priority: int,
        must: bool = False,
    ) -> Cue:
        picked = [text if must else self.choose.pick(text) for text in texts if text]
        forms = tuple(say(text, self.content.wording, pace="hold", side=self.work.side) for text in picked)
        return Cue(f"{self.number}.{kind}.{index}", kind, forms, slot, priority, must)
