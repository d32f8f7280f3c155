"""Logarithm of the softmax over the last dimension, whose rows do not depend on one another."""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.errors import check_float
from alongside_kernels.ordered_sum import ordered_sum
from alongside_kernels.whole_vectors import whole_vectors


def log_softmax(x: Tensor) -> Tensor:
    """(…, C) to (…, C); trains. Raises ShapeError."""
    check_float("x", x)
    if not x.is_cuda:
        return _on_processor(x)
    from alongside_kernels.log_softmax.kernel import LogSoftmax  # needs Triton, which only a GPU does

    return LogSoftmax.apply(x.reshape(-1, x.shape[-1])).view(x.shape)


def _on_processor(x: Tensor) -> Tensor:
    wide = x.float()
    shifted = wide - wide.amax(-1, keepdim=True)
    total = ordered_sum(whole_vectors(torch.exp, shifted))
    return (shifted - whole_vectors(torch.log, total)).to(x.dtype)
