"""Matrix product in which a row's bits depend on that row and the other factor alone.

The tile is chosen by K, N and the type, never by the number of rows, and one program adds all of K from left to right:
no split, no atomics. Terms of zero behind the last change nothing, so a longer K padded with zeros gives the same bits.

Memory traffic: a is read N / BLOCK_N times, b M / BLOCK_M times (from L2 beyond the first), c written once.

Shapes: Z batch, M rows, K terms of a sum, N columns.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.autograd import Context
from alongside_kernels.dot import dot
from alongside_kernels.launch import launch


class Matmul(torch.autograd.Function):
    """`reference.matmul`, forward and backward."""

    @staticmethod
    def forward(a: Tensor, b: Tensor) -> Tensor:
        return multiply(a, b)

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Tensor, Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Context, *grads: Tensor) -> tuple[Tensor, Tensor]:
        a, b = ctx.saved_tensors
        return multiply(grads[0], b.mT), multiply(a.mT, grads[0])


def multiply(a: Tensor, b: Tensor) -> Tensor:
    """(Z, M, K) times (Z, K, N), any strides."""
    (batch, rows, terms), cols = a.shape, b.shape[2]
    out = torch.empty(batch, rows, cols, dtype=a.dtype, device=a.device)
    tile = _tile(cols, a.dtype)
    tiles = triton.cdiv(rows, tile["BLOCK_M"]) * triton.cdiv(cols, tile["BLOCK_N"])
    launch(_multiply, (tiles * batch,), a, b, out, rows, cols, terms, *a.stride(), *b.stride(), *out.stride(), **tile)
    return out


def _tile(cols: int, dtype: torch.dtype) -> dict[str, int]:
    """The tile of this many columns. M is 64 even for one row: the tensor cores' smallest, and the same for all."""
    wide = cols >= 4096 and dtype != torch.float32
    block_k = 32 if dtype == torch.float32 else 64
    return {"BLOCK_M": 64, "BLOCK_N": 128 if wide else 64, "BLOCK_K": block_k, "num_warps": 4, "num_stages": 4}


@triton.jit
def _multiply(
    a_ptr,
    b_ptr,
    out_ptr,
    num_rows,
    num_cols,
    num_terms,
    a_batch_stride,
    a_row_stride,
    a_term_stride,
    b_batch_stride,
    b_term_stride,
    b_col_stride,
    out_batch_stride,
    out_row_stride,
    out_col_stride,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_K: tl.constexpr,
):
    tiles_down, tiles_across = tl.cdiv(num_rows, BLOCK_M), tl.cdiv(num_cols, BLOCK_N)
    program = tl.program_id(0).to(tl.int64)  # of one axis, because the others end at 65,535
    batch, tile = program // (tiles_down * tiles_across), program % (tiles_down * tiles_across)
    rows = (tile % tiles_down) * BLOCK_M + tl.arange(0, BLOCK_M)
    cols = (tile // tiles_down) * BLOCK_N + tl.arange(0, BLOCK_N)
    a_rows = a_ptr + batch * a_batch_stride + rows[:, None] * a_row_stride
    b_cols = b_ptr + batch * b_batch_stride + cols[None, :] * b_col_stride
    total = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for start in range(0, num_terms, BLOCK_K):
        terms = tl.cast(start, tl.int64) + tl.arange(0, BLOCK_K)
        a_inside = (rows[:, None] < num_rows) & (terms[None, :] < num_terms)
        b_inside = (terms[:, None] < num_terms) & (cols[None, :] < num_cols)
        a = tl.load(a_rows + terms[None, :] * a_term_stride, mask=a_inside, other=0.0)
        b = tl.load(b_cols + terms[:, None] * b_term_stride, mask=b_inside, other=0.0)
        total = dot(a, b, total)
    out = out_ptr + batch * out_batch_stride + rows[:, None] * out_row_stride + cols[None, :] * out_col_stride
    inside = (rows[:, None] < num_rows) & (cols[None, :] < num_cols)
    tl.store(out, total.to(out_ptr.dtype.element_ty), mask=inside)
