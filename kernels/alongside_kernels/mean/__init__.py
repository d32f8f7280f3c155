"""Mean over the last dimension, whose rows do not depend on one another."""

from __future__ import annotations

from torch import Tensor

from alongside_kernels.errors import check_float
from alongside_kernels.ordered_sum import ordered_sum


def mean(x: Tensor) -> Tensor:
    """(…, C) to (…); trains. Raises ShapeError."""
    check_float("x", x)
    if not x.is_cuda:
        return (ordered_sum(x.float())[..., 0] / x.shape[-1]).to(x.dtype)
    from alongside_kernels.mean.kernel import Mean  # needs Triton, which only a GPU does

    return Mean.apply(x.reshape(-1, x.shape[-1])).view(x.shape[:-1])
