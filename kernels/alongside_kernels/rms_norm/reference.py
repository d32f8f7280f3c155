"""The formula of RMSNorm (arXiv 1910.07467). Shapes: C channels."""

from __future__ import annotations

import torch
from torch import Tensor


def rms_norm(x: Tensor, gain: Tensor, epsilon: float) -> Tensor:
    """(…, C) to (…, C): each row over its root mean square, summed in float32, times a gain (C,)."""
    wide = x.float()
    scale = torch.rsqrt(wide.square().mean(-1, keepdim=True) + epsilon)
    return gain * (wide * scale).to(x.dtype)
