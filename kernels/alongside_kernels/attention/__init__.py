"""Attention with a relative-position term, a window and sinks, in one order of addition for prefill and decode."""

from __future__ import annotations

from torch import Tensor

from alongside_kernels.attention import reference
from alongside_kernels.attention.held import Held
from alongside_kernels.attention.query import Query

__all__ = ["Held", "Query", "attention"]


def attention(query: Query, keys: Tensor, values: Tensor, held: Held) -> Tensor:
    """Queries (B, H, T, D) on keys and values (B, G, S, D), which lie as `held` says, to (B, H, T, D); for serving.

    Raises ShapeError.
    """
    query.check(keys, values, held.positions.shape[1])
    if not keys.is_cuda:
        return reference.attention(query, keys, values, held)
    from alongside_kernels.attention import kernel  # needs Triton, which only a GPU does

    return kernel.attention(query, keys, values, held)
