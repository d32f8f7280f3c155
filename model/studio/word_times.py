"""Times of written words from those a speech program gives for pieces of the text. Knows nothing of programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from model.types import HEARD_RATE_HZ, Word

LEAD_S, TAIL_S = 0.06, 0.2  # kept of the silence around what is said


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters `first` to before `end` of a text, and when they sound."""

    first: int
    end: int
    start_s: float
    end_s: float

    def at(self, letter: int) -> float:
        """When a letter's sound starts, letters taken to be equally long."""
        part = (min(max(letter, self.first), self.end) - self.first) / max(1, self.end - self.first)
        return self.start_s + part * (self.end_s - self.start_s)


def words_on(text: str, pieces: Sequence[Piece]) -> tuple[Word, ...]:
    """Every written word that has sound in some piece, pieces in order. A piece may hold several words, a word several
    pieces."""
    words: list[Word] = []
    for match in re.finditer(r"\S+", text):
        over = [piece for piece in pieces if piece.first < match.end() and piece.end > match.start()]
        if over:
            words.append(Word(match[0], over[0].at(match.start()), over[-1].at(match.end())))
    return tuple(words)


def trimmed(words: Sequence[Word], duration_s: float) -> tuple[slice, tuple[Word, ...]]:
    """Which samples to keep of sound at 16 kHz, and the words' times in them."""
    start_s = max(0.0, words[0].start_s - LEAD_S)
    end_s = min(duration_s, words[-1].end_s + TAIL_S)
    moved = tuple(Word(w.text, w.start_s - start_s, w.end_s - start_s) for w in words)
    return slice(round(start_s * HEARD_RATE_HZ), round(end_s * HEARD_RATE_HZ)), moved
