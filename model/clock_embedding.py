"""What time it is in the conversation, as an input: sines of the micro-turn's index. It is no timer.

Shapes: B slots, T positions, W waves, C channels.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from model.sequence import NO_CLOCK
from model.types import MICRO_TURN_MS

SHORTEST_S, LONGEST_S = 0.4, 7200.0  # two micro-turns, two hours
NUM_WAVES = 16


class ClockEmbedding(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(2 * NUM_WAVES, width, bias=False)

    def forward(self, micro_turn: Tensor) -> Tensor:
        """(B, T) int64, NO_CLOCK where no time is shown, to (B, T, C)."""
        phase = micro_turn[..., None].double() * _radians_per_micro_turn(micro_turn.device)  # (B, T, W)
        waves = torch.cat((phase.sin(), phase.cos()), dim=-1)  # float64: hours in steps of 0.2 s
        shown = (micro_turn != NO_CLOCK)[..., None]
        return self.project((waves * shown).to(self.project.weight.dtype))


def _radians_per_micro_turn(device: torch.device) -> Tensor:
    step = math.log(LONGEST_S / SHORTEST_S) / (NUM_WAVES - 1)
    period_s = SHORTEST_S * torch.exp(step * torch.arange(NUM_WAVES, dtype=torch.float64, device=device))
    return 2 * math.pi * (MICRO_TURN_MS / 1000) / period_s
