"""A causal convolution of a few taps over each channel, added to its input, in float32.

Shapes: B slots, T positions, C channels, K taps.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class ShortConv(nn.Module):
    def __init__(self, width: int, taps: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width, taps, dtype=torch.float32))  # last tap: the position itself

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) to (B, T, C), from silence."""
        return self._convolve(x, functional.pad(x.float(), (0, 0, self.weight.shape[1] - 1, 0)))

    def step_(self, x: Tensor, last: Tensor, history: Tensor) -> Tensor:
        """(B, T, C) after the K - 1 inputs of `history` (B, K - 1, C), which moves on to rows `last` of both."""
        longer = torch.cat((history, x.to(history.dtype)), dim=1)  # (B, K - 1 + T, C)
        history.copy_(longer.gather(1, last.expand(-1, -1, x.shape[2])))
        return self._convolve(x, longer)

    def _convolve(self, x: Tensor, longer: Tensor) -> Tensor:
        """(B, T, C) with the K - 1 rows before it, (B, K - 1 + T, C): taps are added from the oldest to the newest."""
        length, wide = x.shape[1], longer.float()
        heard = sum(wide[:, tap : tap + length] * self.weight[:, tap] for tap in range(self.weight.shape[1]))
        return (x.float() + heard).to(x.dtype)


def rows_to_keep(num_valid: Tensor, taps: int) -> Tensor:
    """Which rows of history and chunk, put behind each other, are the next history: (B,) to (B, K - 1, 1)."""
    return num_valid[:, None, None] + torch.arange(taps - 1, device=num_valid.device)[:, None]
