"""`tl.dot` for all kernels: float32 stays float32, and Triton's interpreter can take bfloat16."""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import triton
import triton.language as tl
from triton import knobs

_IS_INTERPRETED = tl.constexpr(bool(knobs.runtime.interpret))


@triton.jit
def dot(a, b, total):
    """`total` + a b in float32. The interpreter keeps bfloat16 as bit patterns and would multiply those."""
    if _IS_INTERPRETED:
        a, b = a.to(tl.float32), b.to(tl.float32)
    return tl.dot(a, b, total, input_precision="ieee")  # never tf32
