"""Several voices as one `Voice`: who speaks is chosen by language. Knows no graph."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from model.types import InputError, SpokenPiece, Voice


class VoicesByLanguage:
    """`Voice` of model/types.py. It does not own the voices: whoever made them closes them."""

    def __init__(self, voices: Mapping[str, Voice]) -> None:
        self._voices = dict(voices)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._voices)

    def speak(self, text: AsyncIterator[str], language: str = "en", pace: float = 1.0) -> AsyncIterator[SpokenPiece]:
        """Raises InputError for a language that nobody here speaks."""
        voice = self._voices.get(language)
        if voice is None:
            raise InputError(f"language: nobody here speaks {language!r}; there are {', '.join(sorted(self._voices))}")
        return voice.speak(text, language, pace)
