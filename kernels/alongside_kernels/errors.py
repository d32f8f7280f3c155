"""What can be wrong with a call of an op.

KernelError
├── ShapeError      a tensor has another shape, dtype or device than the op takes
├── DeviceError     what was asked for needs hardware or a package that is not here
└── EscapeError     an operator got past the invariant ops
"""

from __future__ import annotations

import torch
from torch import Tensor


class KernelError(ValueError):
    """The root of this package's errors."""


class ShapeError(KernelError):
    """A tensor is not what the op takes; names it, and says what was expected."""


class DeviceError(KernelError):
    """The hardware or the package for it is missing; says which."""


class EscapeError(KernelError):
    """Bits of what it computes may hang on the batch; names the operator."""


def check_shape(name: str, tensor: Tensor, expected: tuple[int | None, ...]) -> None:
    """Raise ShapeError unless `tensor` has this shape; None stands for any size."""
    fits = tensor.ndim == len(expected) and all(
        want is None or have == want for have, want in zip(tensor.shape, expected, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if size is None else str(size) for size in expected)
        raise ShapeError(f"{name}: expected shape ({wanted}), got {tuple(tensor.shape)}")


def check_float(name: str, tensor: Tensor) -> None:
    """Raise ShapeError unless `tensor` holds float32, bfloat16 or float16."""
    if tensor.dtype not in (torch.float32, torch.bfloat16, torch.float16):
        raise ShapeError(f"{name}: expected float32, bfloat16 or float16, got {tensor.dtype}; cast it")
