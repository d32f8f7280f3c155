"""torch's functions of single elements as the processor must be asked for them, with torch's own signatures.

`whole_vectors` says why. On a GPU each element is one thread's, and nothing needs to be replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from alongside_kernels.whole_vectors import whole_vectors

# By operator, the library's own function: its out form, which nothing replaces.
_OUT_FORMS: dict[str, Callable[..., Tensor]] = {
    "silu": torch.ops.aten.silu.out,
    "gelu": torch.ops.aten.gelu.out,
    "sigmoid": torch.ops.aten.sigmoid.out,
    "exp": torch.ops.aten.exp.out,
    "exp2": torch.ops.aten.exp2.out,
    "log": torch.ops.aten.log.out,
    "log10": torch.ops.aten.log10.out,
    "rsqrt": torch.ops.aten.rsqrt.out,
    "sin": torch.ops.aten.sin.out,
    "cos": torch.ops.aten.cos.out,
    "silu_backward": torch.ops.aten.silu_backward.grad_input,
    "gelu_backward": torch.ops.aten.gelu_backward.grad_input,
    "sigmoid_backward": torch.ops.aten.sigmoid_backward.grad_input,
}


def of_elements() -> dict[str, Callable[..., Tensor]]:
    """By operator, what computes it."""
    forms: dict[str, Callable[..., Tensor]] = {
        name: partial(_whole, out, "grad_input" if name.endswith("_backward") else "out")
        for name, out in _OUT_FORMS.items()
    }
    return forms | {"lerp.Tensor": lerp, "lerp.Scalar": lerp}


def lerp(start: Tensor, end: Tensor, weight: Tensor | float) -> Tensor:
    """Each step rounded by itself: the library's vectors round product and sum as one."""
    return start + weight * (end - start)


def _whole(out_form: Callable[..., Tensor], target: str, *tensors: Tensor, **options: str) -> Tensor:
    def function(*pieces: Tensor) -> Tensor:
        return out_form(*pieces, **options, **{target: torch.empty_like(pieces[0])})

    return whole_vectors(function, *tensors)
