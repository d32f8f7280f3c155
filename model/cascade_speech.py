"""Speech on its way out: pieces of sound in, one micro-turn's sound and words out. Knows nothing of voices."""

from __future__ import annotations

from collections import deque

import numpy as np

from model.types import SPOKEN_RATE_HZ, SPOKEN_SAMPLES, Pcm, SpokenPiece


class Speech:
    """Pieces wait here until their micro-turn comes; remembers which words have sounded."""

    def __init__(self) -> None:
        self._pieces: deque[Pcm] = deque()  # bounded by the length of one answer
        self._words: deque[tuple[int, str]] = deque()  # start sample, word
        self._num_given = 0  # samples
        self._num_waiting = 0
        self._sounded: list[str] = []

    @property
    def is_empty(self) -> bool:
        return self._num_waiting == 0

    @property
    def sounded(self) -> str:
        """The words that began to sound since the last `clear`."""
        return " ".join(self._sounded)

    def append(self, piece: SpokenPiece) -> None:
        offset = self._num_given + self._num_waiting
        self._words.extend((offset + round(w.start_s * SPOKEN_RATE_HZ), w.text) for w in piece.words)
        self._pieces.append(piece.pcm)
        self._num_waiting += len(piece.pcm)

    def take(self) -> tuple[Pcm | None, str]:
        """(SPOKEN_SAMPLES,) of sound with the words that begin in it; None when nothing waits."""
        if self.is_empty:
            return None, ""
        pcm = np.zeros(SPOKEN_SAMPLES, np.float32)
        filled = 0
        while self._pieces and filled < SPOKEN_SAMPLES:
            part = self._pieces[0][: SPOKEN_SAMPLES - filled]
            pcm[filled : filled + len(part)] = part
            filled += len(part)
            if len(part) == len(self._pieces[0]):
                self._pieces.popleft()
            else:
                self._pieces[0] = self._pieces[0][len(part) :]
        self._num_given += filled
        self._num_waiting -= filled
        words: list[str] = []
        while self._words and self._words[0][0] < self._num_given:
            words.append(self._words.popleft()[1])
        self._sounded += words
        return pcm, " ".join(words)

    def clear(self) -> None:
        """Forget what waits and what sounded."""
        self._pieces.clear()
        self._words.clear()
        self._num_waiting = 0
        self._sounded = []
