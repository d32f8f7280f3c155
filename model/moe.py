"""What a layer does to each position alone: one gated MLP, or a mixture of experts behind a sigmoid gate.

Shapes: N positions of all slots, C channels, W width of an expert, A active experts, X routed, Y shared experts.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from alongside_kernels import is_deterministic
from alongside_kernels.moe import ExpertWeights, experts, route
from model.config import ExpertSizes


class GatedMLP(nn.Module):
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.gate = nn.Linear(width, hidden, bias=False)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        """(…, C) to (…, C)."""
        return self.down(functional.silu(self.gate(x)) * self.up(x)) * self.scale

    def step_(self, x: Tensor) -> Tensor:
        return self(x)


class Router(nn.Module):
    """Chooses experts by sigmoid score plus a balancing bias; the bias decides who is chosen, not how much it weighs.

    The shared experts take part in the normalisation: they are the sink for weight that no routed expert deserves.
    """

    def __init__(self, width: int, sizes: ExpertSizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.weight = nn.Parameter(torch.zeros(sizes.num_experts + sizes.num_shared, width))
        self.scale = nn.Parameter(torch.ones(1, dtype=torch.float32))
        self.register_buffer("balance", torch.zeros(sizes.num_experts, dtype=torch.float32))
        self.balance: Tensor

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, C) to the chosen experts (N, A), their weights (N, A) and those of the shared experts (N, Y)."""
        logits = functional.linear(x.float(), self.weight.float())  # float32: close scores must not become ties
        routed, shared = logits.split((self.sizes.num_experts, self.sizes.num_shared), dim=-1)
        chosen = (routed.sigmoid() + self.balance).topk(self.sizes.num_active, dim=-1, sorted=False).indices
        scores = torch.cat((routed.gather(-1, chosen), shared), dim=-1)
        weights = functional.logsigmoid(scores).softmax(-1) * self.sizes.route_scale * self.scale
        active, constant = weights.to(x.dtype).split((self.sizes.num_active, self.sizes.num_shared), dim=-1)
        return chosen, active, constant


class Experts(nn.Module):
    """Gated MLPs side by side; the first half of `gate_up` gates the second."""

    def __init__(self, num_experts: int, width: int, hidden: int) -> None:
        super().__init__()
        self.gate_up = nn.Parameter(torch.zeros(num_experts, 2 * hidden, width))
        self.down = nn.Parameter(torch.zeros(num_experts, width, hidden))

    def by_expert(self, x: Tensor, chosen: Tensor, weights: Tensor) -> Tensor:
        """Each expert takes all positions that chose it: for many positions. (N, C) to (N, C)."""
        out = torch.zeros_like(x)
        for expert in range(self.gate_up.shape[0]):
            position, rank = torch.where(chosen == expert)
            gate, up = functional.linear(x[position], self.gate_up[expert]).chunk(2, dim=-1)
            said = functional.linear(functional.silu(gate) * up, self.down[expert])
            out.index_add_(0, position, said * weights[position, rank, None])
        return out

    def by_position(self, x: Tensor, chosen: Tensor, weights: Tensor) -> Tensor:
        """Each position gathers its experts: fixed shapes, no neighbour matters; for few. (N, C) to (N, C)."""
        gate, up = torch.einsum("nawc,nc->naw", self.gate_up[chosen], x).chunk(2, dim=-1)
        said = torch.einsum("nacw,naw->nac", self.down[chosen], functional.silu(gate) * up)
        return (said * weights[..., None]).sum(1)

    def all(self, x: Tensor, weights: Tensor) -> Tensor:
        """Every expert sees every position, weighted (N, Y). (N, C) to (N, C)."""
        gate, up = torch.einsum("ywc,nc->nyw", self.gate_up, x).chunk(2, dim=-1)
        hidden = functional.silu(gate) * up * weights[..., None]
        return torch.einsum("ycw,nyw->nyc", self.down, hidden).float().sum(1).to(x.dtype)


class MixtureOfExperts(nn.Module):
    def __init__(self, width: int, sizes: ExpertSizes) -> None:
        super().__init__()
        self.router = Router(width, sizes)
        self.routed = Experts(sizes.num_experts, width, sizes.width)
        self.shared = Experts(sizes.num_shared, width, sizes.width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) to (B, T, C)."""
        flat = x.flatten(0, -2)
        if is_deterministic():
            return self._in_order(flat).view_as(x)
        chosen, active, constant = self.router(flat)
        return (self.routed.by_expert(flat, chosen, active) + self.shared.all(flat, constant)).view_as(x)

    def step_(self, x: Tensor) -> Tensor:
        """The same in fixed shapes."""
        flat = x.flatten(0, -2)
        if is_deterministic():
            return self._in_order(flat).view_as(x)
        chosen, active, constant = self.router(flat)
        return (self.routed.by_position(flat, chosen, active) + self.shared.all(flat, constant)).view_as(x)

    def _in_order(self, x: Tensor) -> Tensor:
        """(N, C) to (N, C): each position's experts are added in one order, few positions or many."""
        sizes, router = self.router.sizes, self.router
        logits = functional.linear(x.float(), router.weight.float())
        routes = route(logits, router.balance, sizes.num_active, router.scale * sizes.route_scale, x.dtype)
        routed, shared = self.routed, self.shared
        return experts(x, routes, ExpertWeights(routed.gate_up, routed.down, shared.gate_up, shared.down))
