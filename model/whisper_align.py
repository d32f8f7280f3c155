"""Where in the sound each token was said, read from the decoder's attention. Knows nothing of words.

Shapes: H alignment heads, N rows (the last one belongs to the end mark), A audio positions (20 ms each).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from model.types import HEARD_RATE_HZ, Pcm

POSITION_S = 0.02
_MEDIAN_WIDTH = 7
_STILL = 1e-6
_SILENT_BELOW = 0.03  # of the loudest 20 ms: 30 dB under it


def token_times(looked: Tensor, duration_s: float) -> list[float]:
    """Start of each row's token in seconds, never falling; `looked` is (H, N, A) attention weights."""
    num_positions = max(1, min(looked.shape[2], round(duration_s / POSITION_S)))
    weights = looked[:, :, :num_positions].float().numpy()
    weights = weights / weights.sum(-1, keepdims=True).clip(min=_STILL)
    mean, deviation = weights.mean(1, keepdims=True), weights.std(1, keepdims=True)
    evidence = _median((weights - mean) / (deviation + _STILL)).mean(0)  # (N, A)
    return [round(first * POSITION_S, 2) for first in monotonic_starts(evidence)]


def sounding(pcm: Pcm, start_s: float, end_s: float) -> tuple[float, float]:
    """The part of a word's span that is not silence: attention gives a pause to the word after it.

    `pcm` is the whole (S,) window at 16 kHz; the span comes back as it is when nothing in it stands out.
    """
    size = int(POSITION_S * HEARD_RATE_HZ)
    first, last = int(start_s / POSITION_S), max(int(end_s / POSITION_S), int(start_s / POSITION_S) + 1)
    levels = np.sqrt(np.mean(pcm[: len(pcm) // size * size].reshape(-1, size) ** 2, axis=1))
    loud = np.flatnonzero(levels[first:last] > levels.max(initial=0.0) * _SILENT_BELOW)
    if len(loud) == 0:
        return start_s, end_s
    return round((first + int(loud[0])) * POSITION_S, 2), round(min(end_s, (first + int(loud[-1]) + 1) * POSITION_S), 2)


def monotonic_starts(evidence: NDArray[np.float32]) -> list[int]:
    """First position of every row on the path from corner to corner that gathers the most evidence.

    Dynamic time warping: each step goes to the next position, the next row, or both.
    """
    num_rows, num_positions = evidence.shape
    best = np.full((num_rows + 1, num_positions + 1), -np.inf)
    best[0, 0] = 0.0
    came = np.zeros((num_rows, num_positions), np.int8)  # 0 both, 1 next row, 2 next position
    for diagonal in range(num_rows + num_positions - 1):
        rows = np.arange(max(0, diagonal - num_positions + 1), min(num_rows, diagonal + 1))
        cols = diagonal - rows
        ways = np.stack([best[rows, cols], best[rows, cols + 1], best[rows + 1, cols]])
        choice = ways.argmax(0)
        came[rows, cols] = choice
        best[rows + 1, cols + 1] = evidence[rows, cols] + ways[choice, np.arange(len(rows))]
    starts = [0] * num_rows
    row, col = num_rows - 1, num_positions - 1
    while row >= 0 and col >= 0:
        starts[row] = int(col)
        way = came[row, col]
        row, col = row - int(way != 2), col - int(way != 1)
    return starts


def _median(x: NDArray[np.float32]) -> NDArray[np.float32]:
    if x.shape[-1] <= _MEDIAN_WIDTH // 2:
        return x
    edge = _MEDIAN_WIDTH // 2
    padded = np.pad(x, ((0, 0), (0, 0), (edge, edge)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _MEDIAN_WIDTH, axis=-1)
    return np.median(windows, axis=-1)
