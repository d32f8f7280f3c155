"""Word times of a clip from a clip of the same words whose times are known: dynamic time warping of log-mel frames.

Sakoe and Chiba 1978, steps (1,1), (1,0), (0,1), without a band. Knows nothing of voices.

Shapes: S samples at 16 kHz, T frames, M mel bins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.types import HEARD_RATE_HZ, Pcm, Word

HOP = 160  # samples: 10 ms
WINDOW = 400
NUM_MELS = 32
NUM_COEFFICIENTS = 13  # of the log spectrum's cosine transform: timbre without the voice's fine structure
Floats = NDArray[np.float64]


def word_times(pcm: Pcm, known: Pcm, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words of `known` (S,) with their times in `pcm` (S,)."""
    path = _path(_distances(features(known), features(pcm)))
    frame_s = HOP / HEARD_RATE_HZ

    def moved(at_s: float) -> float:
        frame = min(int(at_s / frame_s), len(path) - 1)
        return min(float(path[frame]) * frame_s, pcm.size / HEARD_RATE_HZ)

    return tuple(Word(word.text, moved(word.start_s), moved(word.end_s)) for word in words)


def features(pcm: Pcm) -> Floats:
    """Cepstra with their slopes, each of zero mean and unit spread over the clip: (T, 2 * NUM_COEFFICIENTS)."""
    padded = np.pad(pcm.astype(np.float64), (WINDOW // 2, WINDOW))
    starts = np.arange(0, pcm.size, HOP)
    frames = padded[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(frames, 512)) ** 2  # (T, 257)
    log_mel = np.log(power @ _MEL_FILTERS.T + 1e-6)
    cepstra = log_mel @ _COSINES.T
    both = np.concatenate([cepstra, np.gradient(cepstra, axis=0) * 2 if len(cepstra) > 1 else cepstra * 0], axis=1)
    return np.asarray((both - both.mean(axis=0)) / (both.std(axis=0) + 1e-6))


def _distances(known: Floats, other: Floats) -> Floats:
    squared = np.sum(known**2, axis=1)[:, None] + np.sum(other**2, axis=1)[None] - 2 * known @ other.T
    return np.sqrt(np.maximum(squared, 0.0))


def _path(cost: Floats) -> NDArray[np.int64]:
    """For each row the middle of the columns that the cheapest path visits in it."""
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    for diagonal in range(rows + columns - 1):  # cells of one diagonal depend on earlier ones only
        i = np.arange(max(0, diagonal - columns + 1), min(rows, diagonal + 1))
        j = diagonal - i
        best = np.minimum(np.minimum(total[i, j + 1], total[i + 1, j]), total[i, j])
        total[i + 1, j + 1] = cost[i, j] + best
    firsts, lasts = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    i, j = rows - 1, columns - 1
    lasts[i] = j
    while i > 0 or j > 0:
        step = int(np.argmin([total[i, j], total[i, j + 1], total[i + 1, j]]))
        firsts[i] = j
        if step in (0, 1):
            i -= 1
        if step in (0, 2):
            j -= 1
        lasts[i] = max(lasts[i], j)
    return (firsts + lasts) // 2


def _mel_filters() -> Floats:
    """Triangles, evenly spaced in mel from 60 to 7600 Hz: (NUM_MELS, 257)."""

    def mel(hz: float) -> float:
        return 2595 * np.log10(1 + hz / 700)

    points = 700 * (10 ** (np.linspace(mel(60), mel(7600), NUM_MELS + 2) / 2595) - 1)
    bins = np.arange(257) * HEARD_RATE_HZ / 512
    up = (bins - points[:-2, None]) / (points[1:-1] - points[:-2])[:, None]
    down = (points[2:, None] - bins) / (points[2:] - points[1:-1])[:, None]
    return np.maximum(0.0, np.minimum(up, down))


_MEL_FILTERS = _mel_filters()
_COSINES = np.cos(np.pi / NUM_MELS * (np.arange(NUM_MELS) + 0.5) * np.arange(NUM_COEFFICIENTS)[:, None])
