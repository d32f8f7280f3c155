"""Attention over fixed pieces of the past, so that the sum has one order however the past was written and is asked.

Positions are cut from the left into splits of SPLIT. Each split is attended to alone, with its own largest score; then
the splits are joined from the left. A split of which nothing is seen changes no bit: it may be left out or looked at.

Shapes: B slots, H query heads, G key heads, R queries that share keys (H / G * T), S places, P positions of a split,
D head size, E relative extent.
"""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.attention.held import Held
from alongside_kernels.attention.query import Query
from alongside_kernels.matmul import matmul
from alongside_kernels.ordered_sum import ordered_sum

SPLIT = 256


def attention(query: Query, keys: Tensor, values: Tensor, held: Held, split: int = SPLIT) -> Tensor:
    """Queries (B, H, T, D) on keys and values, which lie as `held` says, to (B, H, T, D), summed in float32."""
    groups, (_, heads, count, _) = keys.shape[1], query.queries.shape
    asked = _share(query.queries, groups)  # (B, G, R, D)
    near = _share(query.near, groups).float()  # (B, G, R, E)
    at = query.positions.repeat(1, heads // groups)[:, None]  # (B, 1, R)
    parts = [
        _attend(asked, near, at, keys, values, held, query, torch.arange(first, first + split, device=keys.device))
        for first in _splits(query, split)
    ]
    seen = _join(parts).to(values.dtype)
    return seen.unflatten(2, (-1, count)).flatten(1, 2)


def _splits(query: Query, split: int) -> list[int]:
    """The first positions of all splits of which a query may see something."""
    newest = int(query.positions.max()) + 1
    oldest = max(0, int(query.positions.min()) - query.window + 1)
    return [first for first in range(0, newest, split) if first + split > oldest or first < query.num_sinks]


def _attend(
    asked: Tensor, near: Tensor, at: Tensor, keys: Tensor, values: Tensor, held: Held, query: Query, positions: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """One split: the largest score (B, G, R, 1), the sum of weights (B, G, R, 1), the weighted values (B, G, R, D)."""
    place = held.places(positions)
    is_held = held.positions[:, place] == positions  # (B, P)
    distance = at[..., None] - positions  # (B, 1, R, P)
    is_seen = (distance >= 0) & ((distance < query.window) | (positions < query.num_sinks))
    is_seen = is_seen & is_held[:, None, None]
    scores = _product(asked, held.at(keys, place).mT) * query.scale
    bias = near.gather(3, distance.clamp(0, near.shape[3] - 1).expand(*scores.shape))
    scores = scores + bias.masked_fill(distance >= near.shape[3], 0)
    scores = scores.masked_fill(~is_seen, float("-inf"))
    largest = scores.detach().amax(-1, keepdim=True)  # it only keeps the exponentials finite, so it has no gradient
    weights = (scores - largest.masked_fill(largest.isinf(), 0)).exp()
    return largest, ordered_sum(weights), _product(weights, held.at(values, place))


def _join(parts: list[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
    largest = torch.cat([part[0] for part in parts], dim=-1).amax(-1, keepdim=True)
    largest = largest.masked_fill(largest.isinf(), 0)  # a query that sees nothing gets zeros
    weight, seen = torch.zeros_like(parts[0][1]), torch.zeros_like(parts[0][2])
    for split_largest, split_weight, split_seen in parts:
        share = (split_largest - largest).double().exp().float()  # in double: its vector and scalar forms agree
        weight = weight + split_weight * share
        seen = seen + split_seen * share
    return seen / weight.masked_fill(weight == 0, 1)


def _share(x: Tensor, groups: int) -> Tensor:
    """(B, H, T, …) to (B, G, R, …)."""
    return x.unflatten(1, (groups, -1)).flatten(2, 3)


def _product(a: Tensor, b: Tensor) -> Tensor:
    """(B, G, R, K) times (B, G, K, N) in float32, each row by the same arithmetic."""
    return matmul(a.float().flatten(0, 1), b.float().flatten(0, 1)).unflatten(0, a.shape[:2])
