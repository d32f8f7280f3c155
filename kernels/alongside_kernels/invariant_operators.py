"""torch's operators as the invariant ops do them, with torch's own signatures, for `deterministic` to register.

Shapes: Z batch, M rows, K terms of a sum, N columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from alongside_kernels.log_softmax import log_softmax as log_softmax_of_rows
from alongside_kernels.matmul import matmul
from alongside_kernels.mean import mean as mean_of_rows
from alongside_kernels.ordered_sum import ordered_sum
from alongside_kernels.whole_vectors import whole_vectors


def mm(a: Tensor, b: Tensor) -> Tensor:
    return matmul(a, b) if _is_ours(a) else torch.mm(a, b, out=a.new_empty(a.shape[0], b.shape[1]))


def addmm(bias: Tensor, a: Tensor, b: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    product = mm(a, b) if a.ndim == 2 else bmm(a, b)
    return (bias if beta == 1 else bias * beta) + (product if alpha == 1 else product * alpha)


def bmm(a: Tensor, b: Tensor) -> Tensor:
    return matmul(a, b) if _is_ours(a) else torch.bmm(a, b, out=a.new_empty(*a.shape[:2], b.shape[2]))


def baddbmm(bias: Tensor, a: Tensor, b: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    return addmm(bias, a, b, beta=beta, alpha=alpha)


def mv(a: Tensor, b: Tensor) -> Tensor:
    return mm(a, b[:, None])[:, 0]


def dot(a: Tensor, b: Tensor) -> Tensor:
    return mm(a[None], b[:, None])[0, 0]


def sum_(
    x: Tensor, dim: Sequence[int] | None = None, keepdim: bool = False, *, dtype: torch.dtype | None = None
) -> Tensor:
    """Floats in float32 (or float64) and in the order of `ordered_sum`; whole numbers need no order."""
    kind = dtype or (x.dtype if x.is_floating_point() else torch.int64)
    dims = sorted(axis % x.ndim for axis in (dim or range(x.ndim)))
    if not x.numel() or not dims:
        return x.new_zeros([]).to(kind).expand(_shape(x, dims, keepdim)).contiguous() if dims else x.to(kind)
    kept = [axis for axis in range(x.ndim) if axis not in dims]
    rows = x.permute(*kept, *dims).flatten(len(kept))  # (…, all that is added)
    total = ordered_sum(rows if rows.dtype == torch.float64 else _widened(rows))
    return total.to(kind).reshape(_shape(x, dims, keepdim))


def mean(
    x: Tensor, dim: Sequence[int] | None = None, keepdim: bool = False, *, dtype: torch.dtype | None = None
) -> Tensor:
    dims = [axis % x.ndim for axis in (dim or range(x.ndim))]
    if x.is_cuda and _is_ours(x) and dims == [x.ndim - 1] and dtype in (None, x.dtype):
        return mean_of_rows(x).reshape(_shape(x, dims, keepdim))
    count = 1
    for axis in dims:
        count *= x.shape[axis]
    kind = dtype or x.dtype
    wide = torch.float64 if kind == torch.float64 else torch.float32
    return (sum_(x, dims, keepdim, dtype=wide) / count).to(kind)


def softmax(x: Tensor, dim: int, half_to_float: bool) -> Tensor:
    weights = _exponentials(x, dim)[1]
    return (weights / sum_(weights, [dim], keepdim=True)).to(torch.float32 if half_to_float else x.dtype)


def log_softmax(x: Tensor, dim: int, half_to_float: bool) -> Tensor:
    if x.is_cuda and _is_ours(x) and dim % x.ndim == x.ndim - 1:
        return log_softmax_of_rows(x.float() if half_to_float else x)
    shifted, weights = _exponentials(x, dim)
    total = whole_vectors(torch.log, sum_(weights, [dim], keepdim=True))
    return (shifted - total).to(torch.float32 if half_to_float else x.dtype)


def softmax_backward(dy: Tensor, y: Tensor, dim: int, input_dtype: torch.dtype) -> Tensor:
    wide, weighed = y.float(), dy.float() * y.float()
    return (weighed - wide * sum_(weighed, [dim], keepdim=True)).to(input_dtype)


def log_softmax_backward(dy: Tensor, y: Tensor, dim: int, input_dtype: torch.dtype) -> Tensor:
    wide = dy.float()
    return (wide - whole_vectors(torch.exp, y.float()) * sum_(wide, [dim], keepdim=True)).to(input_dtype)


def cumsum(x: Tensor, dim: int, *, dtype: torch.dtype | None = None) -> Tensor:
    """Floats from the first to the last, which no scan of a GPU promises; whole numbers need no order."""
    kind = dtype or (x.dtype if x.is_floating_point() else torch.int64)
    wide, out = x.to(kind), torch.empty_like(x, dtype=kind)
    if not kind.is_floating_point or not x.numel():
        return torch.cumsum(wide, dim, out=out)
    wide = wide.float() if kind.itemsize < torch.float32.itemsize else wide
    total = torch.zeros_like(wide.select(dim, 0))
    for part, into in zip(wide.unbind(dim), out.unbind(dim), strict=True):
        total = total + part
        into.copy_(total)
    return out


def _is_ours(a: Tensor) -> bool:
    """Whole numbers need no order, and float64 is not what a model runs in."""
    return a.dtype in (torch.float32, torch.bfloat16, torch.float16)


def _exponentials(x: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    wide = x if x.dtype == torch.float64 else x.float()
    shifted = wide - wide.amax(dim, keepdim=True)
    return shifted, whole_vectors(torch.exp, shifted)


def _widened(rows: Tensor) -> Tensor:
    return rows.float() if rows.is_floating_point() else rows.long()


def _shape(x: Tensor, dims: Sequence[int], keepdim: bool) -> list[int]:
    shape = [1 if axis in dims else size for axis, size in enumerate(x.shape)]
    return shape if keepdim else [size for axis, size in enumerate(x.shape) if axis not in dims]
