"""A translation cut into phrases for a voice that needs long for a long one. Knows no voice.

While one phrase sounds the next is made, so the first sound waits for a few words only.
"""

from __future__ import annotations

from agent.interpretation.clause_words import LEANING
from agent.interpretation.word_alignment import normal

FIRST_CHARS = 9
LATER_CHARS = 20
LAST_CHARS = 8  # a rest shorter than this stays with what is before it


def phrases(text: str, language: str) -> list[str]:
    """Parts of the text in order, cut only before a word that leans on the next one: an article, a preposition."""
    leaning = LEANING.get(language, frozenset[str]())
    parts: list[str] = []
    part: list[str] = []
    words = text.split()
    for index, word in enumerate(words):
        before = " ".join(part)
        is_long = len(before) >= (LATER_CHARS if parts else FIRST_CHARS)
        begins = normal(word) in leaning and bool(part) and normal(part[-1]) not in leaning
        if is_long and (begins or before.endswith((",", ";", ":"))) and len(" ".join(words[index:])) >= LAST_CHARS:
            parts.append(before)
            part = []
        part.append(word)
    return [*parts, " ".join(part)] if part else parts
