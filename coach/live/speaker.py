"""Speakers: what pulls a live session's sound. miniaudio lives here and only here.

A device runs all the time, also while the session is paused: stopping it from its own thread would lock up, and
headphones that sleep swallow the first word.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeAlias

from coach.errors import CoachError, UnknownName

Read: TypeAlias = Callable[[int], bytes]
"""Gives exactly so many samples (mono int16 little-endian); never waits."""

NULL = "null"
_PERIOD_MS, _PERIODS = 20, 3
_NOWHERE = "Discard all samples"
"""How ALSA describes its device that nobody hears."""
_SILENT_S = 2.0
"""A device that asks for nothing this long is gone."""


class DeviceError(CoachError):
    """There is no sound device, not this one, or it is gone."""

    def __init__(self, device: str, cause: str, *, hint: str | None = None) -> None:
        """Name the device ("" for the computer's own) and what is wrong with it."""
        self.device, self.cause = device, cause
        super().__init__(f"{device or 'the sound device'}: {cause}" if device else cause, hint=hint)


class Speaker(Protocol):
    """What a player needs of a device."""

    name: str

    def start(self, read: Read, rate_hz: int, on_lost: Callable[[], None]) -> None:
        """Begin to pull sound; `on_lost` is called once, from any thread, when the device is gone."""
        ...

    def stop(self) -> None:
        """End the sound at once; more than once is no error."""
        ...


class DeviceSpeaker:
    """A device of this computer, or miniaudio's null device, which plays in real time and is heard by nobody."""

    def __init__(self, name: str | None) -> None:
        """Find the device of this name (None: the computer's own). Raises UnknownName or DeviceError."""
        self.name = name or ""
        self._id = None if name in (None, NULL) else _found(name)
        self._device: Any = None
        self._ended = threading.Event()
        self._asked = 0

    def start(self, read: Read, rate_hz: int, on_lost: Callable[[], None]) -> None:
        """Open the device and begin. Raises DeviceError."""
        miniaudio = _miniaudio()
        backends = [miniaudio.Backend.NULL] if self.name == NULL else None
        try:
            if backends is None and self._id is None and not devices():
                raise DeviceError("", "this computer has no sound device")
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=rate_hz,
                buffersize_msec=_PERIOD_MS,
                callback_periods=_PERIODS,
                device_id=self._id,
                backends=backends,
                app_name="coach",
            )
            if backends is None and self._device.backend.lower() == NULL:
                raise DeviceError("", "this computer has no sound device")
            pulled = self._pull(read)
            next(pulled)
            self._device.start(pulled)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(self.name, f"cannot be opened: {_plain(error)}") from error
        threading.Thread(target=self._watch, args=(on_lost,), name="speaker", daemon=True).start()

    def stop(self) -> None:
        """Close the device."""
        self._ended.set()
        device, self._device = self._device, None
        if device is not None:
            with contextlib.suppress(Exception):  # a device that is gone complains about being closed
                device.close()

    def _pull(self, read: Read) -> Generator[bytes, int, None]:
        count = yield b""
        while True:
            self._asked += 1
            count = yield read(count)

    def _watch(self, on_lost: Callable[[], None]) -> None:
        before = -1
        while not self._ended.wait(_SILENT_S):
            if self._asked == before:
                on_lost()
                return
            before = self._asked


def open_speaker(name: str | None) -> DeviceSpeaker:
    """Return the speaker of this name, or the computer's own. Raises UnknownName or DeviceError."""
    return DeviceSpeaker(name)


def devices() -> tuple[str, ...]:
    """Return the names of the devices that can play, the computer's own first; none is no error."""
    return tuple(device["name"] for device in _playbacks())


def _found(name: str) -> Any:  # noqa: ANN401 - miniaudio has no types
    known = _playbacks()
    for device in known:
        if device["name"].lower() == name.lower():
            return device["id"]
    near = [device for device in known if name.lower() in device["name"].lower()]
    if len(near) == 1:
        return near[0]["id"]
    names = [device["name"] for device in near or known]
    raise UnknownName("sound device", name, names[:3], hint="`coach devices` lists them; null plays to nobody")


def _playbacks() -> list[dict[str, Any]]:
    miniaudio = _miniaudio()
    try:
        found = miniaudio.Devices()
        playbacks: list[dict[str, Any]] = found.get_playbacks()
    except miniaudio.MiniaudioError:
        return []
    if found.backend.lower() == NULL:
        return []
    return [device for device in playbacks if not device["name"].startswith(_NOWHERE)]


def _miniaudio() -> Any:  # noqa: ANN401 - miniaudio has no types
    try:
        import miniaudio
    except ImportError as error:
        what = "live playback needs miniaudio, which is not installed here"
        raise DeviceError("", what, hint="`coach export` makes the MP3") from error
    _quiet_alsa()
    return miniaudio


@functools.cache
def _quiet_alsa() -> Any:  # noqa: ANN401 - kept, so that C may call it
    """Keep the sound library of Linux from writing what it tries to stderr: a device that fails is told once."""
    if sys.platform != "linux":
        return None
    import ctypes

    kind = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
    silent = kind(lambda *_: None)
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(silent)
    except (OSError, AttributeError):  # there is no ALSA
        return None
    return silent


def _plain(error: Exception) -> str:
    return str(error.args[0] if error.args else error).lower()
