"""Which language somebody speaks, from what a recogniser believes about each hypothesis. Knows no sound."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from model.types import Transcript

SURE_S = 3.0  # of sound after which a single belief counts
FAIR_S = 1.2  # of sound after which two beliefs in a row count


class SpeakerLanguage:
    """Keeps a language until another is sure: of short sounds a recogniser believes anything."""

    def __init__(self, known: Collection[str], first: str) -> None:
        self._known = known
        self._before: str | None = None
        self.current = first

    def settle(self, transcript: Transcript, heard_s: float) -> Transcript:
        """The transcript in the language it is taken for; a belief that counts changes the speaker's."""
        believed = transcript.language
        if believed != self.current and believed in self._known and transcript.words:
            is_sure = heard_s >= SURE_S or (heard_s >= FAIR_S and believed == self._before)
            if is_sure:
                self.current = believed
        self._before = believed
        return replace(transcript, language=self.current)
