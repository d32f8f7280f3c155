"""What attention is asked, and that it fits."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from alongside_kernels.attention.held import Held
from alongside_kernels.errors import ShapeError, check_float, check_shape


@dataclass(frozen=True, slots=True)
class Query:
    """The queries of each slot, at positions that follow one another, and what they may see.

    Shapes: B slots, H query heads, T queries, D head size, E relative extent.
    """

    queries: Tensor  # (B, H, T, D)
    near: Tensor  # (B, H, T, E): added to the score of a key by its distance; nothing is added beyond E
    positions: Tensor  # (B, T) int64, each slot's ascending by one
    window: int  # how many positions a query sees, its own among them
    num_sinks: int  # first positions that are seen from everywhere
    scale: float  # of the product of query and key

    def check(self, keys: Tensor, values: Tensor, held: Held) -> None:
        """Raise ShapeError unless keys and values, (B, G, S, D) or pages of a pool, fit."""
        batch, heads, count, size = self.queries.shape
        check_float("queries", self.queries)
        check_shape("near", self.near, (batch, heads, count, None))
        check_shape("positions", self.positions, (batch, count))
        check_shape("held", held.positions, (batch, None))
        if held.pages is None:
            check_shape("keys", keys, (batch, None, held.positions.shape[1], size))
        else:
            check_shape("keys", keys, (None, None, held.pages.size, size))
        check_shape("values", values, tuple(keys.shape))
        if heads % keys.shape[1]:
            raise ShapeError(f"queries: {heads} heads are no multiple of the {keys.shape[1]} of the keys")
        if self.window < 1:
            raise ShapeError(f"window: {self.window} positions; a query sees at least its own")
