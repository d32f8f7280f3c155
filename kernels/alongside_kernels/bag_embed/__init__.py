"""dMel columns to tokens: the heard sound's bag and the own sound's, summed and normalised in one pass."""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.bag_embed import reference
from alongside_kernels.errors import ShapeError, check_float, check_shape


def bag_embed(
    levels: Tensor,
    table: Tensor,
    gain: Tensor,
    own_levels: Tensor | None = None,
    own_table: Tensor | None = None,
    epsilon: float = 1e-6,
) -> Tensor:
    """Levels (…, M) uint8 and a table (M * L, C), and the same of the own sound, to (…, C); trains. Raises ShapeError.

    A level beyond L is a wrong row, which no shape shows: who makes the levels answers for them.
    """
    check_float("table", table)
    _check(levels, table, gain)
    if (own_levels is None) != (own_table is None):
        raise ShapeError("own_levels: expected together with own_table, or neither")
    flat = levels.flatten(0, -2)
    own_flat = None if own_levels is None else own_levels.flatten(0, -2)
    if own_flat is not None and own_table is not None:
        _check(own_flat, own_table, gain)
        check_shape("own_levels", own_flat, tuple(flat.shape))
    if not table.is_cuda:
        out = reference.bag_embed(flat, table, own_flat, own_table, gain, epsilon)
    else:
        from alongside_kernels.bag_embed.kernel import BagEmbed  # needs Triton, which only a GPU does

        own = (flat, table) if own_flat is None or own_table is None else (own_flat, own_table)
        out = BagEmbed.apply(flat, table, *own, gain, epsilon, own_flat is not None)[0]
    return out.view(*levels.shape[:-1], -1)


def _check(levels: Tensor, table: Tensor, gain: Tensor) -> None:
    if levels.dtype != torch.uint8:
        raise ShapeError(f"levels: expected uint8, got {levels.dtype}")
    check_shape("table", table, (None, gain.shape[0]))
    if table.shape[0] % levels.shape[-1]:
        raise ShapeError(f"table: {table.shape[0]} rows are no multiple of {levels.shape[-1]} mel bins")
