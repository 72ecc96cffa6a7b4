"""Which of the computer's voices is meant: by a name or id, or as the default for a language. Pure, starts nothing.

It gets what the worker process reports and knows no driver.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SystemVoice:
    """One voice as the driver reports it; `languages` are BCP 47 tags, or what the driver takes for one."""

    id: str
    name: str
    languages: tuple[str, ...]

    @property
    def ending(self) -> str:
        """The last part of the id in small letters: "en-us" for "gmw/en-us"."""
        return self.id.lower().replace("\\", "/").rsplit("/", 1)[-1]

    def speaks(self, language: str) -> bool:
        """Say whether it speaks `language`, whatever the country."""
        return any(spoken.lower().startswith(_main(language)) for spoken in self.languages)


@dataclass(frozen=True, slots=True)
class SystemVoices:
    """The voices of a computer and the id of the one it speaks with by itself, where the driver tells."""

    voices: tuple[SystemVoice, ...]
    current: str | None

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> SystemVoices:
        """Return the voices of a worker's answer; blanks around names are the driver's, and go."""
        voices = [
            SystemVoice(str(v["id"]), str(v["name"]).strip() or str(v["id"]), tuple(filter(None, v["languages"])))
            for v in answer.get("voices", ())
        ]
        return cls(tuple(voices), answer.get("current"))

    def named(self, wanted: str) -> SystemVoice | None:
        """Return the voice with this id or name in any case, or whose id ends with it ("en-us"), or None."""
        plain = wanted.strip().lower()
        exact = (v for v in self.voices if plain in (v.id.lower(), v.name.lower()))
        return next(exact, None) or next((v for v in self.voices if plain == v.ending), None)

    def close(self, wanted: str) -> Sequence[str]:
        """Return the names of up to three voices that `wanted` may have meant, the nearest first."""
        names: dict[str, str] = {}
        for voice in self.voices:
            # Names are long: "English (America)", "Microsoft Zira Desktop - English (United States)".
            for part in (voice.name.lower(), voice.ending, *re.findall(r"\w{3,}", voice.name.lower())):
                names.setdefault(part, voice.name)
        near = difflib.get_close_matches(wanted.lower(), names, 6, 0.75)  # many and short: little likeness is chance
        begun = [v.name for v in self.voices if v.name.lower().startswith(wanted.lower())]
        return list(dict.fromkeys([*begun, *(names[name] for name in near)]))[:3]

    def default(self, language: str) -> SystemVoice | None:
        """Return the current voice if it speaks `language`, else the first that does, American first; else None."""
        speaking = [v for v in self.voices if v.speaks(language)]
        current = (v for v in speaking if v.id.lower() == str(self.current).lower())
        american = (v for v in speaking if any(spoken.lower() == "en-us" for spoken in v.languages))
        return next(current, None) or next(american, None) or next(iter(speaking), None)

    def default_identity(self) -> str:
        """Return all that decides which voice speaks when none is asked for: it differs when another one would."""
        languages = sorted({_main(language) for v in self.voices for language in v.languages})
        speakers = [(language, voice.id) for language in languages if (voice := self.default(language))]
        digest = hashlib.sha256(repr(speakers).encode()).hexdigest()[:16]
        return f"{self.current or 'unnamed'};{digest}"


def _main(language: str) -> str:
    return language.split("-", 1)[0].lower()
