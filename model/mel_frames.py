"""What speech is made of here: log-mel frames of 24 kHz sound, each seeing only the past. Knows nothing of weights.

Frame t looks at the 50 ms that end with hop t, so that no frame waits for sound to come and every chunking agrees.

Shapes: S samples at 24 kHz, T mel frames (one each 12.5 ms), M mel bins, F frequency bins.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from model.mel_filters import slaney_filters
from model.types import SPOKEN_RATE_HZ, SPOKEN_SAMPLES

HOP_SAMPLES = 300
WINDOW_SAMPLES = 4 * HOP_SAMPLES  # 1200, also the length of the Fourier transform
NUM_BINS = WINDOW_SAMPLES // 2 + 1  # 601
NUM_MELS = 80
FRAMES_PER_BLOCK = SPOKEN_RATE_HZ * 50 // 1000 // HOP_SAMPLES  # 4
BLOCKS_PER_MICRO_TURN = SPOKEN_SAMPLES // HOP_SAMPLES // FRAMES_PER_BLOCK  # 4
BLOCK_SIZE = FRAMES_PER_BLOCK * NUM_MELS  # 320 numbers that the speech decoder makes in a step
_FLOOR = 1e-5
SILENCE = -11.5129  # the natural logarithm of the floor: every bin of a silent frame
_MIDDLE, _SPREAD = -5.0, 2.5  # of log-mel over speech, so that blocks lie around zero with width one


def mel_frames(pcm: Tensor) -> Tensor:
    """(B, S) to (B, T, M) natural log-mel, T = S // HOP_SAMPLES."""
    past = functional.pad(pcm, (WINDOW_SAMPLES - HOP_SAMPLES, 0))
    frames = past.unfold(1, WINDOW_SAMPLES, HOP_SAMPLES) * torch.hann_window(WINDOW_SAMPLES, device=pcm.device)
    magnitude = torch.fft.rfft(frames).abs()  # (B, T, F)
    filters = slaney_filters(NUM_MELS, NUM_BINS, SPOKEN_RATE_HZ).to(pcm.device)
    return (magnitude @ filters.T).clamp_min(_FLOOR).log()


def to_blocks(mel: Tensor) -> Tensor:
    """(B, T, M) log-mel to (B, T / FRAMES_PER_BLOCK, BLOCK_SIZE) normalised."""
    return ((mel - _MIDDLE) / _SPREAD).unflatten(1, (-1, FRAMES_PER_BLOCK)).flatten(2)


def from_blocks(blocks: Tensor) -> Tensor:
    """The inverse of `to_blocks`."""
    return blocks.unflatten(2, (FRAMES_PER_BLOCK, NUM_MELS)).flatten(1, 2) * _SPREAD + _MIDDLE
