"""A cast that speaks without sound: each word lasts as long as its letters say."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from model.studio.stage import Clip
from model.types import Word

_LETTER_S = 0.06
_GAP_S = 0.05


class SilentCast:
    """Times without voices, for tests of scenes."""

    def __init__(self) -> None:
        self.spoken: list[str] = []  # all texts, in order

    def user_voices(self) -> Sequence[str]:
        return ["high", "low", "hoarse"]

    def clip(self, voice: str, text: str, rng: random.Random) -> Clip:
        self.spoken.append(text)
        words, at = list[Word](), 0.05
        for word in text.split():
            end_s = at + 0.08 + _LETTER_S * len(word)
            words.append(Word(word, at, end_s))
            at = end_s + _GAP_S
        return Clip(np.zeros(int((at + 0.1) * 16_000), np.float32), tuple(words))
