"""The formula of the light embedding (arXiv 2407.15835): one row for each mel bin's level, summed, then normalised.

Shapes: N dMel columns, M mel bins, L levels, C channels.
"""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.rms_norm import reference as norm


def bag_embed(
    levels: Tensor, table: Tensor, own_levels: Tensor | None, own_table: Tensor | None, gain: Tensor, epsilon: float
) -> Tensor:
    """(N, M) levels and table (M * L, C), and the same of the own sound or None, to (N, C)."""
    bag = _sum_rows(levels, table)
    if own_levels is not None and own_table is not None:
        bag = bag + _sum_rows(own_levels, own_table)
    return norm.rms_norm(bag.to(table.dtype), gain, epsilon)


def _sum_rows(levels: Tensor, table: Tensor) -> Tensor:
    """Rows are added in float32, from the lowest mel bin up."""
    num_mels = levels.shape[1]
    first = torch.arange(num_mels, device=levels.device) * (table.shape[0] // num_mels)
    return table[levels.long() + first].float().sum(1)
