"""Sound to dMel levels, batched over sessions, with the last hop of sound as the only state."""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.dmel import reference
from alongside_kernels.dmel.tables import Tables
from alongside_kernels.errors import ShapeError, check_shape

__all__ = ["Tables", "dmel_"]


def dmel_(pcm: Tensor, past: Tensor, tables: Tables) -> Tensor:
    """Sound (B, S) float32, S whole hops, to levels (B, T, M) uint8; `past` (B, W / 2) takes its last hop.

    Raises ShapeError.
    """
    hop = tables.window.shape[0] // 2
    check_shape("past", past, (pcm.shape[0], hop))
    if pcm.ndim != 2 or pcm.dtype != torch.float32 or pcm.shape[1] == 0 or pcm.shape[1] % hop:
        raise ShapeError(f"pcm: expected (B, S) float32 with S a multiple of {hop}, got {tuple(pcm.shape)} {pcm.dtype}")
    if pcm.is_cuda:
        from alongside_kernels.dmel import kernel  # needs Triton, which only a GPU does

        return kernel.dmel_(pcm, past, tables)
    levels = reference.dmel(pcm, past, tables)
    past.copy_(pcm[:, -hop:])
    return levels
