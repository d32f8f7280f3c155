"""The formula of a mean over the last dimension. Shapes: C elements of a row."""

from __future__ import annotations

from torch import Tensor


def mean(x: Tensor) -> Tensor:
    """(…, C) to (…), summed in float32."""
    return x.float().mean(-1).to(x.dtype)
