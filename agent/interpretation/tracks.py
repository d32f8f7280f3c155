"""Who listens in which language, and which tracks and lanes that needs. Knows no WebRTC and no sound."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.interpretation.errors import InterpretationError

MAX_LANGUAGES = 8  # of one room: each costs a voice and a lane for every speaker
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class TrackStarted:
    """The first listener chose this language."""

    track: str
    language: str


@dataclass(frozen=True, slots=True)
class TrackEnded:
    """The last listener of this language left it."""

    track: str
    language: str


TrackChange = TrackStarted | TrackEnded


class LanguageTracks:
    """Exactly one track for each language in use."""

    def __init__(self, room: str, offered: frozenset[str]) -> None:
        self._room = room
        self._offered = offered
        self._chosen: dict[str, str] = {}

    @property
    def in_use(self) -> frozenset[str]:
        return frozenset(self._chosen.values())

    def listeners(self, language: str) -> frozenset[str]:
        return frozenset(who for who, chosen in self._chosen.items() if chosen == language)

    def choose(self, listener: str, language: str | None) -> tuple[TrackChange, ...]:
        """A listener wants a language, or the original with None. Raises InterpretationError in words."""
        before = self._chosen.get(listener)
        if language == before:
            return ()
        used = self.in_use
        if language is not None:
            is_last = before is not None and len(self.listeners(before)) == 1
            self._check(language, used - {before} if is_last else used)
            self._chosen[listener] = language
        else:
            del self._chosen[listener]
        now = self.in_use
        ended = [TrackEnded(self.track(each), each) for each in sorted(used - now)]
        return (*ended, *(TrackStarted(self.track(each), each) for each in sorted(now - used)))

    def leave(self, listener: str) -> tuple[TrackChange, ...]:
        """A listener is gone."""
        return self.choose(listener, None) if listener in self._chosen else ()

    def track(self, language: str) -> str:
        """The name of a language's track."""
        return f"{self._room}-{language}"

    def lanes(self, speakers: Mapping[str, str]) -> frozenset[tuple[str, str]]:
        """(speaker, target) for speakers and what they speak; who speaks the target passes through untouched."""
        return frozenset(
            (speaker, target) for speaker, spoken in speakers.items() for target in self.in_use if spoken != target
        )

    def _check(self, language: str, others: frozenset[str]) -> None:
        if not _LANGUAGE.fullmatch(language) or language not in self._offered:
            offered = ", ".join(sorted(self._offered)) or "no language"
            raise InterpretationError(f"there is no interpretation into {language!r} here; there is {offered}")
        if language not in others and len(others) >= MAX_LANGUAGES:
            raise InterpretationError(f"{len(others)} languages are in use; a room has at most {MAX_LANGUAGES}")
