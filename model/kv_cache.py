"""What attention remembers: preallocated keys and values per slot, bounded by a window and a few first positions.

Shapes: B slots, T positions of a chunk, S places of the memory, H key and value heads, D head size, C channels,
K taps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
        place = torch.where(valid, self._place_of(positions), last)
        self.positions.scatter_(1, place, positions)
        self.positions[:, last] = NOWHERE
        return place

    def take_over_(self, slot: int, other: Places) -> tuple[Tensor, Tensor]:
        """Make room in a slot for what the only slot of `other` holds and this one would hold too.

        Returns the places of `other` and those here, (N,) each, for `LayerState.take_over_`.
        """
        held = other.positions[0]
        reach = int(held.max()) - (self.positions.shape[1] - 1 - self.num_sinks)  # as far back as the ring goes
        there = ((held > reach) | ((held >= 0) & (held < self.num_sinks))).nonzero()[:, 0]
        there = there[held[there] >= 0]
        here = self._place_of(held[there])
        self.positions[slot] = NOWHERE
        self.positions[slot, here] = held[there]
        return there, here

    def _place_of(self, positions: Tensor) -> Tensor:
        ring = self.positions.shape[1] - 1 - self.num_sinks
        return torch.where(positions < self.num_sinks, positions, self.num_sinks + (positions - self.num_sinks) % ring)

    def distances(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """How far back each place lies from each query (B, T, S), and which of them it may see."""
        held = self.positions[:, None, :]
        distance = positions[:, :, None] - held
        return distance, visible(distance, held, self.window, self.num_sinks)

    def gone(self, first: Tensor) -> Tensor:
        """Which places no query from `first` (B,) on can see: the empty and the forgotten ones (B, S)."""
        held = self.positions
        is_forgotten = (held <= first[:, None] - self.window) & (held >= self.num_sinks)
        return (held < 0) | is_forgotten

    def up_to(self, last: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """The `count` positions up to `last` (B,), newest first, and where each of them lies or would: (B, count)."""
        positions = last[:, None] - torch.arange(count, device=last.device)
        place = torch.where(positions < 0, self.positions.shape[1] - 1, self._place_of(positions))
        return positions, place

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
    places: Places  # where its positions lie, as for all layers of its kind

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
            places=places,
        )

    def write_(self, place: Tensor, keys: Tensor, values: Tensor) -> None:
        """Put a chunk's keys and values (B, H, T, D) into their places (B, T)."""
        slot = torch.arange(len(place), device=place.device)[:, None]
        for memory, chunk in ((self.keys, keys), (self.values, values)):
            # not scatter_, which goes through all of a memory in half precision
            memory.transpose(1, 2).index_put_((slot, place), chunk.to(memory.dtype).transpose(1, 2))

    def take_over_(self, slot: int, other: LayerState, places: tuple[Tensor, Tensor]) -> None:
        """Copy the only slot of `other` into a slot; `places` are those of `Places.take_over_`."""
        there, here = places
        self.keys[slot, :, here] = other.keys[0, :, there]
        self.values[slot, :, here] = other.values[0, :, there]
        for mine, theirs in zip(self.histories, other.histories, strict=True):
            mine[slot] = theirs[0]

    @property
    def histories(self) -> tuple[Tensor, ...]:
        return self.key_history, self.value_history, self.attention_history, self.mlp_history

    def reset_(self, slots: Tensor) -> None:
        """Silence the convolutions of the masked slots (B,) bool."""
        for history in self.histories:
            history.masked_fill_(slots[:, None, None], 0)


@dataclass(slots=True)
class BackboneState:
    """All that the backbone remembers of its slots."""

    length: Tensor  # (B,) int64, positions so far
    local_places: Places
    global_places: Places
    layers: list[LayerState]
    max_chunk: int

    def narrowed(self, num_places: int) -> BackboneState:
        """The same memory through its first global places: quicker to look through while all positions lie there.

        That is so as long as a slot's positions and the next chunk together are fewer than `num_places`.
        """
        near = Places(
            self.global_places.positions[:, :num_places], self.global_places.num_sinks, self.global_places.window
        )
        layers = [
            replace(layer, keys=layer.keys[:, :, :num_places], values=layer.values[:, :, :num_places], places=near)
            if layer.places is self.global_places
            else layer
            for layer in self.layers
        ]
        return replace(self, global_places=near, layers=layers)

    def reset_(self, slots: Tensor) -> None:
        """Make the masked slots (B,) bool as good as new; the others do not notice."""
        self.length.masked_fill_(slots, 0)
        self.local_places.reset_(slots)
        self.global_places.reset_(slots)
        for layer in self.layers:
            layer.reset_(slots)

    @property
    def tensors(self) -> list[Tensor]:
        """All of it, slots first."""
        places = [self.local_places.positions, self.global_places.positions]
        layers = [tensor for layer in self.layers for tensor in (layer.keys, layer.values, *layer.histories)]
        return [self.length, *places, *layers]

    def take_over_(self, slot: int, other: BackboneState) -> None:
        """Give a slot what the only slot of another state remembers, whose chunks may be longer than these."""
        local, everything = (
            self.local_places.take_over_(slot, other.local_places),
            self.global_places.take_over_(slot, other.global_places),
        )
        self.length[slot] = other.length[0]
        for layer, theirs in zip(self.layers, other.layers, strict=True):
            layer.take_over_(slot, theirs, everything if layer.places is self.global_places else local)


def visible(distance: Tensor, held: Tensor, window: int, num_sinks: int) -> Tensor:
    """Whether a query may see a key: not ahead, inside the window or a sink, and there at all."""
    return (distance >= 0) & (held >= 0) & ((distance < window) | (held < num_sinks))
