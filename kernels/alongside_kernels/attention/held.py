"""Where attention finds the key of a position: in a ring behind a few first positions that stay, or simply in order.

The places are a slot's own, or lie on pages of a pool that all slots share.

Shapes: B slots, S places, N pages of a slot.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from alongside_kernels.errors import ShapeError, check_shape


@dataclass(frozen=True, slots=True)
class Pages:
    """Place p of a slot is row p % size of page `table[slot, p // size]` of the pool."""

    table: Tensor  # (B, N) int64; what it says of pages that hold nothing does not matter
    size: int  # places of a page


@dataclass(frozen=True, slots=True)
class Held:
    """Position p lies in place p if it is a sink, else in place num_sinks + (p - num_sinks) % ring, if it is held."""

    positions: Tensor  # (B, S) int64: which position each place holds, negative where none
    num_sinks: int
    ring: int
    pages: Pages | None = None  # None: keys and values lie slot by slot

    def __post_init__(self) -> None:
        num_slots, num_places = self.positions.shape
        if self.ring < 1 or self.num_sinks < 0 or self.num_sinks + self.ring > num_places:
            raise ShapeError(f"ring: {self.num_sinks} sinks and a ring of {self.ring} do not fit {num_places} places")
        if self.pages is not None:
            if self.pages.size < 1:
                raise ShapeError(f"pages: {self.pages.size} places each; a page has at least one")
            check_shape("pages", self.pages.table, (num_slots, -(-num_places // self.pages.size)))

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

    def at(self, memory: Tensor, places: Tensor) -> Tensor:
        """What keys or values, (B, G, S, D) or a pool of pages (…, G, size, D), hold in places (P,): (B, G, P, D)."""
        if self.pages is None:
            return memory[:, :, places]
        page = self.pages.table[:, places // self.pages.size]  # (B, P)
        page = page.clamp(0, memory.shape[0] - 1)  # of pages that hold nothing: nobody sees what is read there
        return memory[page, :, places % self.pages.size].transpose(1, 2)
