"""Text that arrives in pieces, cut into clauses to speak as soon as each is complete. Knows nothing of voices."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

FIRST_CLAUSE_CHARS = 12  # the first clause may be short: a voice waits for it
LATER_CLAUSE_CHARS = 48  # later ones may grow to a natural breath
LONGEST_CLAUSE_CHARS = 220
_SENTENCE_END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]]*\s+|\n+")
_PAUSE = re.compile(r"[,;:\u2014]\s+|\s[-\u2013\u2014]\s+")
_NO_SENTENCE_END = re.compile(r"(?:^|[\s(])(?:[A-Z]|Dr|Mr|Mrs|Ms|St|Prof|No|vs|approx|e\.g|i\.e)\.$")


class Clauses:
    """Feed text with `push`, take what is complete; `flush` gives the rest."""

    def __init__(self) -> None:
        self._text = ""
        self._num_given = 0

    def push(self, piece: str) -> list[str]:
        """Clauses that are complete now, in order."""
        self._text += piece
        clauses: list[str] = []
        while (cut := self._first_cut()) > 0:
            clause, self._text = self._text[:cut].strip(), self._text[cut:]
            if clause:
                clauses.append(clause)
                self._num_given += 1
        return clauses

    def flush(self) -> list[str]:
        """What is left, as the last clause; the object starts anew."""
        rest, self._text, self._num_given = self._text.strip(), "", 0
        return [rest] if rest else []

    def _first_cut(self) -> int:
        """Where the first complete clause ends; 0 when none is complete."""
        for found in _SENTENCE_END.finditer(self._text):
            if not _NO_SENTENCE_END.search(self._text[: found.end()].rstrip()):
                return self._earlier_pause(found.end()) or found.end()
        pause = self._earlier_pause(len(self._text))
        if pause == 0 and len(self._text) > LONGEST_CLAUSE_CHARS:
            return self._text.rfind(" ", 0, LONGEST_CLAUSE_CHARS) + 1 or LONGEST_CLAUSE_CHARS
        return pause

    def _earlier_pause(self, limit: int) -> int:
        least = LATER_CLAUSE_CHARS if self._num_given else FIRST_CLAUSE_CHARS
        for found in _PAUSE.finditer(self._text, 0, limit):
            if found.end() >= least and limit - found.end() > 0:
                return found.end()
        return 0


async def clauses_of(text: AsyncIterator[str]) -> AsyncIterator[str]:
    """The clauses of a text that streams, each as soon as it is complete."""
    clauses = Clauses()
    async for part in text:
        for clause in clauses.push(part):
            yield clause
    for clause in clauses.flush():
        yield clause
