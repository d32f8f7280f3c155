"""A mixture of experts, as cases: its gate, and its experts by gathering and by groups. Needs Triton.

Shapes: N positions, C channels, L pairs of position and expert.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from alongside_kernels.bench.case import COMPILED, KIND, Case, Load, compiled, random
from alongside_kernels.bench.crossing import asked_of, weights_of
from alongside_kernels.bench.sizes import ExpertsSize, Size
from alongside_kernels.moe import ExpertWeights, Route, gather, grouped, route_kernel
from alongside_kernels.moe import reference as moe_reference

_AT_ONCE = 8  # positions of the formula


def moe(load: Load, device: torch.device) -> Iterator[Case]:
    for size in load.sizes:
        if size.experts is not None:
            weights = weights_of(size, size.experts, device)
            for count in load.counts:
                yield _gate(size, size.experts, count, device)
                yield from _experts(size, size.experts, count, weights, load.most_gathered)


def _gate(size: Size, experts: ExpertsSize, count: int, device: torch.device) -> Case:
    logits = random(count, experts.num_experts + experts.num_shared, device=device, kind=torch.float32)
    balance, scale = torch.zeros(experts.num_experts, device=device), torch.ones(1, device=device)
    asked = (logits, balance, experts.num_active, scale, KIND)
    return Case(
        "moe gate",
        f"{size.name}, {count} positions",
        lambda: moe_reference.route(*asked).active,
        lambda: route_kernel.route(*asked).active,
        lambda: compiled(_weights_of_gate)(*asked),
        COMPILED,
        num_bytes=logits.numel() * 4,
    )


def _weights_of_gate(*asked: Any) -> Tensor:  # Any: what the formula takes, which is checked there
    return moe_reference.route(*asked).active


def _experts(
    size: Size, experts: ExpertsSize, count: int, weights: ExpertWeights, most_gathered: int
) -> Iterator[Case]:
    asked = asked_of(size, experts, count, weights)
    x, routes, _ = asked
    num_read = int(routes.chosen.unique().numel()) + experts.num_shared
    for name, form in (("moe gather", gather.experts), ("moe grouped", grouped.experts)):
        if form is grouped.experts or count <= most_gathered:
            yield Case(
                name,
                f"{size.name}, {count} positions",
                partial(_formula, *asked),
                partial(form, *asked),
                partial(_grouped_by_torch, *asked),
                "grouped_mm",
                num_bytes=x.element_size() * num_read * 3 * experts.width * size.width,
                num_operations=6 * count * (experts.num_active + experts.num_shared) * experts.width * size.width,
            )


def _formula(x: Tensor, routes: Route, weights: ExpertWeights) -> Tensor:
    """The formula a few positions at a time: it copies the experts of each."""
    spans = [slice(start, start + _AT_ONCE) for start in range(0, x.shape[0], _AT_ONCE)]
    routes_of = (Route(routes.chosen[span], routes.active[span], routes.constant[span]) for span in spans)
    return torch.cat([moe_reference.experts(x[span], of, weights) for span, of in zip(spans, routes_of, strict=True)])


def _grouped_by_torch(x: Tensor, routes: Route, weights: ExpertWeights) -> Tensor:
    """The same experts by torch's grouped product, (N, C) to (N, C)."""
    routed = _groups_by_torch(x, routes.chosen, routes.active, weights.gate_up, weights.down)
    everyone = torch.arange(weights.shared_down.shape[0], device=x.device).expand(x.shape[0], -1)
    shared = _groups_by_torch(x, everyone, routes.constant, weights.shared_gate_up, weights.shared_down)
    return (routed + shared).to(x.dtype)


def _groups_by_torch(x: Tensor, chosen: Tensor, weight: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    by_expert, order = chosen.flatten().sort()  # (L,)
    experts = torch.arange(gate_up.shape[0], device=x.device)
    ends = torch.searchsorted(by_expert, experts, right=True).int()
    position = order // chosen.shape[1]
    gate, up = functional.grouped_mm(x[position], gate_up.mT, offs=ends).chunk(2, dim=-1)
    said = functional.grouped_mm(functional.silu(gate) * up, down.mT, offs=ends)
    total = torch.zeros(x.shape, dtype=torch.float32, device=x.device)
    return total.index_add_(0, position, said.float() * weight.flatten()[order, None].float())
