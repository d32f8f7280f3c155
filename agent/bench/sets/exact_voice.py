"""The shipped voice through the seam, for threads: text to sound with exact word times."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np

from agent.bench.sets.casting import SpeakExactly
from agent.bench.words import at_heard_rate
from model.types import Pcm, SpokenPiece, Voice, Word

SPEAK_TIMEOUT_S = 60.0


def speaks_exactly(voice: Voice, loop: asyncio.AbstractEventLoop) -> SpeakExactly:
    """A function for another thread than the loop's. It raises SeamError when the voice fails."""

    def speak(text: str) -> tuple[Pcm, tuple[Word, ...]]:
        return asyncio.run_coroutine_threadsafe(_spoken(voice, text), loop).result(SPEAK_TIMEOUT_S)

    return speak


async def _spoken(voice: Voice, text: str) -> tuple[Pcm, tuple[Word, ...]]:
    pieces: list[SpokenPiece] = [piece async for piece in voice.speak(_once(text))]
    words = tuple(word for piece in pieces for word in piece.words)
    return at_heard_rate(np.concatenate([piece.pcm for piece in pieces])), words


async def _once(text: str) -> AsyncIterator[str]:
    yield text
