"""Which words the agent said: by a recogniser that listens to its sound, or by what the engine itself reports.

Times come from the sound's energy either way. Knows nothing of what should have been said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import numpy as np

from agent.bench.take import Take
from agent.bench.utterances import Said, TimedText, pieces_of_speech, with_words
from agent.resample import Decimator
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, SPOKEN_TICK_SAMPLES, Pcm, Recogniser

LONGEST_PIECE_S = 29.0  # what a recogniser hears at once
PADDING_S = 0.25  # of silence on both sides: words at the very edge are else missed
PIECE_SAMPLES = HEARD_RATE_HZ  # a second at a time over the seam


def said_by_text(output: Pcm, texts: Sequence[TimedText]) -> tuple[Said, ...]:
    """Speech in (S,) output at 24 kHz with the engine's own words."""
    return tuple(with_words(pieces_of_speech(output, SPOKEN_RATE_HZ), texts))


async def said_by_ear(output: Pcm, recogniser: Recogniser, language: str = "en") -> tuple[Said, ...]:
    """Speech in (S,) output at 24 kHz with a recogniser's words. Raises SeamError."""
    said: list[Said] = []
    for piece in pieces_of_speech(output, SPOKEN_RATE_HZ):
        start = round(piece.start_s * SPOKEN_RATE_HZ)
        end = round(min(piece.end_s, piece.start_s + LONGEST_PIECE_S) * SPOKEN_RATE_HZ)
        said.append(replace(piece, text=await recognised(at_heard_rate(output[start:end]), recogniser, language)))
    return tuple(said)


async def with_said(take: Take, recogniser: Recogniser | None) -> Take:
    """The take with the words that are scored; without a recogniser the engine's own."""
    if recogniser is None:
        return replace(take, said=said_by_text(take.output, take.texts))
    return replace(take, said=await said_by_ear(take.output, recogniser))


async def recognised(pcm: Pcm, recogniser: Recogniser, language: str = "en") -> str:
    """The words in (S,) at 16 kHz. Raises SeamError."""
    text = ""
    async for transcript in recogniser.transcribe(_pieces(pcm), language):
        if transcript.is_final:
            text = transcript.text
    return text


async def _pieces(pcm: Pcm) -> AsyncIterator[Pcm]:
    silence = np.zeros(round(PADDING_S * HEARD_RATE_HZ), np.float32)
    padded = np.concatenate([silence, pcm, silence])
    for start in range(0, padded.size, PIECE_SAMPLES):
        yield padded[start : start + PIECE_SAMPLES]


def at_heard_rate(pcm: Pcm) -> Pcm:
    """(S,) at 24 kHz to 16 kHz."""
    decimator = Decimator()
    padded = np.pad(pcm, (0, -pcm.size % SPOKEN_TICK_SAMPLES)).reshape(-1, SPOKEN_TICK_SAMPLES)
    return np.concatenate([decimator.resample(tick) for tick in padded]) if padded.size else np.zeros(0, np.float32)
