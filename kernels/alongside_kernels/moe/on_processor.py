"""A mixture of experts on the processor, in the two forms that a GPU has too: gathered for few positions, or grouped.

A position's answers are added in one order, the chosen experts likeliest first and then the shared ones. While
`set_deterministic` is on, every product here is an invariant one, so both forms give a position the same bits.

Shapes: N positions, C channels, A active experts of each, W width of an expert, L rows.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from alongside_kernels.moe.weights import ExpertWeights, Route


def gathered(x: Tensor, routes: Route, weights: ExpertWeights) -> Tensor:
    """(N, C) to (N, C): each position takes its experts one after the other, whose weights are read where they lie."""
    said = [_one(x[position : position + 1], position, routes, weights) for position in range(x.shape[0])]
    return torch.cat([x[:0], *said])


def grouped(x: Tensor, routes: Route, weights: ExpertWeights) -> Tensor:
    """(N, C) to (N, C): each expert takes all positions that chose it, so its weights are read once; trains."""
    num_positions, num_active = routes.chosen.shape
    by_expert, order = routes.chosen.flatten().sort(stable=True)  # (L,)
    present, counts = by_expert.unique_consecutive(return_counts=True)
    parts = zip(present.tolist(), order.split(counts.tolist()), strict=True)
    answers = [_answer(x[own // num_active], weights.gate_up[expert], weights.down[expert]) for expert, own in parts]
    back = torch.empty_like(order).scatter_(0, order, torch.arange(len(order), device=order.device))
    routed = torch.cat([x[:0], *answers])[back].view(num_positions, num_active, x.shape[1])
    total = torch.zeros(x.shape, dtype=torch.float32, device=x.device)
    for said, weight in zip(routed.unbind(1), routes.active.unbind(1), strict=True):
        total = total + said.float() * weight[:, None].float()
    for index, weight in enumerate(routes.constant.unbind(1)):
        said = _answer(x, weights.shared_gate_up[index], weights.shared_down[index])
        total = total + said.float() * weight[:, None].float()
    return total.to(x.dtype)


def _one(x: Tensor, position: int, routes: Route, weights: ExpertWeights) -> Tensor:
    total = torch.zeros(x.shape, dtype=torch.float32, device=x.device)
    for rank, expert in enumerate(routes.chosen[position].tolist()):
        said = _answer(x, weights.gate_up[expert], weights.down[expert])
        total = total + said.float() * routes.active[position, rank].float()
    for index in range(weights.shared_down.shape[0]):
        said = _answer(x, weights.shared_gate_up[index], weights.shared_down[index])
        total = total + said.float() * routes.constant[position, index].float()
    return total.to(x.dtype)


def _answer(x: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    """What one expert (2 W, C) and (C, W) says to rows (L, C): (L, C)."""
    gate, up = functional.linear(x, gate_up).chunk(2, dim=-1)
    return functional.linear(functional.silu(gate) * up, down).to(x.dtype)
