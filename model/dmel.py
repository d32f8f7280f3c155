"""The ear: 16 kHz sound to dMel tokens, one column of levels every 50 ms (arXiv 2407.15835). Knows nothing of weights.

It runs where the sound arrives, on the processor. A whole clip is stepped through like a live call, in the same fixed
shapes, so training and serving see the same bits.

Shapes: S samples at 16 kHz, T mel frames, M mel bins (80).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from model.mel_filters import slaney_filters
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES, InputError

HOP_SAMPLES = HEARD_RATE_HZ * 50 // 1000  # 800
WINDOW_SAMPLES = 2 * HOP_SAMPLES  # 1600, also the length of the Fourier transform
FRAMES_PER_CHUNK = HEARD_SAMPLES // HOP_SAMPLES  # 4
NUM_MELS = 80
NUM_LEVELS = 16
LOWEST, HIGHEST = -7.0, 2.0  # of log10; the 16 levels are 0.6 apart
_FLOOR = 1e-10  # below it sound counts as silence; keeps the logarithm finite


class Dmel:
    """Hears one sound. Its only memory is the last 50 ms, because a window reaches back one hop."""

    def __init__(self) -> None:
        self._window = torch.hann_window(WINDOW_SAMPLES)
        self._filters = slaney_filters(NUM_MELS, WINDOW_SAMPLES // 2 + 1, HEARD_RATE_HZ).T.contiguous()
        self._levels = torch.linspace(LOWEST, HIGHEST, NUM_LEVELS, dtype=torch.float64).float()
        self._past = torch.zeros(HOP_SAMPLES)

    def step_(self, pcm: Tensor) -> Tensor:
        """The (HEARD_SAMPLES,) float32 of one micro-turn to (FRAMES_PER_CHUNK, M) uint8 levels."""
        _check(pcm, HEARD_SAMPLES)
        heard = torch.cat((self._past, pcm))
        self._past = pcm[-HOP_SAMPLES:].clone()
        return self._quantise(heard.unfold(0, WINDOW_SAMPLES, HOP_SAMPLES))

    @property
    def past(self) -> Tensor:
        """The last 50 ms of sound, (HOP_SAMPLES,): all that it remembers."""
        return self._past

    def restore_(self, past: Tensor) -> None:
        """Go on from the `past` of another one."""
        _check(past, HOP_SAMPLES)
        self._past = past.clone()

    def reset_(self) -> None:
        """Forget the sound so far."""
        self._past = torch.zeros(HOP_SAMPLES)

    def _quantise(self, frames: Tensor) -> Tensor:
        spectrum = torch.view_as_real(torch.fft.rfft(frames * self._window))  # (t, F, 2)
        magnitude = spectrum.square().sum(-1).clamp_min(_FLOOR).sqrt()
        log_mel = (magnitude @ self._filters).clamp_min(_FLOOR).log10().clamp(LOWEST, HIGHEST)
        return (log_mel[..., None] - self._levels).abs().argmin(-1).to(torch.uint8)


def dmel_of_clip(pcm: Tensor, rate_hz: int) -> Tensor:
    """A whole clip (S,) float32 to (T, M) uint8, T = S / HOP_SAMPLES rounded up; raises InputError on a wrong rate."""
    if rate_hz != HEARD_RATE_HZ:
        raise InputError(f"clip: expected {HEARD_RATE_HZ} Hz, got {rate_hz} Hz; resample it first")
    _check(pcm, pcm.shape[0] if pcm.ndim else 0)
    num_frames = -(-pcm.shape[0] // HOP_SAMPLES)
    dmel = Dmel()
    chunks = functional.pad(pcm, (0, -pcm.shape[0] % HEARD_SAMPLES)).split(HEARD_SAMPLES)
    return torch.cat([dmel.step_(chunk) for chunk in chunks])[:num_frames]


def _check(pcm: Tensor, num_samples: int) -> None:
    if pcm.dtype != torch.float32 or pcm.shape != (num_samples,) or not num_samples:
        raise InputError(f"sound: expected ({num_samples or 'S'},) float32, got {tuple(pcm.shape)} {pcm.dtype}")
    if not bool(pcm.isfinite().all()):
        raise InputError(f"sound: sample {int(pcm.isfinite().int().argmin())} is not finite")
