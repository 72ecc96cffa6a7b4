"""The screen as a terminal shows it: every key, every size, no colour, and how it ends. Driven by Textual's pilot."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace

import pytest
from textual.color import Color

from coach.live.app import SessionApp
from coach.live.keys import KEYS, found
from coach.live.screen import show
from tests.fakes import FakePlayer
from tests.live.moments import ENDED, HOLD, KIT, PAUSED, READY, SUMMARY


def player(now=HOLD):
    return FakePlayer(now, SUMMARY, KIT)


def shown(app):
    return "\n".join(
        "".join(part.text for part in app.screen.query_one("Canvas").render_line(y)) for y in range(app.size.height)
    )


def driven(steps, now=HOLD, size=(60, 16), the_player=None):
    """Run the app, let `steps(pilot, app)` drive it, and return (app, player)."""
    the_player = the_player or player(now)
    app = SessionApp(the_player, "Strong hips")

    async def run():
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot, app)
            await pilot.pause()

    asyncio.run(run())
    if app.failure:
        raise app.failure
    return app, the_player


@pytest.mark.parametrize(("name", "action"), [(name, key.action) for key in KEYS for name in key.names if key.action])
def test_every_key_calls_its_method_once(name, action):
    async def steps(pilot, app):
        await pilot.press(name)

    _, told = driven(steps)
    assert told.told == [action]


def test_every_key_names_a_method_of_the_player_and_no_key_two():
    from coach.live.player import Player

    assert all(callable(getattr(Player, key.action)) for key in KEYS if key.action)
    names = [name for key in KEYS for name in key.names]
    assert len(names) == len(set(names))
    assert found("S") is found("s")  # Caps Lock
    assert found("t") is not found("T")
    assert found("z") is None


def test_other_keys_do_nothing():
    async def steps(pilot, app):
        for name in ("z", "tab", "f1", "escape", "home", "ctrl+p", "ctrl+s", "1"):
            await pilot.press(name)

    _, told = driven(steps)
    assert told.told == []


def test_the_keys_are_explained_and_any_key_goes_back():
    async def steps(pilot, app):
        for closing in ("escape", "?", "up"):
            await pilot.press("?")
            await pilot.pause()
            assert "other side first" in shown(app)
            await pilot.press(closing)
            await pilot.pause()
            assert "other side first" not in shown(app)
            assert "Next: " in shown(app)

    _, told = driven(steps)
    assert told.told == ["louder"]


def test_it_follows_the_player():
    async def steps(pilot, app):
        assert "starts now" in shown(app)
        for now, words in ((HOLD, "Standing desk lunge"), (PAUSED, "PAUSED: space goes on"), (ENDED, "any key closes")):
            app.player.moment = now
            await pilot.pause(0.25)
            assert words in shown(app)

    driven(steps, now=READY)


def test_only_rows_that_changed_are_drawn_again():
    async def steps(pilot, app):
        canvas = app.screen.query_one("Canvas")
        drawn = []
        real = canvas.refresh
        canvas.refresh = lambda *regions, **more: (drawn.extend(regions), real(*regions, **more))
        app.tick()
        assert drawn == []
        app.player.moment = replace(HOLD, caption="Breathe out.")
        app.tick()
        assert [region.height for region in drawn] == [1]
        canvas.refresh = real

    driven(steps)


@pytest.mark.parametrize("size", [(60, 16), (200, 50), (40, 10), (5, 2)])
def test_a_resize_lays_it_out_anew(size):
    async def steps(pilot, app):
        await pilot.resize_terminal(*size)
        await pilot.pause(0.05)
        lines = shown(app).split("\n")
        assert (len(lines), {len(line) for line in lines}) == (size[1], {size[0]})
        assert "13" in shown(app) or "▀" in shown(app) or size < (10, 5)

    driven(steps, size=(80, 24))


def colours():
    """The colours that reach the terminal."""
    kept = []

    async def steps(pilot, app):
        for strip in app.screen._compositor.render_strips():
            for each in app._filters:
                strip = strip.apply_filter(each, Color(0, 0, 0)) if each.enabled else strip
            kept.extend(segment.style.color for segment in strip if segment.style)

    driven(steps)
    return {colour.name for colour in kept if colour and not colour.is_default}


def test_it_uses_the_terminals_own_colours_and_none_where_none_are_wanted(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert colours() == {"green", "cyan"}
    monkeypatch.setenv("NO_COLOR", "1")
    assert colours() == set()


def test_stopping_leaves_at_once_and_a_session_that_is_done_waits_to_be_read():
    async def stop(pilot, app):
        await pilot.press("q")
        await pilot.pause()
        assert app._exit

    _, told = driven(stop)
    assert told.told == ["stop"]

    async def read(pilot, app):
        assert not app._exit
        assert "left 64 s  right 64 s" in shown(app)
        await pilot.press("z")
        await pilot.pause()
        assert app._exit

    _, told = driven(read, now=ENDED)
    assert told.told == []


@pytest.mark.parametrize("ending", ["stopped", "interrupted"])
def test_a_session_that_was_ended_from_outside_closes_the_screen(ending):
    async def steps(pilot, app):
        app.player.stop(ending)
        await pilot.pause(0.25)
        assert app._exit

    driven(steps)


def test_ctrl_c_interrupts_and_ctrl_q_stops():
    async def interrupt(pilot, app):
        await pilot.press("ctrl+c")

    async def leave(pilot, app):
        await pilot.press("ctrl+q")

    assert driven(interrupt)[1].told == ["interrupted"]
    assert driven(leave)[1].told == ["stop"]


def test_what_goes_wrong_in_a_key_or_a_moment_ends_the_app_and_is_handed_on(monkeypatch):
    class Broken(FakePlayer):
        def skip(self):
            raise RuntimeError("broken key")

    async def steps(pilot, app):
        await pilot.press("s")

    with pytest.raises(RuntimeError, match="broken key"):
        driven(steps, the_player=Broken(HOLD, SUMMARY))

    async def moment(pilot, app):
        app.player.moment = None
        await pilot.pause(0.25)

    with pytest.raises(AttributeError):
        driven(moment)


def test_a_screen_that_fails_gives_the_terminal_back_and_says_so(monkeypatch):
    given_back = []
    monkeypatch.setattr("coach.live.terminal.restore_terminal", lambda: given_back.append(True))

    def fails(self, **_):
        self.failure = RuntimeError("no screen")

    monkeypatch.setattr(SessionApp, "run", fails)
    with pytest.raises(RuntimeError, match="no screen"):
        show(player(), "Strong hips")
    assert given_back == [True]


def test_the_screen_is_light_to_import():
    heavy = "('textual', 'rich', 'numpy', 'miniaudio')"
    code = f"import sys, coach.live.screen; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
