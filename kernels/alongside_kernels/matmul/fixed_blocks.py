"""Matrix product on the processor whose rows do not depend on one another: always the same shape for the library.

The library picks another blocking, and with it another order of addition, for other shapes. So rows are taken in blocks
of ROWS, the last one padded, and the sum over K is the library's over all of K, never split.

Shapes: Z batch, M rows, K terms of a sum, N columns.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

ROWS = 16


def multiply(a: Tensor, b: Tensor) -> Tensor:
    """(M, K) times (K, N), every row by the same arithmetic."""
    num_rows = a.shape[0]
    rows = functional.pad(a, (0, 0, 0, -num_rows % ROWS)).contiguous()
    out = torch.empty(rows.shape[0], b.shape[1], dtype=a.dtype, device=a.device)
    for block, into in zip(rows.split(ROWS), out.split(ROWS), strict=True):
        torch.mm(block, b, out=into)  # the out form is the library's own, also while mm itself is replaced
    return out[:num_rows]


def multiply_each(a: Tensor, b: Tensor) -> Tensor:
    """(Z, M, K) times (Z, K, N), one after the other."""
    if not a.shape[0]:
        return a.new_empty(0, a.shape[1], b.shape[2])
    return torch.stack([multiply(left, right) for left, right in zip(a, b, strict=True)])
