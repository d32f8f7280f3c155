"""Batch-invariant matrix product: a row's bits do not depend on the other rows or their number."""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.autograd import Context
from alongside_kernels.errors import ShapeError, check_float, check_shape
from alongside_kernels.matmul import fixed_blocks


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """(M, K) or (Z, M, K) times (K, N) or (Z, K, N), of one float type; trains. Raises ShapeError."""
    check_float("a", a)
    if a.ndim not in (2, 3) or a.dtype != b.dtype:
        raise ShapeError(f"a: expected 2 or 3 dimensions of {b.dtype}, got {tuple(a.shape)} {a.dtype}")
    check_shape("b", b, (*a.shape[:-2], a.shape[-1], None))
    if not a.is_cuda:
        return _OnProcessor.apply(a, b)
    from alongside_kernels.matmul.kernel import Matmul  # needs Triton, which only a GPU does

    return Matmul.apply(a, b) if a.ndim == 3 else Matmul.apply(a[None], b[None])[0]


class _OnProcessor(torch.autograd.Function):
    @staticmethod
    def forward(a: Tensor, b: Tensor) -> Tensor:
        return fixed_blocks.multiply(a, b) if a.ndim == 2 else fixed_blocks.multiply_each(a, b)

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Tensor, Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Context, *grads: Tensor) -> tuple[Tensor, Tensor]:
        a, b = ctx.saved_tensors
        return _OnProcessor.forward(grads[0], b.mT), _OnProcessor.forward(a.mT, grads[0])
