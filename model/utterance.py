"""The words that were written and when they sound. Text runs ahead of sound; only what sounded counts as said.

Knows tokens and the blocks of 50 ms that were spoken, nothing of sound.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from model.mel_frames import BLOCKS_PER_MICRO_TURN
from model.sequence import NUM_MARKS
from model.speech_decoder import MAX_WORDS
from model.types import Pcm
from model.vocabulary import TextReader, decode_text

MAX_AHEAD = 64  # text tokens written before they sound; then writing waits
BLOCKS_PER_LETTER = 0.061 / 0.050  # coarse timing speaks as well as exact timing
BLOCKS_PER_PAUSE = 0.350 / 0.050
_PAUSES = (",", ".", "?", "!", ";", ":", "…")


@dataclass(frozen=True, slots=True)
class _Word:
    token: int  # of the sequence
    start: int  # block of the utterance at which it begins


class SlotUtterance(Protocol):
    """What a conversation writes its words to, whoever makes their sound."""

    @property
    def num_unsaid(self) -> int: ...
    @property
    def is_full(self) -> bool: ...
    @property
    def has_sound_left(self) -> bool: ...
    @property
    def sound(self) -> Pcm | None: ...
    def write(self, token: int) -> None: ...
    def in_view(self) -> list[tuple[int, int]]: ...
    def speak(self) -> str: ...
    def cut(self) -> int: ...


class Utterance:
    """Text tokens on the clock of spoken blocks, which stands while the model is quiet."""

    sound: Pcm | None = None  # the speech decoder makes it; a voice's utterance brings its own

    def __init__(self) -> None:
        self._sounded: deque[_Word] = deque(maxlen=MAX_WORDS // 2)
        self._ahead: deque[_Word] = deque()
        self._reader = TextReader()
        self._now = 0  # blocks spoken
        self._end = 0.0  # block at which the last word written ends

    @property
    def num_unsaid(self) -> int:
        """Text tokens that were written and have not begun to sound."""
        return len(self._ahead)

    @property
    def is_full(self) -> bool:
        return len(self._ahead) >= MAX_AHEAD

    @property
    def has_sound_left(self) -> bool:
        """Whether there is anything to speak: words to come, or the end of the last one."""
        return bool(self._ahead) or self._now < self._end

    def write(self, token: int) -> None:
        """One more text token, to sound after those before it."""
        start = max(self._end, self._now)
        text = decode_text([token - NUM_MARKS])
        self._ahead.append(_Word(token, math.floor(start)))
        self._end = start + BLOCKS_PER_LETTER * len(text) + BLOCKS_PER_PAUSE * text.endswith(_PAUSES)

    def timing(self) -> tuple[float, ...]:
        """Blocks from now until each word that has not begun does, and until the last one ends."""
        return (*(float(word.start - self._now) for word in self._ahead), self._end - self._now)

    def restore(self, tokens: list[int], timing: tuple[float, ...]) -> None:
        """Go on with the words that another one had not said; this one is new."""
        assert len(timing) == len(tokens) + 1, (len(timing), len(tokens))
        self._ahead.extend(_Word(token, int(start)) for token, start in zip(tokens, timing[:-1], strict=True))
        self._end = timing[-1]

    def in_view(self) -> list[tuple[int, int]]:
        """Tokens around now and their offsets in blocks, at most MAX_WORDS: the last that sounded, the next to."""
        words = [*self._sounded, *self._ahead][:MAX_WORDS]
        return [(word.token, word.start - self._now) for word in words]

    def speak(self) -> str:
        """One micro-turn sounds; the text whose words begin in it."""
        self._now += BLOCKS_PER_MICRO_TURN
        begun: list[int] = []
        while self._ahead and self._ahead[0].start < self._now:
            word = self._ahead.popleft()
            self._sounded.append(word)
            begun.append(word.token - NUM_MARKS)
        return self._reader.read(begun)

    def cut(self) -> int:
        """Forget what has not sounded; how many tokens that was."""
        num_unsaid = len(self._ahead)
        self.__init__()
        return num_unsaid
