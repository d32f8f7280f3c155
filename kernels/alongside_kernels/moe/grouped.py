"""A mixture of experts for many positions, which trains: positions are sorted by expert and multiplied in groups.

Sorting is stable and every answer has a row of its own, so the sum over a position's experts has one order, and so has
the sum over an expert's positions in its gradient. No atomics.

Memory traffic: every expert that anybody chose once for each 64 of its positions; the positions' rows once for each 64
outputs.

Shapes: N positions, A active experts of each, L = N A pairs sorted by expert, X experts, I inputs, O outputs.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.nn import functional

from alongside_kernels.autograd import Context
from alongside_kernels.dot import dot
from alongside_kernels.launch import launch
from alongside_kernels.moe.weights import ExpertWeights, Route

BLOCK = 64


def experts(x: Tensor, routes: Route, weights: ExpertWeights) -> Tensor:
    """`reference.experts`: (N, C) to (N, C), forward and backward."""
    routed = _weighted(x, routes.chosen, routes.active, weights.gate_up, weights.down)
    num_shared = weights.shared_down.shape[0]
    everyone = torch.arange(num_shared, device=x.device).expand(x.shape[0], -1)
    shared = _weighted(x, everyone, routes.constant, weights.shared_gate_up, weights.shared_down)
    total = torch.zeros(x.shape, dtype=torch.float32, device=x.device)
    for said in (*routed.unbind(1), *shared.unbind(1)):
        total = total + said
    return total.to(x.dtype)


class GroupedMatmul(torch.autograd.Function):
    """Rows (L, I) of which those from starts[e] to starts[e + 1] meet expert e of (X, O, I): to (L, O)."""

    @staticmethod
    def forward(rows: Tensor, weight: Tensor, starts: Tensor) -> Tensor:
        return _multiply(rows, weight, starts)

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Tensor, Tensor, Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Context, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        rows, weight, starts = ctx.saved_tensors
        dy = grads[0].contiguous()
        dweight = torch.empty_like(weight)
        num_experts, outputs, inputs = weight.shape
        launch(
            _weight_gradient,
            (triton.cdiv(outputs, BLOCK), triton.cdiv(inputs, BLOCK), num_experts),
            *(dy, rows.contiguous(), dweight, starts, inputs, outputs),
            BLOCK=BLOCK,
            num_warps=4,
        )
        return _multiply(dy, weight.mT, starts), dweight, None


def _weighted(x: Tensor, chosen: Tensor, weight: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    """What each chosen expert says, weighted: (N, A, C) float32."""
    num_positions, num_active = chosen.shape
    if not num_active:
        return x.new_zeros(num_positions, 0, x.shape[1], dtype=torch.float32)
    by_expert, order = chosen.flatten().sort(stable=True)  # (L,): pairs by expert, each expert's by position
    experts = torch.arange(gate_up.shape[0] + 1, device=x.device)
    starts = torch.searchsorted(by_expert, experts)  # unlike counting them, nothing that the processor waits for
    rows = x[order // num_active]
    gate, up = GroupedMatmul.apply(rows, gate_up, starts).float().chunk(2, dim=-1)
    said = GroupedMatmul.apply((functional.silu(gate) * up).to(x.dtype), down, starts)
    back = torch.empty_like(order).scatter_(0, order, torch.arange(len(order), device=order.device))
    return said[back].view(num_positions, num_active, x.shape[1]).float() * weight[..., None].float()


def _multiply(rows: Tensor, weight: Tensor, starts: Tensor) -> Tensor:
    num_experts, outputs, inputs = weight.shape
    out = torch.empty(rows.shape[0], outputs, dtype=rows.dtype, device=rows.device)
    # An expert has at most one block that is not full: so many blocks are enough, and no count is waited for.
    num_blocks = rows.shape[0] // BLOCK + min(num_experts, rows.shape[0])
    launch(
        _grouped,
        (num_blocks, triton.cdiv(outputs, BLOCK)),
        *(rows.contiguous(), weight, out, starts, num_experts, inputs, outputs, *weight.stride()),
        BLOCK=BLOCK,
        num_warps=4,
    )
    return out


@triton.jit
def _grouped(
    rows_ptr,
    weight_ptr,
    out_ptr,
    starts_ptr,
    num_experts,
    inputs,
    outputs,
    expert_stride,
    output_stride,
    input_stride,
    BLOCK: tl.constexpr,
):
    left = tl.program_id(0).to(tl.int64)  # blocks of earlier experts that are still to be passed
    mine = tl.cast(-1, tl.int64)
    begin, end = tl.cast(0, tl.int64), tl.cast(0, tl.int64)
    for expert in range(num_experts):
        first, last = tl.load(starts_ptr + expert), tl.load(starts_ptr + expert + 1)
        num_blocks = tl.cdiv(last - first, BLOCK)
        is_mine = (mine < 0) & (left < num_blocks)
        begin = tl.where(is_mine, first + left * BLOCK, begin)
        end = tl.where(is_mine, last, end)
        mine = tl.where(is_mine, tl.cast(expert, tl.int64), mine)
        left -= tl.where(mine < 0, num_blocks, 0)
    if mine >= 0:
        rows = begin + tl.arange(0, BLOCK)
        cols = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
        total = tl.zeros((BLOCK, BLOCK), dtype=tl.float32)
        for start in range(0, inputs, BLOCK):
            terms = start + tl.arange(0, BLOCK)
            is_x = (rows < end)[:, None] & (terms < inputs)[None, :]
            x = tl.load(rows_ptr + rows[:, None] * inputs + terms[None, :], mask=is_x, other=0.0)
            at = mine * expert_stride + cols[None, :].to(tl.int64) * output_stride + terms[:, None] * input_stride
            is_weight = (terms < inputs)[:, None] & (cols < outputs)[None, :]
            total = dot(x, tl.load(weight_ptr + at, mask=is_weight, other=0.0), total)
        inside = (rows < end)[:, None] & (cols < outputs)[None, :]
        out = out_ptr + rows[:, None] * outputs + cols[None, :]
        tl.store(out, total.to(out_ptr.dtype.element_ty), mask=inside)


@triton.jit
def _weight_gradient(dy_ptr, rows_ptr, out_ptr, starts_ptr, inputs, outputs, BLOCK: tl.constexpr):
    expert = tl.program_id(2).to(tl.int64)
    down = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    across = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    first, last = tl.load(starts_ptr + expert), tl.load(starts_ptr + expert + 1)
    total = tl.zeros((BLOCK, BLOCK), dtype=tl.float32)
    for start in range(first, last, BLOCK):
        rows = start + tl.arange(0, BLOCK)
        is_dy = (down < outputs)[:, None] & (rows < last)[None, :]
        dy = tl.load(dy_ptr + rows[None, :] * outputs + down[:, None], mask=is_dy, other=0.0)
        is_x = (rows < last)[:, None] & (across < inputs)[None, :]
        x = tl.load(rows_ptr + rows[:, None] * inputs + across[None, :], mask=is_x, other=0.0)
        total = dot(dy, x, total)
    out = out_ptr + expert * outputs * inputs + down[:, None] * inputs + across[None, :]
    tl.store(out, total.to(out_ptr.dtype.element_ty), mask=(down < outputs)[:, None] & (across < inputs)[None, :])
