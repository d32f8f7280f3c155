"""Mixture of experts: the gate, and the experts in a form for few positions and one for many.

Up to where few reaches is measured: `switch_point`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from alongside_kernels.deterministic import is_deterministic
from alongside_kernels.errors import ShapeError, check_float, check_shape
from alongside_kernels.formula_gradient import with_formula_gradient
from alongside_kernels.moe import on_processor, reference
from alongside_kernels.moe.switch_point import is_for_few
from alongside_kernels.moe.weights import ExpertWeights, Route

__all__ = ["ExpertWeights", "Route", "experts", "route"]


def route(logits: Tensor, balance: Tensor, num_active: int, scale: Tensor, dtype: torch.dtype) -> Route:
    """Logits (N, X + Y) float32, a balance (X,) and a scale (1,) to who sees what; trains. Raises ShapeError."""
    check_shape("logits", logits, (None, None))
    if logits.dtype != torch.float32 or not 0 < num_active <= balance.shape[0] <= logits.shape[1]:
        raise ShapeError(
            f"logits: expected (N, at least {balance.shape[0]}) float32 for {num_active} active experts, "
            f"got {tuple(logits.shape)} {logits.dtype}"
        )
    if not logits.is_cuda:
        return reference.route(logits, balance, num_active, scale, dtype)
    from alongside_kernels.moe import route_kernel  # needs Triton, which only a GPU does

    return trained_route(route_kernel.route, logits, balance, num_active, scale, dtype)


def trained_route(
    form: Callable[..., Route], logits: Tensor, balance: Tensor, num_active: int, scale: Tensor, dtype: torch.dtype
) -> Route:
    """What `form` of the gate says, with the formula's gradient."""

    def through(form: Callable[..., Route]) -> Callable[..., tuple[Tensor, ...]]:
        def ask(logits: Tensor, scale: Tensor) -> tuple[Tensor, ...]:
            routes = form(logits, balance, num_active, scale, dtype)
            return routes.chosen, routes.active, routes.constant

        return ask

    return Route(*with_formula_gradient(through(form), through(reference.route), logits, scale))


def experts(x: Tensor, routes: Route, weights: ExpertWeights) -> Tensor:
    """(N, C) to (N, C); trains. Raises ShapeError.

    A GPU's two forms round differently, so `set_deterministic` leaves only the grouped one.
    """
    check_float("x", x)
    check_shape("x", x, (None, None))
    weights.check(x.shape[1])
    routes.check(x.shape[0], weights.shared_down.shape[0])
    is_training = torch.is_grad_enabled() and any(part.requires_grad for part in (x, weights.gate_up, weights.down))
    num_active, num_experts = routes.chosen.shape[1], weights.down.shape[0]
    is_few = is_for_few(x.shape[0], num_active, num_experts, x.device) and not is_training and not is_deterministic()
    if not x.is_cuda:
        return (on_processor.gathered if is_few else on_processor.grouped)(x, routes, weights)
    from alongside_kernels.moe import gather, grouped  # need Triton, which only a GPU does

    return (gather if is_few else grouped).experts(x, routes, weights)
