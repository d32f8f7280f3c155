"""The formula of the logarithm of a softmax over the last dimension. Shapes: C elements of a row."""

from __future__ import annotations

from torch import Tensor


def log_softmax(x: Tensor) -> Tensor:
    """(…, C) to (…, C), summed in float32."""
    wide = x.float()
    shifted = wide - wide.amax(-1, keepdim=True)
    return (shifted - shifted.exp().sum(-1, keepdim=True).log()).to(x.dtype)
