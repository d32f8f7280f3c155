"""Triangular filters on Slaney's mel scale, for any rate and transform length. Knows nothing of sound.

Shapes: M mel bins, F frequency bins.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_LINEAR_HZ_PER_MEL = 200 / 3  # linear below 1 kHz …
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ_PER_MEL  # 15
_LOG_STEP = math.log(6.4) / 27  # … and 27 steps for each factor 6.4 above


def slaney_filters(num_mels: int, num_bins: int, rate_hz: int) -> Tensor:
    """Triangles from 0 Hz to half the rate, each of area one: (M, F) float32."""
    top_mel = _hz_to_mel(rate_hz / 2)
    corners = _mel_to_hz(torch.linspace(0, top_mel, num_mels + 2, dtype=torch.float64))  # (M + 2,)
    bins = torch.linspace(0, rate_hz / 2, num_bins, dtype=torch.float64)  # (F,)
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    triangles = torch.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)).clamp(min=0)
    return (triangles * (2 / (high - low))).float()


def _hz_to_mel(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return _BREAK_MEL + math.log(hz / _BREAK_HZ) / _LOG_STEP


def _mel_to_hz(mel: Tensor) -> Tensor:
    above = _BREAK_HZ * torch.exp(_LOG_STEP * (mel - _BREAK_MEL))
    return torch.where(mel < _BREAK_MEL, mel * _LINEAR_HZ_PER_MEL, above)
