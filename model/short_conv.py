"""A causal convolution of a few taps over each channel, added to its input, in float32.

Shapes: B slots, T positions, C channels, K taps.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ShortConv(nn.Module):
    def __init__(self, width: int, taps: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width, taps, dtype=torch.float32))  # last tap: the position itself

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) to (B, T, C), from silence."""
        return self._convolve(x, x.new_zeros(x.shape[0], self.weight.shape[1] - 1, x.shape[2]))

    def step_(self, x: Tensor, num_valid: Tensor, history: Tensor) -> Tensor:
        """(B, T, C) after the K - 1 inputs of `history` (B, K - 1, C), which moves on by `num_valid` (B,) positions."""
        out = self._convolve(x, history)
        inputs = torch.cat((history, x.to(history.dtype)), dim=1)  # (B, K - 1 + T, C)
        last = num_valid[:, None] + torch.arange(history.shape[1], device=x.device)  # (B, K - 1)
        history.copy_(inputs.gather(1, last[..., None].expand(-1, -1, x.shape[2])))
        return out

    def _convolve(self, x: Tensor, history: Tensor) -> Tensor:
        wide = torch.cat((history, x.to(history.dtype)), dim=1).float()
        taps = self.weight.unbind(1)
        out = x.float()
        for tap, weight in enumerate(taps):
            out = out + wide[:, tap : tap + x.shape[1]] * weight
        return out.to(x.dtype)
