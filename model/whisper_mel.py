"""Whisper's log-mel spectrogram. Knows nothing of the network behind it.

Shapes: S samples, T mel frames (one each 10 ms), M mel bins.
"""

from __future__ import annotations

import torch

from model.mel_filters import slaney_filters

SAMPLE_RATE_HZ = 16_000
HOP_SAMPLES = 160  # 10 ms
WINDOW_SAMPLES = 400  # 25 ms, also the length of the Fourier transform
NUM_BINS = WINDOW_SAMPLES // 2 + 1  # 201


class LogMel:
    """Log-mel frames as whisper was trained on: at most 8 bels under the clip's maximum, (x + 4) / 4."""

    def __init__(self, num_mels: int = 80) -> None:
        self._filters = slaney_filters(num_mels, NUM_BINS, SAMPLE_RATE_HZ)
        self._window = torch.hann_window(WINDOW_SAMPLES)

    def __call__(self, pcm: torch.Tensor) -> torch.Tensor:
        """(S,) float32 at 16 kHz to (M, T), T = S // HOP_SAMPLES; S must be over WINDOW_SAMPLES // 2."""
        spectrum = torch.stft(pcm, WINDOW_SAMPLES, HOP_SAMPLES, window=self._window, return_complex=True)
        power = spectrum[:, :-1].abs() ** 2  # (NUM_BINS, T) without the column centred on the end
        log = (self._filters @ power).clamp(min=1e-10).log10()
        return (torch.maximum(log, log.max() - 8.0) + 4.0) / 4.0
