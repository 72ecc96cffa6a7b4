"""Moments of a session, as a screen is shown them."""

from __future__ import annotations

from coach.live.state import Done, Now, Summary

READY = Now("ready", 0, 960_000, ready_ms=8_000)
HOLD = Now(
    "playing", 137_000, 600_000, kind="work", title="Standing desk lunge", side="left", set=1, sets=1,
    start_ms=120_000, end_ms=150_000, caption="Keep the knees together.", following="Standing desk lunge, right",
)  # fmt: skip
REPS = Now(
    "playing", 403_500, 960_000, kind="work", title="Split lunge", side="right", set=1, sets=2,
    start_ms=384_000, end_ms=416_000, caption="Point the right knee forward.", rep=6, reps=8, following="Rest",
)  # fmt: skip
SETUP = Now(
    "playing", 107_000, 600_000, kind="prepare", title="Block-supported lengthener", side="right", set=2, sets=2,
    start_ms=90_000, end_ms=120_000, caption="Step the right foot back, heel up, and keep a hand near a wall.",
)  # fmt: skip
REST = Now("playing", 420_500, 960_000, kind="rest", title="Rest", start_ms=416_000, end_ms=436_000)
PAUSED = Now(
    "paused", 137_000, 600_000, kind="work", title="Standing desk lunge", side="left", set=1, sets=1,
    start_ms=120_000, end_ms=150_000, caption="Keep the knees together.", following="Standing desk lunge, right",
)  # fmt: skip
ENDED = Now("ended", 960_000, 960_000)

SUMMARY = Summary(
    "strong-hips", "Strong hips", "done", 960_000, 960_000,
    (
        Done("squat", "Squat", "both", 64_000),
        Done("lunge", "Split lunge", "left", 63_600),
        Done("lunge", "Split lunge", "right", 64_000),
        Done("march", "Band march", "right", 32_000),
    ),
    skipped=("Glute bridge",), hurt=("Cobra",),
)  # fmt: skip
KIT = ("resistance band with a loop", "low solid anchor (or the leg of heavy furniture)", "mat")
