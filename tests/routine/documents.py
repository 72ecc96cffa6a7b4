"""Small valid documents for the tests of this folder, and a way to change them."""

from __future__ import annotations

import pytest

from coach.errors import DocumentError

HELD = """\
schema: 1
id: side-lunge
name: Side lunge
source: written for a test
kind: static
muscles: [iliopsoas]
position: standing
place: none
sides: each
side_means: back leg
hold: {default: 30s, least: 10s, most: 60s}
announce: Side lunge. {side} leg back.
setup:
  - Step the {side} foot back.
  - Bend the {other} knee.
form: Keep the {side} heel heavy.
feel: Front of the {side} hip.
release: Step in.
"""

COUNTED = """\
schema: 1
id: squat
name: Squat
source: written for a test
kind: strength
muscles: [glutes]
position: standing
place: none
sides: both
reps: {default: 8, least: 5, most: 15, tempo: 3-0-1-0}
sets: {default: 2, least: 1, most: 4}
phases: {eccentric: Down, concentric: Up}
announce: Squat.
setup: [Stand tall.]
form: Spine long.
feel: Seat and thighs.
release: Stand and rest.
"""

ROUTINE = """\
schema: 1
id: small
name: Small
steps:
  - talk: Walk slowly.
  - movement: side-lunge
    hold: 30s
  - movement: squat
    reps: 10
    tempo: 3-1-1-0
    sets: 2
    rest: 30s
    optional: true
  - block: {repeat: 2, steps: [{movement: side-lunge, say: "Keep the {side} knee down."}, {rest: 20s}]}
  - breathe: 5
    say: Slow it down.
  - reflect: What feels different now?
    for: 15s
"""


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def problems_of(read, text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read(text, "d.yaml")
    return str(caught.value).splitlines()
