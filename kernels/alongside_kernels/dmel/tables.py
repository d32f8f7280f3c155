"""The constants of one dMel front end: window, mel filters, and the factors of its Fourier transform.

The transform of W = R * R samples is done as two of R: with n = R n1 + n2 and k = k1 + R k2, first over n1, then a
twist by n2 k1, then over n2. For W = 1600 that is two products with 40 x 40 matrices instead of one with 1600 x 801.

Shapes: W samples of a window, R its root (40), F frequencies (W / 2 + 1), M mel bins, U frequencies of the widest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from alongside_kernels.errors import ShapeError


@dataclass(frozen=True, slots=True)
class Tables:
    """What `dmel_` needs beside the sound; made once by `of_filters`."""

    window: Tensor  # (W,) float32, periodic Hann
    filters: Tensor  # (F, M) float32
    turns: Tensor  # (2, R, R): cosine and minus sine of n k / R turns
    twist: Tensor  # (2, R, R): the same of n2 k1 / W turns, k1 first
    band_start: Tensor  # (M,) int32: the first frequency of each mel bin
    band: Tensor  # (U, M) float32: its weights from there on, zeros behind

    @property
    def root(self) -> int:
        return self.turns.shape[1]

    @classmethod
    def of_filters(cls, filters: Tensor) -> Tables:
        """The tables for filters (F, M), on their device; 2 (F - 1) must be a square. Raises ShapeError."""
        num_samples = 2 * (filters.shape[0] - 1)
        root = math.isqrt(num_samples)
        if filters.ndim != 2 or root * root != num_samples:
            raise ShapeError(f"filters: expected (W / 2 + 1, M) with W a square, got {tuple(filters.shape)}")
        grid = torch.outer(torch.arange(root), torch.arange(root)).double()
        band_start, band = _bands(filters.cpu())
        device = filters.device
        return cls(
            window=torch.hann_window(num_samples).to(device),
            filters=filters,
            turns=_turns(grid / root).to(device),
            twist=_turns(grid / num_samples).to(device),
            band_start=band_start.to(device),
            band=band.to(device),
        )


def _turns(turns: Tensor) -> Tensor:
    """The real and the imaginary part of exp(-2 pi i turns), float32."""
    angle = turns * (2 * math.pi)
    return torch.stack((angle.cos(), -angle.sin())).float().contiguous()


def _bands(filters: Tensor) -> tuple[Tensor, Tensor]:
    """Where each mel bin's weights begin, and the weights, as many for each bin as the widest has."""
    is_used = filters > 0
    start = is_used.int().argmax(0)  # (M,)
    end = filters.shape[0] - is_used.flip(0).int().argmax(0)
    widest = int((end - start).max())
    index = start + torch.arange(widest)[:, None]  # (U, M)
    weights = filters.gather(0, index.clamp(max=filters.shape[0] - 1))
    return start.int(), torch.where(index < end, weights, 0.0).contiguous()
