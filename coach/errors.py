"""The one tree of errors. Each class carries its data, forms its own sentence and knows its exit code.

Foreign exceptions are wrapped once, in the file that imports the foreign library, with `raise ... from`.
Only `coach.cli` turns them into text and an exit status: 1 is "it should have worked but did not"
(device, disk, engine), 2 is "what was asked is wrong" (option, document, impossible length).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.units import format_clock


class CoachError(Exception):
    """Base of everything this package raises on purpose."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Keep the sentence and, where one exists, the next thing to do."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return the sentence without the hint."""
        return self.message


# --- what was asked is wrong: exit 2 -----------------------------------------------------------


class AskedError(CoachError):
    """What was asked cannot be meant: a wrong option, name, document or length."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one document, at a place an editor can jump to.

    `line` and `column` count from 1; `cure` is a short advice such as "did you mean 'sides'?".
    """

    path: str
    line: int
    column: int
    what: str
    cure: str | None = None
    meant: str | None = None
    """The word that can only be meant by the one at this place; None when it is no slip of the pen."""

    def __str__(self) -> str:
        """Return `path:line:column: what (cure)`."""
        place = f"{self.path}:{self.line}:{self.column}: {self.what}"
        return f"{place} ({self.cure})" if self.cure else place


class DocumentError(AskedError):
    """A document has problems; all of them are here, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep every problem, sorted by place."""
        self.problems = tuple(sorted(problems, key=lambda p: (p.path, p.line, p.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownName(AskedError, LookupError):
    """No such routine, movement, voice or setting; the nearest names are offered."""

    def __init__(self, kind: str, name: str, close: Sequence[str] = (), *, hint: str | None = None) -> None:
        """Keep what was looked up and what it may have meant."""
        self.kind, self.name, self.close = kind, name, tuple(close)
        meant = f" (did you mean {' or '.join(self.close)}?)" if self.close else ""
        super().__init__(f"there is no {kind} called '{name}'{meant}", hint=hint)


class ImpossibleLength(AskedError):
    """The routine cannot be made this long or this short, or not exactly this long."""

    def __init__(
        self, routine: str, asked_ms: int, least_ms: int, most_ms: int, near_ms: Sequence[int] = (), *,
        too_few: bool = False,
    ) -> None:  # fmt: skip
        """Keep the asked length, the bounds possible with this voice and, inside them, the nearest that work.

        All in milliseconds. `near_ms` is empty when the asked length is outside the bounds. When the document's own
        length and its steps exclude each other, `least_ms` is above `most_ms`: with `too_few` the least is the
        document's, else it is what the steps need.
        """
        self.routine, self.asked_ms, self.least_ms, self.most_ms = routine, asked_ms, least_ms, most_ms
        self.near_ms = tuple(near_ms)
        hint: str | None = None
        if least_ms > most_ms and too_few:
            why = (
                f"its steps last {format_clock(most_ms)} at the most, and its length asks for {format_clock(least_ms)}"
            )
            hint = "give it a shorter length, or more steps"
        elif least_ms > most_ms:
            why = f"its steps need {format_clock(least_ms)}, and its length allows {format_clock(most_ms)} at the most"
            hint = "give it a longer length, or fewer steps"
        elif self.near_ms:
            why = f"with its repetitions and rests {' and '.join(map(format_clock, self.near_ms))} work"
        else:
            why = f"it can be {format_clock(least_ms)} at the least and {format_clock(most_ms)} at the most"
        best_ms = self.near_ms[0] if self.near_ms else max(least_ms, min(most_ms, asked_ms))
        hint = hint or f"--minutes {format_clock(best_ms)} works"
        super().__init__(f"{routine} cannot last {format_clock(asked_ms)}: {why}", hint=hint)


class NothingLeft(AskedError):
    """Nothing of a routine can be done with these needs."""

    def __init__(self, routine: str, reasons: Sequence[str]) -> None:
        """Keep which routine, and why each of its movements cannot be done."""
        self.routine, self.reasons = routine, tuple(reasons)
        hint = "`coach list` shows the others, `coach make` puts one together for you"
        super().__init__(f"nothing of {routine} is possible so: {'; '.join(reasons)}", hint=hint)


class FileInTheWay(AskedError):
    """The target exists and overwriting was not asked for."""

    def __init__(self, path: Path, *, option: str = "-o") -> None:
        """Keep the path in the way; `option` is the one that names another file."""
        self.path = path
        super().__init__(f"{path} is already there", hint=f"add -f to overwrite it, or name another file with {option}")


class UnreadableFile(AskedError):
    """A file that was named cannot be read, or is not what it should be."""

    def __init__(self, path: Path | str, reason: str, *, hint: str | None = None) -> None:
        """Keep the path and the reason in plain words."""
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}", hint=hint)


class ConfigError(AskedError):
    """A setting is unknown or has a wrong value; `source` says where it was written."""

    def __init__(self, source: str, key: str, reason: str, *, hint: str | None = None) -> None:
        """Keep where the value came from, which setting it is and what is wrong."""
        self.source, self.key, self.reason = source, key, reason
        super().__init__(f"{source}: {key}: {reason}", hint=hint)


# --- it should have worked but did not: exit 1 ------------------------------------------------


class EngineError(CoachError):
    """A speech engine is missing, broken or did not deliver."""

    def __init__(self, engine: str, reason: str, *, hint: str | None = None) -> None:
        """Keep the engine's name and the reason."""
        self.engine, self.reason = engine, reason
        super().__init__(f"the voice '{engine}' {reason}", hint=hint)


class EngineMissing(EngineError):
    """The engine is known but not installed or not usable on this computer."""


class SpeechFailed(EngineError):
    """The engine ran but what came back is not that speech."""

    def __init__(self, engine: str, text: str, reason: str, *, hint: str | None = None) -> None:
        """Keep the text that could not be spoken."""
        self.text = text
        short = text if len(text) <= 60 else text[:57] + "..."
        super().__init__(engine, f'could not say "{short}": {reason}', hint=hint)


class WriteFailed(CoachError):
    """A file could not be written; nothing was left under its name."""

    def __init__(self, path: Path | str, reason: str, *, hint: str | None = None) -> None:
        """Keep the path and the cause in plain words."""
        self.path, self.reason = path, reason
        super().__init__(f"cannot write {path}: {reason}", hint=hint)


class RecordUnreadable(CoachError):
    """What was shown and done before cannot be known: the record is damaged, or may not be read now."""

    def __init__(self, path: Path, reason: str, *, hint: str | None = None) -> None:
        """Keep the file of the record and the reason in plain words."""
        self.path, self.reason = path, reason
        super().__init__(f"{path} cannot be read: {reason}", hint=hint)


class EncoderFailed(CoachError):
    """The MP3 encoder or a written MP3 did not pass its check."""


class VerifyFailed(CoachError):
    """A session file is not what its own Timeline says."""
