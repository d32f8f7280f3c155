"""A voice in strict time, for tests of what waits for a voice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import numpy as np

from model.types import SPOKEN_RATE_HZ, SpokenPiece, Word

WORD_S = 0.3


class Metronome:
    """A voice that takes WORD_S for each word, and answers when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.is_quick = True

    def submit(self, clause: str) -> Future[SpokenPiece]:
        future: Future[SpokenPiece] = Future()
        words = tuple(Word(text, n * WORD_S, (n + 1) * WORD_S) for n, text in enumerate(clause.split()))
        pcm = np.full(round(len(words) * WORD_S * SPOKEN_RATE_HZ), 0.1, np.float32)
        self.waiting.append(lambda: future.set_result(SpokenPiece(pcm, words)))
        if self.is_quick:
            self.answer()
        return future

    def answer(self) -> None:
        for answer in self.waiting:
            answer()
        self.waiting.clear()
