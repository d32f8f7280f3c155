"""Attention of whole sequences is its formula, in blocks and without."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from model.whole_attention import BLOCK_QUERIES, attend_whole


def formula(queries: Tensor, keys: Tensor, values: Tensor, mix: Tensor, curves: Tensor, window: int) -> Tensor:
    """Key by key: q · k + the mix of the curves at their distance, over the window."""
    length, extent = keys.shape[2], curves.shape[1]
    scores = queries @ keys[:, :, None].mT
    for query in range(length):
        for key in range(length):
            distance = query - key
            if not 0 <= distance < window:
                scores[..., query, key] = -torch.inf
            elif distance < extent:
                scores[..., query, key] += mix[..., query, :] @ curves[:, distance]
    return scores.softmax(-1) @ values[:, :, None]


@pytest.mark.parametrize("length", (1, 7, 130, BLOCK_QUERIES + 9, 2 * BLOCK_QUERIES + 1))
@pytest.mark.parametrize(("window", "extent"), ((5, 5), (8, 3), (4, 16), (300, 12)))
def test_whole_attention_is_its_formula(length: int, window: int, extent: int) -> None:
    draw = torch.Generator().manual_seed(length * window)
    queries, mix = (torch.randn(1, 2, 2, length, size, generator=draw) for size in (4, 3))
    keys, values = (torch.randn(1, 2, length, 4, generator=draw) for _ in range(2))
    curves = torch.randn(3, extent, generator=draw)
    found = attend_whole(queries, keys, values, mix, curves, window)
    torch.testing.assert_close(found, formula(queries, keys, values, mix, curves, window), atol=1e-5, rtol=1e-5)
