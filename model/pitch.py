"""The pitch of speech by normalised autocorrelation (Boersma 1993), to label training data. Not for live sound.

Shapes: S samples at 24 kHz, T hops, L lags.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from model.mel_frames import HOP_SAMPLES
from model.types import SPOKEN_RATE_HZ

_WINDOW_SAMPLES = 4 * HOP_SAMPLES  # 50 ms: three periods at 60 Hz
_TRANSFORM = 4096
_LOWEST_HZ, _HIGHEST_HZ = 60, 400
_MIN_LIKENESS = 0.5  # of a voiced window with itself a period later
_MIN_LOUDNESS = 0.003  # RMS
_OCTAVE_COST = 0.02  # an octave down must be so much more alike
_SMOOTHED_HOPS = 5


def measure_pitch(pcm: Tensor) -> Tensor:
    """(S,) to (T,) Hz at the start of each hop, 0 where nothing is voiced."""
    padded = functional.pad(pcm, (_WINDOW_SAMPLES // 2, _WINDOW_SAMPLES // 2))
    windows = padded.unfold(0, _WINDOW_SAMPLES, HOP_SAMPLES)[: len(pcm) // HOP_SAMPLES]  # (T, samples)
    windows = windows - windows.mean(1, keepdim=True)
    hann = torch.hann_window(_WINDOW_SAMPLES)
    likeness = _autocorrelation(windows * hann) / _autocorrelation(hann[None])  # (T, L)
    shortest, longest = SPOKEN_RATE_HZ // _HIGHEST_HZ, SPOKEN_RATE_HZ // _LOWEST_HZ
    octaves = torch.log2(torch.arange(1, likeness.shape[1] + 1) / shortest)
    score = (likeness - _OCTAVE_COST * octaves)[:, shortest - 1 : longest]
    lag = score.argmax(1) + shortest - 1
    height = likeness.gather(1, lag[:, None])[:, 0]
    exact = lag + _peak_offset(likeness, lag)
    voiced = (height > _MIN_LIKENESS) & (windows.square().mean(1).sqrt() > _MIN_LOUDNESS)
    middle = _SMOOTHED_HOPS // 2
    around = functional.pad(torch.where(voiced, SPOKEN_RATE_HZ / (exact + 1), 0.0)[None], (middle, middle))[0]
    return around.unfold(0, _SMOOTHED_HOPS, 1).median(1).values


def _autocorrelation(windows: Tensor) -> Tensor:
    """(T, samples) to (T, L), lag 1 first, over that at lag 0."""
    power = torch.fft.rfft(windows, n=_TRANSFORM).abs().square()
    products = torch.fft.irfft(power)[:, : SPOKEN_RATE_HZ // _LOWEST_HZ + 2]
    return products[:, 1:] / products[:, :1].clamp(min=1e-9)


def _peak_offset(likeness: Tensor, lag: Tensor) -> Tensor:
    """Where the parabola through a peak and its neighbours is highest, in -0.5..0.5 lags."""
    before, peak, after = (likeness.gather(1, (lag + step)[:, None])[:, 0] for step in (-1, 0, 1))
    return ((before - after) / (2 * (before - 2 * peak + after)).clamp(max=-1e-6)).clamp(-0.5, 0.5)
