"""When each word of a recording sounds, found by laying it against the same words spoken by a voice that tells.

Dynamic time warping (Sakoe and Chiba 1978) over mel cepstra. Shapes: T frames of 10 ms of the recording, R of the
reference, C cepstra.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from model.mel_filters import slaney_filters
from model.studio.stage import Clip
from model.types import HEARD_RATE_HZ, Pcm, Word

HOP_S = 0.01
_HOP = round(HOP_S * HEARD_RATE_HZ)
_WINDOW = 400
_N_FFT = 512
_MELS, _CEPSTRA = 40, 14
_MOVES = 4  # frames of the reference a frame of the recording may advance: 0 … 3
_EXTRA_COST = (0.15, 0.0, 0.1, 0.3)  # of the mean distance, for each move
_FLOOR = 1e-4  # of a loud frame's energy
_Frames = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Words with their times in the recording, and how unlike the two were."""

    words: tuple[Word, ...]
    distance: float  # mean over the path: about 0.35 for the same words, 0.5 for others


def align(pcm: Pcm, reference: Clip) -> Alignment:
    """`pcm` (S,) at 16 kHz holds the words of `reference`, by whomever, at any even pace."""
    frames, others = _cepstra(pcm), _cepstra(reference.pcm)
    distances = _distances(frames, others)
    path = _path(distances)
    words = tuple(
        Word(
            word.text,
            float(np.searchsorted(path, word.start_s / HOP_S)) * HOP_S,
            float(np.searchsorted(path, word.end_s / HOP_S, "right")) * HOP_S,
        )
        for word in reference.words
    )
    return Alignment(words, float(distances[np.arange(len(path)), path].mean()))


def _cepstra(pcm: Pcm) -> _Frames:
    """(T, C) with each cepstrum's mean over what sounds taken out, and its change beside it."""
    padded = np.pad(pcm, _WINDOW // 2 + _HOP)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(frames, _N_FFT)) ** 2
    energies = power @ _filters().T
    mel = np.log(np.maximum(energies, _FLOOR * np.percentile(energies.sum(axis=1), 90) / _MELS))
    loudness = mel.mean(axis=1)
    cepstra = np.asarray(scipy.fft.dct(mel, norm="ortho"))[:, :_CEPSTRA]
    cepstra -= cepstra[loudness > np.percentile(loudness, 30)].mean(axis=0)
    change = np.gradient(uniform_filter1d(cepstra, 3, axis=0), axis=0)
    return np.concatenate([cepstra, 2 * change], axis=1).astype(np.float32)


@cache
def _filters() -> _Frames:
    """(MELS, bins)"""
    return slaney_filters(_MELS, _N_FFT // 2 + 1, HEARD_RATE_HZ).numpy()


def _distances(frames: _Frames, others: _Frames) -> _Frames:
    """(T, R) Euclidean, in units of the mean between any two."""
    squares = (frames**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None] - 2 * frames @ others.T
    distances = np.sqrt(np.maximum(squares, 0))
    return distances / distances.mean()


def _path(distances: _Frames) -> NDArray[np.int64]:
    """(T,) the reference's frame for each of the recording's, never falling."""
    num_frames, num_others = distances.shape
    moves = np.zeros((num_frames, num_others), np.int8)
    costs = np.full(num_others, np.inf, np.float32)
    costs[: max(_MOVES, num_others // 10)] = distances[0, : max(_MOVES, num_others // 10)]
    for index in range(1, num_frames):
        options = np.full((_MOVES, num_others), np.inf, np.float32)
        for move in range(_MOVES):
            options[move, move:] = costs[: num_others - move] + _EXTRA_COST[move]
        moves[index] = options.argmin(axis=0)
        costs = options.min(axis=0) + distances[index]
    path = np.empty(num_frames, np.int64)
    tail = num_others - max(_MOVES, num_others // 10)
    path[-1] = tail + int(costs[tail:].argmin()) if np.isfinite(costs[tail:]).any() else int(costs.argmin())
    for index in range(num_frames - 1, 0, -1):
        path[index - 1] = path[index] - moves[index, path[index]]
    return path
