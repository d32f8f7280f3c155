"""The formula of a matrix product. Shapes: Z batch, M rows, K terms of a sum, N columns."""

from __future__ import annotations

from torch import Tensor


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """(Z, M, K) times (Z, K, N), summed in float32 and rounded once, to a's type."""
    return (a.float() @ b.float()).to(a.dtype)
