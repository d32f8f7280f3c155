"""Logarithm of the softmax of rows: one program a row walks it in blocks of one size, so no row knows of another.

Memory traffic: forward reads the row twice and writes it once; backward reads y and dy twice and writes dx once.

Shapes: N rows, C elements of a row.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.autograd import Context
from alongside_kernels.launch import aligned, launch

BLOCK = 1024


class LogSoftmax(torch.autograd.Function):
    """`reference.log_softmax` of rows (N, C), forward and backward."""

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        x = aligned(x)
        out = torch.empty_like(x)
        launch(_forward, (x.shape[0],), x, out, x.shape[1], BLOCK_C=BLOCK, num_warps=4)
        return out

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Tensor], output: Tensor) -> None:
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx: Context, *grads: Tensor) -> Tensor:
        (out,) = ctx.saved_tensors
        dy, dx = aligned(grads[0]), torch.empty_like(out)
        launch(_backward, (out.shape[0],), dy, out, dx, out.shape[1], BLOCK_C=BLOCK, num_warps=4)
        return dx


@triton.jit
def _forward(x_ptr, out_ptr, width, BLOCK_C: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    largest = tl.full((BLOCK_C,), float("-inf"), dtype=tl.float32)
    weight = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for start in range(0, width, BLOCK_C):
        cols = start + tl.arange(0, BLOCK_C)
        x = tl.load(x_ptr + row * width + cols, mask=cols < width, other=float("-inf")).to(tl.float32)
        higher = tl.maximum(largest, x)
        base = tl.where(higher == float("-inf"), 0.0, higher)
        weight = weight * tl.exp(largest - base) + tl.exp(x - base)
        largest = higher
    top = tl.max(largest, axis=0)
    total = top + tl.log(tl.sum(weight * tl.exp(largest - top), axis=0))
    for start in range(0, width, BLOCK_C):
        cols = start + tl.arange(0, BLOCK_C)
        x = tl.load(x_ptr + row * width + cols, mask=cols < width, other=0.0).to(tl.float32)
        tl.store(out_ptr + row * width + cols, (x - total).to(out_ptr.dtype.element_ty), mask=cols < width)


@triton.jit
def _backward(dy_ptr, out_ptr, dx_ptr, width, BLOCK_C: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    partial = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for start in range(0, width, BLOCK_C):
        cols = start + tl.arange(0, BLOCK_C)
        partial += tl.load(dy_ptr + row * width + cols, mask=cols < width, other=0.0).to(tl.float32)
    total = tl.sum(partial, axis=0)
    for start in range(0, width, BLOCK_C):
        cols = start + tl.arange(0, BLOCK_C)
        dy = tl.load(dy_ptr + row * width + cols, mask=cols < width, other=0.0).to(tl.float32)
        out = tl.load(out_ptr + row * width + cols, mask=cols < width, other=0.0).to(tl.float32)
        tl.store(dx_ptr + row * width + cols, (dy - tl.exp(out) * total).to(dx_ptr.dtype.element_ty), mask=cols < width)
