"""The backbone's memory laid over SGLang's pools: the same modules step on it as on their own tensors.

A request's position lies in the place of its number, so a place is a position less the first that is looked at.

Shapes: B requests, T positions of a chunk, S places, G key and value heads, D head size, K taps, W conv channels.
"""

# pyright: reportMissingImports=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from model.kv_cache import NOWHERE, BackboneState, LayerState, Places


@dataclass(slots=True)
class PoolPlaces(Places):
    """Positions of each request from `first` (B,) on; the last place holds nothing."""

    first: Tensor
    rows: Tensor  # (B, S) int64, where in the pool each place lies

    @classmethod
    def over(cls, request_rows: Tensor, length: Tensor, num_valid: Tensor, reach: PoolReach) -> PoolPlaces:
        """`request_rows` (B, positions) is the pool's row of every position of the requests, also the new ones."""
        total = length + num_valid
        is_bounded = reach.window < request_rows.shape[1] and not reach.num_sinks
        first = (length - reach.window + 1).clamp(min=0) if is_bounded else torch.zeros_like(length)
        num_places = int((length - first).max()) + reach.num_positions + 1
        positions = first[:, None] + torch.arange(num_places, device=length.device)
        is_held = positions < total[:, None]
        rows = request_rows.gather(1, positions.clamp(max=request_rows.shape[1] - 1)).long()
        held = torch.where(is_held, positions, NOWHERE)
        return cls(held, reach.num_sinks, reach.window, first, torch.where(is_held, rows, 0))

    def assign_(self, positions: Tensor, valid: Tensor) -> Tensor:
        """The places of a chunk's positions; the pool gave them when it took the request."""
        return self._place_of(positions)

    def _place_of(self, positions: Tensor) -> Tensor:
        return positions - self.first[:, None]


@dataclass(frozen=True, slots=True)
class PoolReach:
    """How far a kind of layer looks back, from a chunk of `num_positions`."""

    window: int
    num_sinks: int
    num_positions: int


@dataclass(slots=True)
class PoolLayer(LayerState):
    """One layer's part of both pools; `keys` and `values` are read from the pool when a chunk has been written."""

    key_pool: Tensor  # (rows, G, D)
    value_pool: Tensor
    new_rows: Tensor  # (N,), the pool's rows of all valid positions of the chunk, request after request
    is_new: Tensor  # (B, T) bool, which positions those are

    def write_(self, place: Tensor, keys: Tensor, values: Tensor) -> None:
        """Put a chunk's keys and values (B, G, T, D) into the pool, and look at all that is there."""
        for pool, chunk in ((self.key_pool, keys), (self.value_pool, values)):
            pool[self.new_rows] = chunk.transpose(1, 2)[self.is_new].to(pool.dtype)
        assert isinstance(self.places, PoolPlaces)
        self.keys, self.values = (pool[self.places.rows].transpose(1, 2) for pool in (self.key_pool, self.value_pool))


@dataclass(slots=True)
class PoolState(BackboneState):
    """What the backbone remembers of the requests of one batch, for the length of one step."""

    conv_pool: Tensor  # (layers, slots, K - 1, W)
    slots: Tensor  # (B,) int64
    is_fresh: Tensor  # (B,) bool, requests without a past, whatever their slots held before

    def keep_(self) -> None:
        """Put the convolutions' last inputs back into the pool, after the step."""
        for index, layer in enumerate(self.layers):
            self.conv_pool[index, self.slots] = torch.cat(layer.histories, dim=-1)
