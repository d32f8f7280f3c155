"""The formulas of a mixture of experts: the sigmoid gate, and gated MLPs whose answers are added in a fixed order.

Shapes: N positions, C channels, X routed and Y shared experts, A active ones, W width of an expert.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from alongside_kernels.moe.weights import ExpertWeights, Route
from alongside_kernels.whole_vectors import whole_vectors


def route(logits: Tensor, balance: Tensor, num_active: int, scale: Tensor, dtype: torch.dtype) -> Route:
    """Logits (N, X + Y) float32 and a balance (X,) to who sees what; equal scores go to the lower index."""
    num_experts = balance.shape[0]
    routed, shared = logits[:, :num_experts], logits[:, num_experts:]
    order = (routed.sigmoid() + balance).sort(dim=-1, descending=True, stable=True).indices
    chosen = order[:, :num_active]
    scores = torch.cat((routed.gather(-1, chosen), shared), dim=-1)
    weights = (whole_vectors(functional.logsigmoid, scores).softmax(-1) * scale).to(dtype)
    return Route(chosen, weights[:, :num_active], weights[:, num_active:])


def experts(x: Tensor, routes: Route, weights: ExpertWeights) -> Tensor:
    """(N, C) to (N, C): the chosen experts, likeliest first, then the shared ones, added in float32 from the left."""
    total = torch.zeros(x.shape, dtype=torch.float32, device=x.device)
    for rank in range(routes.chosen.shape[1]):
        expert = routes.chosen[:, rank]
        said = _answer(x, weights.gate_up[expert], weights.down[expert], routes.active[:, rank])
        total = total + said
    for index in range(weights.shared_down.shape[0]):
        everyone = torch.full_like(routes.chosen[:, 0], index)
        said = _answer(x, weights.shared_gate_up[everyone], weights.shared_down[everyone], routes.constant[:, index])
        total = total + said
    return total.to(x.dtype)


def _answer(x: Tensor, gate_up: Tensor, down: Tensor, weight: Tensor) -> Tensor:
    """Each position's own expert (N, 2 W, C) and (N, C, W): to (N, C) float32, weighted (N,)."""
    gate, up = (gate_up.float() @ x.float()[..., None])[..., 0].chunk(2, dim=-1)
    hidden = (functional.silu(gate) * up).to(x.dtype).float()
    return (down.float() @ hidden[..., None])[..., 0] * weight.float()[:, None]
