"""What attention remembers: preallocated keys and values per slot, bounded by a window and a few first positions.

Shapes: B slots, T positions of a chunk, S places of the memory, H key and value heads, D head size, C channels,
K taps.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from model.config import BackboneConfig, HeadSizes

NOWHERE = -1  # the position of a place that holds nothing


@dataclass(slots=True)
class Places:
    """Which position lies in which place; one table serves all layers of a kind.

    The first `num_sinks` positions keep their places, later ones go round in a ring that is one chunk longer than the
    window, so that writing a chunk before reading it loses nothing it needs. The last place takes what is not valid.
    """

    positions: Tensor  # (B, S) int64, NOWHERE where empty
    num_sinks: int
    window: int

    @classmethod
    def empty(cls, num_slots: int, num_sinks: int, window: int, max_chunk: int, device: torch.device) -> Places:
        num_places = num_sinks + window + max_chunk + 1
        return cls(torch.full((num_slots, num_places), NOWHERE, dtype=torch.int64, device=device), num_sinks, window)

    def assign_(self, positions: Tensor, valid: Tensor) -> Tensor:
        """Give a chunk's positions (B, T) their places (B, T), for `KVCache.write_`."""
        last = self.positions.shape[1] - 1
        ring = last - self.num_sinks
        place = torch.where(positions < self.num_sinks, positions, self.num_sinks + (positions - self.num_sinks) % ring)
        place = torch.where(valid, place, last)
        self.positions.scatter_(1, place, positions)
        self.positions[:, last] = NOWHERE
        return place

    def distances(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """How far back each place lies from each query (B, T, S), and which of them it may see."""
        held = self.positions[:, None, :]
        distance = positions[:, :, None] - held
        return distance, visible(distance, held, self.window, self.num_sinks)

    def reset_(self, slots: Tensor) -> None:
        """Empty the masked slots (B,) bool; keys and values may stay, nobody sees them."""
        self.positions.masked_fill_(slots[:, None], NOWHERE)


@dataclass(slots=True)
class LayerState:
    """One layer's keys, values and the last inputs of its four short convolutions."""

    keys: Tensor  # (B, H, S, D)
    values: Tensor  # (B, H, S, D)
    key_history: Tensor  # (B, K - 1, H * D)
    value_history: Tensor  # (B, K - 1, H * D)
    attention_history: Tensor  # (B, K - 1, C)
    mlp_history: Tensor  # (B, K - 1, C)

    @classmethod
    def empty(cls, config: BackboneConfig, heads: HeadSizes, places: Places, dtype: torch.dtype) -> LayerState:
        num_slots, num_places = places.positions.shape
        device = places.positions.device

        def zeros(*shape: int, of: torch.dtype = dtype) -> Tensor:
            return torch.zeros(num_slots, *shape, dtype=of, device=device)

        def history(width: int) -> Tensor:
            return zeros(config.taps - 1, width, of=torch.float32)

        return cls(
            keys=zeros(heads.num_kv_heads, num_places, heads.head_size),
            values=zeros(heads.num_kv_heads, num_places, heads.head_size),
            key_history=history(heads.num_kv_heads * heads.head_size),
            value_history=history(heads.num_kv_heads * heads.head_size),
            attention_history=history(config.width),
            mlp_history=history(config.width),
        )

    def write_(self, place: Tensor, keys: Tensor, values: Tensor) -> None:
        """Put a chunk's keys and values (B, H, T, D) into their places (B, T)."""
        index = place[:, None, :, None].expand_as(keys)
        self.keys.scatter_(2, index, keys.to(self.keys.dtype))
        self.values.scatter_(2, index, values.to(self.values.dtype))

    def reset_(self, slots: Tensor) -> None:
        """Silence the convolutions of the masked slots (B,) bool."""
        for history in (self.key_history, self.value_history, self.attention_history, self.mlp_history):
            history.masked_fill_(slots[:, None, None], 0)


@dataclass(slots=True)
class BackboneState:
    """All that the backbone remembers of its slots."""

    length: Tensor  # (B,) int64, positions so far
    local_places: Places
    global_places: Places
    layers: list[LayerState]
    max_chunk: int

    def reset_(self, slots: Tensor) -> None:
        """Make the masked slots (B,) bool as good as new; the others do not notice."""
        self.length.masked_fill_(slots, 0)
        self.local_places.reset_(slots)
        self.global_places.reset_(slots)
        for layer in self.layers:
            layer.reset_(slots)


def visible(distance: Tensor, held: Tensor, window: int, num_sinks: int) -> Tensor:
    """Whether a query may see a key: not ahead, inside the window or a sink, and there at all."""
    return (distance >= 0) & (held >= 0) & ((distance < window) | (held < num_sinks))
