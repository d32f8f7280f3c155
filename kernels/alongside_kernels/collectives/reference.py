"""The order in which the ranks' numbers are added, as plain sums of what they hold.

Shapes: R ranks, N elements.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def tree_sum(parts: Sequence[Tensor]) -> Tensor:
    """Neighbours are added, then neighbours of those, in float32, and rounded once: R parts of one shape to one."""
    level = [part.float() for part in parts]
    while len(level) > 1:
        pairs = [left + right for left, right in zip(level[::2], level[1::2], strict=False)]
        level = [*pairs, *level[2 * len(pairs) :]]  # an odd one out waits for the next level
    return level[0].to(parts[0].dtype)


def multimem_sum(parts: Sequence[Tensor]) -> Tensor:
    """What one multimem.ld_reduce gives, rank after rank, accumulated in float32 and rounded once.

    In which order a switch adds is not documented; that it is one order for an element, whoever asks, is what counts.
    """
    total = torch.zeros_like(parts[0], dtype=torch.float32)
    for part in parts:
        total = total + part.float()
    return total.to(parts[0].dtype)


def shares(num_elements: int, num_ranks: int, granule: int) -> list[range]:
    """Which elements each rank adds up: equal shares of whole granules, the last ones shorter or empty."""
    size = -(-num_elements // (num_ranks * granule)) * granule
    return [range(min(rank * size, num_elements), min((rank + 1) * size, num_elements)) for rank in range(num_ranks)]
