"""What was said last, for work whose request nobody wrote down: recognised once, however many pieces of work ask.

Knows neither the work nor the engine.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

import numpy as np

from model.types import HEARD_RATE_HZ, Pcm, Recogniser, SeamError

logger = logging.getLogger(__name__)

TIMEOUT_S = 15.0
PIECE_SAMPLES = 5 * HEARD_RATE_HZ  # what one message to the recogniser holds


@dataclass(frozen=True, slots=True)
class LastWords:
    """Who spoke last and what they said; empty when that cannot be known."""

    who: str = ""
    text: str = ""
    is_new: bool = False  # nobody asked about this sound before


@dataclass(slots=True)
class LastUtterance:
    """Asks the recogniser about the sound of the last utterance."""

    recogniser: Recogniser | None
    spoken: Callable[[], tuple[str, Pcm] | None]  # who spoke last and the sound of it, (S,) at 16 kHz
    _before: tuple[str, Pcm, str] | None = None  # who, sound, words
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def words(self) -> LastWords:
        """The same sound is recognised once; who asks meanwhile waits for that."""
        async with self._one_at_a_time:
            spoken = self.spoken()
            if spoken is None or self.recogniser is None:
                return LastWords()
            who, pcm = spoken
            if self._before is not None and self._before[0] == who and np.array_equal(self._before[1], pcm):
                return LastWords(who, self._before[2])
            text = await self._recognise(self.recogniser, pcm)
            if text is None:
                return LastWords()
            self._before = who, pcm, text
            return LastWords(who, text, is_new=True)

    async def _recognise(self, recogniser: Recogniser, pcm: Pcm) -> str | None:
        text = ""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                async for transcript in recogniser.transcribe(_pieces(pcm)):
                    text = transcript.text
        except (SeamError, OSError, TimeoutError) as error:
            logger.warning("what was said could not be recognised: %s", error)
            return None
        return text


async def _pieces(pcm: Pcm) -> AsyncGenerator[Pcm]:
    for at in range(0, pcm.size, PIECE_SAMPLES):
        yield pcm[at : at + PIECE_SAMPLES]
