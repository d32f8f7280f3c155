"""RMSNorm whose rows do not depend on one another."""

from __future__ import annotations

from torch import Tensor

from alongside_kernels.errors import check_float, check_shape


def rms_norm(x: Tensor, gain: Tensor, epsilon: float = 1e-6) -> Tensor:
    """(…, C) to (…, C), gain (C,); trains. Raises ShapeError."""
    check_float("x", x)
    check_shape("gain", gain, (x.shape[-1],))
    if x.is_cuda:
        from alongside_kernels.rms_norm.kernel import RmsNorm  # needs Triton, which only a GPU does
    else:
        from alongside_kernels.rms_norm.on_processor import RmsNorm
    return RmsNorm.apply(x.reshape(-1, x.shape[-1]), gain, epsilon)[0].view(x.shape)
