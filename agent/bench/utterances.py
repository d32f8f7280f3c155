"""The agent's utterances: where its sound begins and ends by energy, and which words belong to which.

Onsets are those of BENCHMARKS: the first 20 ms above -50 dBFS that 100 ms of the same follow. Knows nothing of scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.types import Pcm

BLOCK_S = 0.02
ONSET_DBFS = -50.0
HELD_BLOCKS = 5  # 100 ms after the first block
GAP_S = 0.25  # silence that ends a piece of speech
MAX_WORD_DISTANCE_S = 0.4  # a word this far from any sound belongs to none
_FLOOR = 1e-12


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the agent's speech without a pause in it."""

    start_s: float
    end_s: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class TimedText:
    """Words that an engine reported for a stretch of its own sound."""

    start_s: float
    end_s: float
    text: str


def pieces_of_speech(pcm: Pcm, rate_hz: int) -> list[Said]:
    """Where (S,) sound is speech, without words."""
    size = round(BLOCK_S * rate_hz)
    blocks = pcm[: pcm.size // size * size].reshape(-1, size)
    is_loud = 10 * np.log10(np.mean(np.square(blocks, dtype=np.float64), axis=1) + _FLOOR) > ONSET_DBFS
    pieces: list[Said] = []
    start: int | None = None
    last_loud = -1
    for at in np.flatnonzero(is_loud).tolist():
        if start is not None and (at - last_loud - 1) * BLOCK_S >= GAP_S - 1e-9:
            pieces.append(Said(start * BLOCK_S, (last_loud + 1) * BLOCK_S))
            start = None
        if start is None and bool(is_loud[at : at + HELD_BLOCKS + 1].all()) and at + HELD_BLOCKS < is_loud.size:
            start = at
        last_loud = at
    if start is not None:
        pieces.append(Said(start * BLOCK_S, (last_loud + 1) * BLOCK_S))
    return [Said(round(each.start_s, 2), round(each.end_s, 2)) for each in pieces]


def with_words(pieces: Sequence[Said], texts: Sequence[TimedText]) -> list[Said]:
    """Pieces of speech with the words whose stretch overlaps them most, else lies nearest."""
    words: list[list[str]] = [[] for _ in pieces]
    for text in texts:
        if text.text.strip() and (index := _piece_of(pieces, text)) is not None:
            words[index].append(text.text.strip())
    return [Said(each.start_s, each.end_s, " ".join(said)) for each, said in zip(pieces, words, strict=True)]


def _piece_of(pieces: Sequence[Said], text: TimedText) -> int | None:
    if not pieces:
        return None
    overlaps = [min(each.end_s, text.end_s) - max(each.start_s, text.start_s) for each in pieces]
    best = int(np.argmax(overlaps))
    return best if overlaps[best] >= -MAX_WORD_DISTANCE_S else None
