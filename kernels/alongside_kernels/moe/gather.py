"""A mixture of experts for few positions: each gathers its experts' rows, two matrix-vector products an expert.

One program makes 64 numbers of one position from one expert (first kernel), or of one position from all its experts in
their order (second). Nothing is sorted and nothing waits for anybody, so a position's bits are its own.

Memory traffic: every chosen and shared expert once for each position that chose it, the hidden numbers once each way.

Shapes: N positions, C channels, E experts of a position (active and shared), W width of an expert.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.launch import aligned, launch
from alongside_kernels.moe.weights import ExpertWeights, Route

_OUTPUTS = 64  # of one program
_TERMS = 64  # of a sum, at a time


def experts(x: Tensor, routes: Route, weights: ExpertWeights) -> Tensor:
    """`reference.experts`: (N, C) to (N, C), for serving."""
    x = aligned(x)
    (num_positions, width), (num_active, hidden_width) = x.shape, (routes.chosen.shape[1], weights.down.shape[2])
    num_shared = weights.shared_down.shape[0]
    num_each = num_active + num_shared
    chosen, active, constant = routes.chosen.contiguous(), routes.active.contiguous(), routes.constant.contiguous()
    hidden = torch.empty(num_positions, num_each, hidden_width, dtype=x.dtype, device=x.device)
    out = torch.empty_like(x)
    blocks = {"BLOCK_O": _OUTPUTS, "BLOCK_T": _TERMS, "num_warps": 4}
    launch(
        _hidden,
        (triton.cdiv(hidden_width, _OUTPUTS), num_each, num_positions),
        *(x, chosen, aligned(weights.gate_up), aligned(weights.shared_gate_up), hidden),
        *(num_active, width, hidden_width),
        **blocks,
    )
    launch(
        _down,
        (triton.cdiv(width, _OUTPUTS), num_positions),
        *(hidden, chosen, active, constant, aligned(weights.down), aligned(weights.shared_down), out),
        *(num_active, num_shared, width, hidden_width),
        **blocks,
    )
    return out


@triton.jit
def _hidden(
    x_ptr,
    chosen_ptr,
    gate_up_ptr,
    shared_gate_up_ptr,
    hidden_ptr,
    num_active,
    width,
    hidden_width,
    BLOCK_O: tl.constexpr,
    BLOCK_T: tl.constexpr,
):
    rank, position = tl.program_id(1), tl.program_id(2).to(tl.int64)
    rows = tl.program_id(0) * BLOCK_O + tl.arange(0, BLOCK_O)
    is_row = rows < hidden_width
    if rank < num_active:
        expert = tl.load(chosen_ptr + position * num_active + rank).to(tl.int64)
        gate_ptr = gate_up_ptr + expert * 2 * hidden_width * width
    else:
        gate_ptr = shared_gate_up_ptr + (rank - num_active).to(tl.int64) * 2 * hidden_width * width
    up_ptr = gate_ptr + tl.cast(hidden_width, tl.int64) * width
    gate = tl.zeros((BLOCK_O, BLOCK_T), dtype=tl.float32)
    up = tl.zeros((BLOCK_O, BLOCK_T), dtype=tl.float32)
    for start in range(0, width, BLOCK_T):
        cols = start + tl.arange(0, BLOCK_T)
        inside = is_row[:, None] & (cols < width)[None, :]
        x = tl.load(x_ptr + position * width + cols, mask=cols < width, other=0.0).to(tl.float32)[None, :]
        at = rows[:, None] * width + cols[None, :]
        gate += tl.load(gate_ptr + at, mask=inside, other=0.0).to(tl.float32) * x
        up += tl.load(up_ptr + at, mask=inside, other=0.0).to(tl.float32) * x
    gated = tl.sum(gate, axis=1)
    hidden = gated * tl.sigmoid(gated) * tl.sum(up, axis=1)
    hidden_ptr += (position * tl.num_programs(1) + rank) * hidden_width
    tl.store(hidden_ptr + rows, hidden.to(hidden_ptr.dtype.element_ty), mask=is_row)


@triton.jit
def _down(
    hidden_ptr,
    chosen_ptr,
    active_ptr,
    constant_ptr,
    down_ptr,
    shared_down_ptr,
    out_ptr,
    num_active,
    num_shared,
    width,
    hidden_width,
    BLOCK_O: tl.constexpr,
    BLOCK_T: tl.constexpr,
):
    position = tl.program_id(1).to(tl.int64)
    rows = tl.program_id(0) * BLOCK_O + tl.arange(0, BLOCK_O)
    total = tl.zeros((BLOCK_O,), dtype=tl.float32)
    hidden_ptr += position * (num_active + num_shared) * hidden_width
    for rank in range(num_active):
        expert = tl.load(chosen_ptr + position * num_active + rank).to(tl.int64)
        weight = tl.load(active_ptr + position * num_active + rank).to(tl.float32)
        said = _product(
            hidden_ptr + rank * hidden_width, down_ptr + expert * width * hidden_width, rows, width, hidden_width,
            BLOCK_O, BLOCK_T,
        )  # fmt: skip
        total += said * weight
    for index in range(num_shared):
        weight = tl.load(constant_ptr + position * num_shared + index).to(tl.float32)
        said = _product(
            hidden_ptr + (num_active + index) * hidden_width,
            shared_down_ptr + tl.cast(index, tl.int64) * width * hidden_width,
            rows, width, hidden_width, BLOCK_O, BLOCK_T,
        )  # fmt: skip
        total += said * weight
    tl.store(out_ptr + position * width + rows, total.to(out_ptr.dtype.element_ty), mask=rows < width)


@triton.jit
def _product(vector_ptr, matrix_ptr, rows, width, hidden_width, BLOCK_O: tl.constexpr, BLOCK_T: tl.constexpr):
    total = tl.zeros((BLOCK_O, BLOCK_T), dtype=tl.float32)
    for start in range(0, hidden_width, BLOCK_T):
        cols = start + tl.arange(0, BLOCK_T)
        inside = (rows < width)[:, None] & (cols < hidden_width)[None, :]
        vector = tl.load(vector_ptr + cols, mask=cols < hidden_width, other=0.0).to(tl.float32)
        matrix = tl.load(matrix_ptr + rows[:, None] * hidden_width + cols[None, :], mask=inside, other=0.0)
        total += matrix.to(tl.float32) * vector[None, :]
    return tl.sum(total, axis=1)
