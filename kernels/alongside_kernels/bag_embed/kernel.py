"""The light embedding in one pass: one program a dMel column adds its rows in float32 and normalises the sum.

Backward, one program a table row walks the columns in order and adds the gradients of those that chose it: no atomics,
so the same sum each time. Memory traffic: forward reads M rows of the table a column and writes one; backward reads the
columns' gradients L times (from L2) and writes the tables once.

Shapes: N dMel columns, M mel bins, L levels, C channels.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

from typing import Protocol

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.autograd import Context
from alongside_kernels.launch import aligned, launch, next_power_of_2
from alongside_kernels.rms_norm.kernel import gradients


class _Context(Context, Protocol):
    has_own: bool


class BagEmbed(torch.autograd.Function):
    """`reference.bag_embed`, forward and backward. Without own sound give the heard one and its table again."""

    @staticmethod
    def forward(
        levels: Tensor,
        table: Tensor,
        own_levels: Tensor,
        own_table: Tensor,
        gain: Tensor,
        epsilon: float,
        has_own: bool,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """To (N, C), and for the way back the bags (N, C) and one over their root mean squares (N,)."""
        (num_columns, num_mels), width = levels.shape, table.shape[1]
        out = torch.empty(num_columns, width, dtype=torch.result_type(gain, table), device=table.device)
        bag = torch.empty(num_columns, width, dtype=table.dtype, device=table.device)
        scale = torch.empty(num_columns, dtype=torch.float32, device=table.device)
        block = next_power_of_2(width)
        launch(
            _forward,
            (num_columns,),
            *(aligned(levels), aligned(table), aligned(own_levels), aligned(own_table), gain, out, bag, scale),
            *(num_mels, table.shape[0] // num_mels, width, epsilon),
            HAS_OWN=has_own,
            BLOCK_C=block,
            num_warps=min(max(block // 128, 1), 8),
        )
        return out, bag, scale

    @staticmethod
    def setup_context(
        ctx: _Context,
        inputs: tuple[Tensor, Tensor, Tensor, Tensor, Tensor, float, bool],
        output: tuple[Tensor, Tensor, Tensor],
    ) -> None:
        levels, table, own_levels, own_table, gain, _, has_own = inputs
        ctx.save_for_backward(levels, table, own_levels, own_table, gain, *output[1:])
        ctx.mark_non_differentiable(*output[1:])
        ctx.has_own = has_own

    @staticmethod
    def backward(ctx: _Context, *grads: Tensor) -> tuple[None, Tensor, None, Tensor | None, Tensor, None, None]:
        levels, table, own_levels, own_table, gain, bag, scale = ctx.saved_tensors
        dbag, dgain = gradients(grads[0], bag, gain, scale)
        own = _table_gradient(dbag, own_levels, own_table) if ctx.has_own else None
        return None, _table_gradient(dbag, levels, table), None, own, dgain, None, None


def _table_gradient(dbag: Tensor, levels: Tensor, table: Tensor) -> Tensor:
    """What each row of the table gets: (N, C) to (M * L, C)."""
    (num_columns, num_mels), (num_rows, width) = levels.shape, table.shape
    out = torch.empty_like(table)
    launch(
        _backward,
        (num_rows, triton.cdiv(width, 128)),
        *(dbag, aligned(levels), out, num_columns, num_mels, num_rows // num_mels, width),
        BLOCK_N=32,
        BLOCK_C=128,
    )
    return out


@triton.jit
def _forward(
    levels_ptr,
    table_ptr,
    own_levels_ptr,
    own_table_ptr,
    gain_ptr,
    out_ptr,
    bag_ptr,
    scale_ptr,
    num_mels,
    num_levels,
    width,
    epsilon,
    HAS_OWN: tl.constexpr,
    BLOCK_C: tl.constexpr,
):
    column = tl.program_id(0).to(tl.int64)
    cols = tl.arange(0, BLOCK_C)
    inside = cols < width
    total = _add_rows(levels_ptr + column * num_mels, table_ptr, num_mels, num_levels, width, cols, inside)
    if HAS_OWN:
        total += _add_rows(own_levels_ptr + column * num_mels, own_table_ptr, num_mels, num_levels, width, cols, inside)
    bag = total.to(bag_ptr.dtype.element_ty)
    x = bag.to(tl.float32)
    scale = 1.0 / tl.sqrt(tl.sum(x * x, axis=0) / width + epsilon)
    gain = tl.load(gain_ptr + cols, mask=inside, other=0.0).to(tl.float32)
    out = gain * (x * scale).to(bag.dtype).to(tl.float32)
    tl.store(out_ptr + column * width + cols, out.to(out_ptr.dtype.element_ty), mask=inside)
    tl.store(bag_ptr + column * width + cols, bag, mask=inside)
    tl.store(scale_ptr + column, scale)


@triton.jit
def _add_rows(levels_ptr, table_ptr, num_mels, num_levels, width, cols, inside):
    total = tl.zeros(cols.shape, dtype=tl.float32)
    for mel in range(num_mels):
        row = tl.cast(mel, tl.int64) * num_levels + tl.load(levels_ptr + mel).to(tl.int64)
        total += tl.load(table_ptr + row * width + cols, mask=inside, other=0.0).to(tl.float32)
    return total


@triton.jit
def _backward(
    dbag_ptr,
    levels_ptr,
    out_ptr,
    num_columns,
    num_mels,
    num_levels,
    width,
    BLOCK_N: tl.constexpr,
    BLOCK_C: tl.constexpr,
):
    row = tl.program_id(0).to(tl.int64)
    cols = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    inside = cols < width
    mel, level = row // num_levels, row % num_levels
    total = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for start in range(0, num_columns, BLOCK_N):
        columns = tl.cast(start, tl.int64) + tl.arange(0, BLOCK_N)
        is_column = columns < num_columns
        chosen = tl.load(levels_ptr + columns * num_mels + mel, mask=is_column, other=0) == level
        here = (chosen & is_column)[:, None] & inside[None, :]
        total += tl.sum(
            tl.load(dbag_ptr + columns[:, None] * width + cols[None, :], mask=here, other=0.0).to(tl.float32), axis=0
        )
    tl.store(out_ptr + row * width + cols, total.to(out_ptr.dtype.element_ty), mask=inside)
