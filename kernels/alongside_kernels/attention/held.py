"""Where attention finds the key of a position: in a ring behind a few first positions that stay, or simply in order.

Shapes: B slots, S places.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from alongside_kernels.errors import ShapeError


@dataclass(frozen=True, slots=True)
class Held:
    """Position p lies in place p if it is a sink, else in place num_sinks + (p - num_sinks) % ring, if it is held."""

    positions: Tensor  # (B, S) int64: which position each place holds, negative where none
    num_sinks: int
    ring: int

    def __post_init__(self) -> None:
        if self.ring < 1 or self.num_sinks < 0 or self.num_sinks + self.ring > self.positions.shape[1]:
            raise ShapeError(
                f"ring: {self.num_sinks} sinks and a ring of {self.ring} do not fit {self.positions.shape[1]} places"
            )

    @classmethod
    def whole(cls, num_slots: int, num_positions: int, device: torch.device) -> Held:
        """A whole sequence, every position in its own place."""
        positions = torch.arange(num_positions, device=device).expand(num_slots, -1).contiguous()
        return cls(positions, num_sinks=0, ring=num_positions)

    def places(self, positions: Tensor) -> Tensor:
        """The place of each position, any shape."""
        return torch.where(
            positions < self.num_sinks, positions, self.num_sinks + (positions - self.num_sinks) % self.ring
        )
