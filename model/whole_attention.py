"""Attention of a whole sequence to itself, for training: the same arithmetic as a step's, block by block.

A query meets only the keys of its window, and the term by distance is moved into place by reading the same memory with
another row length, so nothing is gathered and nothing scattered. Knows nothing of memory and of layers.

Shapes: B slots, G key and value heads, R query heads of each, T positions, D head size, E extent of the curves,
W window, Q queries of a block, N blocks, Z curves.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

BLOCK_QUERIES = 128


def attend_whole(queries: Tensor, keys: Tensor, values: Tensor, mix: Tensor, curves: Tensor, window: int) -> Tensor:
    """(B, G, R, T, D) queries of (B, G, T, D) keys and values to (B, G, R, T, D).

    A query sees itself and the `window - 1` positions before it. Its `mix` (B, G, R, T, Z) of the `curves` (Z, E) is
    added to its scores, column d to the key d positions back; beyond E nothing is. Queries come scaled.
    """
    length = keys.shape[2]
    if length <= window + BLOCK_QUERIES:
        return _attend_all(queries, keys, values, mix @ _far_first(curves, min(window, length)))
    return _attend_blocks(queries, keys, values, mix @ _far_first(curves, window))


def _attend_all(queries: Tensor, keys: Tensor, values: Tensor, near: Tensor) -> Tensor:
    """Every query meets every key."""
    length, seen = near.shape[-2:]
    hidden = torch.finfo(near.dtype).min
    # column c of a row: distance length - 1 - c; one column more, and each row read one later begins at its own place
    longer = functional.pad(near, (1 + length - seen, 0), value=hidden)  # (…, T, T + 1)
    rows = longer.flatten(-2)[..., length:].unflatten(-1, (length, length))
    is_past = torch.ones(length, length, dtype=torch.bool, device=keys.device).tril()
    return _look(queries, keys, values, rows.masked_fill(~is_past, hidden))


def _attend_blocks(queries: Tensor, keys: Tensor, values: Tensor, near: Tensor) -> Tensor:
    """Each block of queries meets the keys from one window before it to its end."""
    length, window = near.shape[-2:]
    block, behind = BLOCK_QUERIES, -length % BLOCK_QUERIES
    span = window + block  # keys of a block; the last is never seen, and makes the count even
    hidden = torch.finfo(near.dtype).min
    longer = functional.pad(near, (0, block + 1, 0, behind), value=hidden).unflatten(-2, (-1, block))
    bias = longer.flatten(-2)[..., : block * span].unflatten(-1, (block, span))  # (B, G, R, N, Q, span)
    start = torch.arange(0, length + behind, block, device=keys.device)
    position = start[:, None, None] - (window - 1) + torch.arange(span, device=keys.device)  # (N, 1, span)
    bias = bias.masked_fill(position < 0, hidden)
    padded = (functional.pad(x, (0, 0, window - 1, behind + 1)) for x in (keys, values))
    near_keys, near_values = (x.unfold(2, span, block).mT for x in padded)  # (B, G, N, span, D)
    asked = functional.pad(queries, (0, 0, 0, behind)).unflatten(3, (-1, block))  # (B, G, R, N, Q, D)
    seen = _look(asked.movedim(2, 3), near_keys, near_values, bias.movedim(2, 3))  # (B, G, N, R, Q, D)
    return seen.movedim(3, 2).flatten(3, 4)[..., :length, :]


def _look(queries: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
    """(…, R, Q, D) queries of (…, S, D) keys; the heads that share keys ask together."""
    num_queries = queries.shape[-2]
    scores = queries.flatten(-3, -2) @ keys.mT + bias.flatten(-3, -2)  # (…, R * Q, S)
    return (scores.softmax(-1) @ values).unflatten(-2, (-1, num_queries))


def _far_first(curves: Tensor, distance: int) -> Tensor:
    """(Z, E) to (Z, distance), the furthest key first: what is further is cut off, what is missing is zero."""
    return functional.pad(curves[:, :distance], (0, max(0, distance - curves.shape[1]))).flip(-1)
