"""From the speech decoder's state to the next 50 ms of mel: a few steps along a learned flow (arXiv 2210.02747).

Beside it an L1 head answers at once, with the middle of what is possible; it teaches the decoder faster.

Shapes: B slots, T blocks, D decoder width, X block size (320).
"""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from model.mel_frames import BLOCK_SIZE
from model.norms import RMSNorm

_NUM_WAVES = 16


class FlowHead(nn.Module):
    def __init__(self, condition_width: int, width: int = 256, num_layers: int = 3) -> None:
        super().__init__()
        self.enter = nn.Linear(BLOCK_SIZE, width)
        self.condition = nn.Linear(condition_width, width)
        self.time = nn.Linear(2 * _NUM_WAVES, width)
        self.layers = nn.ModuleList(_FlowLayer(width) for _ in range(num_layers))
        self.norm = RMSNorm(width)
        self.leave = nn.Linear(width, BLOCK_SIZE)

    def forward(self, block: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        """Where a half-made block (…, X) moves at `time` (…) in 0..1, given the decoder's state (…, D): (…, X)."""
        return self._move(block, self.time(_waves(time).to(condition.dtype)), self.condition(condition))

    def sample(self, condition: Tensor, noise: Tensor, num_steps: int) -> Tensor:
        """Noise (…, X) to a block (…, X) in Euler steps. The caller draws the noise: the same gives the same."""
        block, wanted = noise, self.condition(condition)
        times = torch.arange(num_steps, device=noise.device) / num_steps
        for now in self.time(_waves(times).to(condition.dtype)):  # (D,)
            block = block + self._move(block, now, wanted) / num_steps
        return block

    def _move(self, block: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        hint = functional.silu(condition + time)
        x = self.enter(block)
        for layer in self.layers:
            x = layer(x, hint)
        return self.leave(self.norm(x))

    def loss(self, condition: Tensor, target: Tensor, generator: Generator) -> Tensor:
        """How far the flow is from leading noise straight to the target (…, X), at one random time each."""
        noise = torch.randn(target.shape, generator=generator, device=target.device, dtype=target.dtype)
        time = torch.rand(target.shape[:-1], generator=generator, device=target.device, dtype=target.dtype)
        between = torch.lerp(noise, target, time[..., None])
        return (self(between, time, condition) - (target - noise)).square().mean(-1)


class L1Head(nn.Module):
    def __init__(self, condition_width: int) -> None:
        super().__init__()
        self.leave = nn.Linear(condition_width, BLOCK_SIZE)

    def forward(self, condition: Tensor) -> Tensor:
        """(…, D) to a block (…, X)."""
        return self.leave(condition)

    def loss(self, condition: Tensor, target: Tensor) -> Tensor:
        return (self(condition) - target).abs().mean(-1)


class _FlowLayer(nn.Module):
    """An MLP whose input is scaled and shifted, and whose output is gated, by the hint."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = RMSNorm(width)
        self.modulate = nn.Linear(width, 3 * width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)

    def forward(self, x: Tensor, hint: Tensor) -> Tensor:
        shift, gain, gate = self.modulate(hint).chunk(3, dim=-1)
        inside = self.norm(x) * (1 + gain) + shift
        return x + gate * self.down(functional.silu(self.up(inside)))


def _waves(time: Tensor) -> Tensor:
    """(…) in 0..1 to (…, 2 * _NUM_WAVES)."""
    rates = torch.exp(torch.arange(_NUM_WAVES, device=time.device) * (math.log(1000.0) / (_NUM_WAVES - 1)))
    phase = time[..., None].float() * rates
    return torch.cat((phase.sin(), phase.cos()), dim=-1)
