"""Root-mean-square normalisation with a learned gain (arXiv 1910.07467), summed in float32."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from alongside_kernels import is_deterministic
from alongside_kernels.rms_norm import rms_norm


class RMSNorm(nn.Module):
    def __init__(self, width: int, epsilon: float = 1e-6) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """(…, C) to (…, C)."""
        if is_deterministic():
            return rms_norm(x, self.gain, self.epsilon)
        return self.gain * functional.rms_norm(x.float(), x.shape[-1:], eps=self.epsilon).to(x.dtype)
