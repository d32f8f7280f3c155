"""Mean of rows: one program a row walks it in blocks of one size, so no row knows of another.

Memory traffic: the row once, one number out. Shapes: N rows, C elements of a row.
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


class Mean(torch.autograd.Function):
    """`reference.mean` of rows (N, C), forward and backward."""

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        x = aligned(x)
        out = torch.empty(x.shape[0], dtype=x.dtype, device=x.device)
        launch(_mean, (x.shape[0],), x, out, x.shape[1], BLOCK_C=BLOCK, num_warps=4)
        return out

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Tensor], output: Tensor) -> None:
        ctx.save_for_backward(inputs[0])

    @staticmethod
    def backward(ctx: Context, *grads: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return (grads[0] / x.shape[1])[:, None].expand_as(x)


@triton.jit
def _mean(x_ptr, out_ptr, width, BLOCK_C: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    total = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for start in range(0, width, BLOCK_C):
        cols = start + tl.arange(0, BLOCK_C)
        total += tl.load(x_ptr + row * width + cols, mask=cols < width, other=0.0).to(tl.float32)
    tl.store(out_ptr + row, (tl.sum(total, axis=0) / width).to(out_ptr.dtype.element_ty))
