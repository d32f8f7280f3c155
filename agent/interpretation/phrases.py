"""A translation cut into phrases for a voice that needs long for a long one. Knows no voice.

While one phrase sounds the next is made, so the first sound waits for a few words only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.interpretation.clause_words import LEANING
from agent.interpretation.word_alignment import normal

FIRST_CHARS = 9
LATER_CHARS = 20
LAST_CHARS = 8  # a rest shorter than this stays with what is before it


class Phrases:
    """Feed text with `push`, take what is complete; `flush` gives the rest."""

    def __init__(self, language: str) -> None:
        self._leaning = LEANING.get(language, frozenset[str]())
        self._rest = ""
        self._num_given = 0

    def push(self, piece: str) -> list[str]:
        """Phrases that are complete now: cut only behind a comma or before a word that leans on the next one."""
        self._rest += piece
        found: list[str] = []
        while (phrase := self._first()) is not None:
            found.append(phrase)
            self._rest = self._rest.lstrip()[len(phrase) :]
            self._num_given += 1
        return found

    def flush(self) -> list[str]:
        """What is left, as the last phrase."""
        rest, self._rest = self._rest.strip(), ""
        return [rest] if rest else []

    def _first(self) -> str | None:
        text = self._rest.lstrip()
        at = -1
        while (at := text.find(" ", at + 1)) > 0:
            before, after = text[:at], text[at + 1 :]
            if len(before) < (LATER_CHARS if self._num_given else FIRST_CHARS) or before.endswith(" "):
                continue
            if len(after.strip()) < LAST_CHARS or " " not in after.lstrip():
                return None  # the word after it may not be complete
            if before.endswith((",", ";", ":")) or self._parts(before.split()[-1], after.split()[0]):
                return before
        return None

    def _parts(self, last: str, following: str) -> bool:
        return normal(following) in self._leaning and normal(last) not in self._leaning


async def phrases_of(text: AsyncIterator[str], language: str) -> AsyncIterator[str]:
    """The phrases of a text that streams, each as soon as it is complete."""
    phrases = Phrases(language)
    async for piece in text:
        for phrase in phrases.push(piece):
            yield phrase
    for phrase in phrases.flush():
        yield phrase
