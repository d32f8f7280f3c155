"""The gradient of an op whose kernel has none: its formula is computed anew on the way back, and gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor

from alongside_kernels.autograd import Context

Form = Callable[..., tuple[Tensor, ...]]


def with_formula_gradient(kernel: Form, formula: Form, *tensors: Tensor) -> tuple[Tensor, ...]:
    """What `kernel` makes of the tensors, with the gradient of `formula`, which takes and gives the same."""
    return _ByFormula.apply(kernel, formula, *tensors)


class _Formula(Context):
    formula: Form


class _ByFormula(torch.autograd.Function):
    @staticmethod
    def forward(kernel: Form, formula: Form, *tensors: Tensor) -> tuple[Tensor, ...]:
        return kernel(*tensors)

    @staticmethod
    def setup_context(ctx: _Formula, inputs: tuple[object, ...], output: tuple[Tensor, ...]) -> None:
        _, ctx.formula, *tensors = cast(tuple[Form, Form, *tuple[Tensor, ...]], inputs)
        ctx.save_for_backward(*tensors)
        ctx.mark_non_differentiable(*(part for part in output if not part.is_floating_point()))

    @staticmethod
    def backward(ctx: _Formula, *grads: Tensor) -> tuple[Tensor | None, ...]:
        is_asked = ctx.needs_input_grad[2:]
        leaves = [x.detach().requires_grad_(asked) for x, asked in zip(ctx.saved_tensors, is_asked, strict=True)]
        with torch.enable_grad():
            parts = zip(ctx.formula(*leaves), grads, strict=True)
            out, dy = zip(*((part, grad) for part, grad in parts if part.is_floating_point()), strict=True)
        found = iter(torch.autograd.grad(out, [leaf for leaf in leaves if leaf.requires_grad], dy))
        return None, None, *(next(found) if asked else None for asked in is_asked)
