"""The formula of dMel as Inkling has it: windowed transform, magnitude, mel, logarithm, nearest of 16 levels.

Shapes: B sessions, S samples, T mel frames, W samples of a window, M mel bins.
"""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.dmel.tables import Tables

LOWEST, HIGHEST, NUM_LEVELS = -7.0, 2.0, 16
FLOOR = 1e-10


def log_mel(pcm: Tensor, past: Tensor, tables: Tables) -> Tensor:
    """Sound (B, S) after `past` (B, W / 2) to the logarithm of its mel bins (B, T, M), before the levels."""
    window = tables.window.shape[0]
    frames = torch.cat((past, pcm), dim=1).unfold(1, window, window // 2)
    spectrum = torch.view_as_real(torch.fft.rfft(frames * tables.window))
    magnitude = spectrum.square().sum(-1).clamp_min(FLOOR).sqrt()
    return (magnitude @ tables.filters).clamp_min(FLOOR).log10().clamp(LOWEST, HIGHEST)


def dmel(pcm: Tensor, past: Tensor, tables: Tables) -> Tensor:
    """To (B, T, M) uint8 levels."""
    centres = torch.linspace(LOWEST, HIGHEST, NUM_LEVELS, dtype=torch.float64, device=pcm.device).float()
    return (log_mel(pcm, past, tables)[..., None] - centres).abs().argmin(-1).to(torch.uint8)
