"""RMSNorm: one program a row, so that no row knows of another; the gain's gradient is summed in the order of rows.

Memory traffic: forward reads x and writes y once; backward reads x and dy, writes dx, and C floats for each 16 rows.

Shapes: N rows, C channels.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.autograd import Context
from alongside_kernels.launch import aligned, launch, next_power_of_2

ROWS = 16  # of one program of the backward pass; fixed, because the order of the gain's sum hangs on it


class RmsNorm(torch.autograd.Function):
    """`reference.rms_norm` of rows (N, C), forward and backward."""

    @staticmethod
    def forward(x: Tensor, gain: Tensor, epsilon: float) -> tuple[Tensor, Tensor]:
        """(N, C) to (N, C), and one over each row's root mean square (N,) for the way back."""
        x = aligned(x)
        out = torch.empty(x.shape, dtype=torch.result_type(gain, x), device=x.device)
        scale = torch.empty(x.shape[0], dtype=torch.float32, device=x.device)
        block = next_power_of_2(x.shape[1])
        launch(
            _forward, (x.shape[0],), x, gain, out, scale, x.shape[1], epsilon, BLOCK_C=block, num_warps=_warps(block)
        )
        return out, scale

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Tensor, Tensor, float], output: tuple[Tensor, Tensor]) -> None:
        x, gain, _ = inputs
        ctx.save_for_backward(x, gain, output[1])
        ctx.mark_non_differentiable(output[1])

    @staticmethod
    def backward(ctx: Context, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        x, gain, scale = ctx.saved_tensors
        return *gradients(grads[0], x, gain, scale), None


def gradients(dy: Tensor, x: Tensor, gain: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
    """dy (N, C) to those of x (N, C) and of the gain (C,)."""
    x, dy = aligned(x), aligned(dy)
    num_rows, width = x.shape
    num_groups, block = triton.cdiv(num_rows, ROWS), next_power_of_2(width)
    dx, dgain = torch.empty_like(x), torch.zeros_like(gain)
    partial = torch.empty(num_groups, width, dtype=torch.float32, device=x.device)
    launch(
        _backward,
        (num_groups,),
        *(dy, x, gain, scale, dx, partial, num_rows, width),
        ROWS=ROWS,
        BLOCK_C=block,
        num_warps=_warps(block),
    )
    if num_groups:
        launch(_sum_rows, (triton.cdiv(width, 128),), partial, dgain, num_groups, width, BLOCK_C=128)
    return dx, dgain


def _warps(block: int) -> int:
    return min(max(block // 256, 1), 16)


@triton.jit
def _forward(x_ptr, gain_ptr, out_ptr, scale_ptr, width, epsilon, BLOCK_C: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    cols = tl.arange(0, BLOCK_C)
    inside = cols < width
    raw = tl.load(x_ptr + row * width + cols, mask=inside, other=0.0)
    x = raw.to(tl.float32)
    scale = 1.0 / tl.sqrt(tl.sum(x * x, axis=0) / width + epsilon)
    gain = tl.load(gain_ptr + cols, mask=inside, other=0.0)
    # rounded to x's type before the gain, as the formula has it
    out = gain.to(tl.float32) * (x * scale).to(raw.dtype).to(tl.float32)
    tl.store(out_ptr + row * width + cols, out.to(out_ptr.dtype.element_ty), mask=inside)
    tl.store(scale_ptr + row, scale)


@triton.jit
def _backward(
    dy_ptr, x_ptr, gain_ptr, scale_ptr, dx_ptr, partial_ptr, num_rows, width, ROWS: tl.constexpr, BLOCK_C: tl.constexpr
):
    group = tl.program_id(0).to(tl.int64)
    cols = tl.arange(0, BLOCK_C)
    inside = cols < width
    gain = tl.load(gain_ptr + cols, mask=inside, other=0.0).to(tl.float32)
    dgain = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for row in range(group * ROWS, tl.minimum(group * ROWS + ROWS, num_rows)):
        raw = tl.load(x_ptr + row * width + cols, mask=inside, other=0.0)
        dy = tl.load(dy_ptr + row * width + cols, mask=inside, other=0.0).to(tl.float32)
        scale = tl.load(scale_ptr + row)
        normal = raw.to(tl.float32) * scale
        dgain += dy * normal.to(raw.dtype).to(tl.float32)
        dnormal = dy * gain
        dx = scale * (dnormal - normal * (tl.sum(dnormal * normal, axis=0) / width))
        tl.store(dx_ptr + row * width + cols, dx.to(dx_ptr.dtype.element_ty), mask=inside)
    tl.store(partial_ptr + group * width + cols, dgain, mask=inside)


@triton.jit
def _sum_rows(partial_ptr, out_ptr, num_groups, width, BLOCK_C: tl.constexpr):
    cols = tl.program_id(0) * BLOCK_C + tl.arange(0, BLOCK_C)
    inside = cols < width
    total = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for group in range(num_groups):
        total += tl.load(partial_ptr + tl.cast(group, tl.int64) * width + cols, mask=inside, other=0.0)
    tl.store(out_ptr + cols, total.to(out_ptr.dtype.element_ty), mask=inside)
