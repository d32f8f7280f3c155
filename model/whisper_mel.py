"""Whisper's log-mel spectrogram. Knows nothing of the network behind it.

Shapes: S samples, T mel frames (one each 10 ms), M mel bins.
"""

from __future__ import annotations

import math

import torch

SAMPLE_RATE_HZ = 16_000
HOP_SAMPLES = 160  # 10 ms
WINDOW_SAMPLES = 400  # 25 ms, also the length of the Fourier transform
NUM_BINS = WINDOW_SAMPLES // 2 + 1  # 201
_LINEAR_HZ_PER_MEL = 200 / 3  # Slaney's scale: linear below 1 kHz …
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ_PER_MEL  # 15
_LOG_STEP = math.log(6.4) / 27  # … and 27 steps for each factor 6.4 above


def mel_filters(num_mels: int = 80) -> torch.Tensor:
    """Triangles on Slaney's mel scale from 0 to 8 kHz, each of area one: (M, NUM_BINS) float32."""
    top_mel = _hz_to_mel(SAMPLE_RATE_HZ / 2)
    corners = _mel_to_hz(torch.linspace(0, top_mel, num_mels + 2, dtype=torch.float64))  # (M + 2,)
    bins = torch.linspace(0, SAMPLE_RATE_HZ / 2, NUM_BINS, dtype=torch.float64)
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising = (bins - low) / (middle - low)
    falling = (high - bins) / (high - middle)
    triangles = torch.minimum(rising, falling).clamp(min=0)
    return (triangles * (2 / (high - low))).float()


class LogMel:
    """Log-mel frames as whisper was trained on: at most 8 bels under the clip's maximum, (x + 4) / 4."""

    def __init__(self, num_mels: int = 80) -> None:
        self._filters = mel_filters(num_mels)
        self._window = torch.hann_window(WINDOW_SAMPLES)

    def __call__(self, pcm: torch.Tensor) -> torch.Tensor:
        """(S,) float32 at 16 kHz to (M, T), T = S // HOP_SAMPLES; S must be over WINDOW_SAMPLES // 2."""
        spectrum = torch.stft(pcm, WINDOW_SAMPLES, HOP_SAMPLES, window=self._window, return_complex=True)
        power = spectrum[:, :-1].abs() ** 2  # (NUM_BINS, T) without the column centred on the end
        log = (self._filters @ power).clamp(min=1e-10).log10()
        return (torch.maximum(log, log.max() - 8.0) + 4.0) / 4.0


def _hz_to_mel(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return _BREAK_MEL + math.log(hz / _BREAK_HZ) / _LOG_STEP


def _mel_to_hz(mel: torch.Tensor) -> torch.Tensor:
    above = _BREAK_HZ * torch.exp(_LOG_STEP * (mel - _BREAK_MEL))
    return torch.where(mel < _BREAK_MEL, mel * _LINEAR_HZ_PER_MEL, above)
