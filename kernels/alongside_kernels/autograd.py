"""What `torch.autograd.Function` hands to its methods, in types that fit how we use it."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor


class Context(Protocol):
    """Carries tensors from the forward pass to the backward pass."""

    @property
    def saved_tensors(self) -> tuple[Tensor, ...]: ...

    def save_for_backward(self, *tensors: Tensor) -> None: ...

    @property
    def needs_input_grad(self) -> tuple[bool, ...]: ...

    def mark_non_differentiable(self, *tensors: Tensor) -> None: ...
