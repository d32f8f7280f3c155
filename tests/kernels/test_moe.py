"""Experts: gate, gathered and grouped forms are the formula, and the formula is the model's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from alongside_kernels.errors import ShapeError
from alongside_kernels.moe import ExpertWeights, Route, experts, gather, grouped, reference, route, route_kernel
from model.config import ExpertSizes
from model.init_weights import init_weights_
from model.moe import MixtureOfExperts
from tests.kernels.drawn import DEVICE, assert_near, normal, poisoned_outputs, sizes, trained

Form = Callable[[Tensor, Route, ExpertWeights], Tensor]
FORMS = [gather.experts, grouped.experts]
DTYPES = [torch.float32, torch.bfloat16]
SHAPES = list(zip((1, 5, 13), sizes(9, 64, 3), sizes(10, 64, 3), strict=True))


def _weights(width: int, hidden: int, dtype: torch.dtype, num_experts: int = 5, num_shared: int = 2) -> ExpertWeights:
    return ExpertWeights(
        normal(num_experts, 2 * hidden, width, seed=1, dtype=dtype) * width**-0.5,
        normal(num_experts, width, hidden, seed=2, dtype=dtype) * hidden**-0.5,
        normal(num_shared, 2 * hidden, width, seed=3, dtype=dtype) * width**-0.5,
        normal(num_shared, width, hidden, seed=4, dtype=dtype) * hidden**-0.5,
    )


def _routes(num_positions: int, dtype: torch.dtype, num_experts: int = 5, num_shared: int = 2) -> Route:
    logits = normal(num_positions, num_experts + num_shared, seed=5)
    scale = torch.ones(1, device=DEVICE)
    return reference.route(logits, normal(num_experts, seed=6) * 0.1, 2, scale, dtype)


@pytest.mark.parametrize("form", FORMS, ids=["gather", "grouped"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("num_positions", "width", "hidden"), SHAPES)
def test_experts_equal_the_formula(form: Form, dtype: torch.dtype, num_positions: int, width: int, hidden: int) -> None:
    x, weights = normal(num_positions, width, seed=7, dtype=dtype), _weights(width, hidden, dtype)
    routes = _routes(num_positions, dtype)
    with poisoned_outputs():
        out = form(x, routes, weights)
    assert_near(out, reference.experts(x, routes, weights), 4)


def test_grouped_experts_have_the_formulas_gradients() -> None:
    dtype, width, hidden = torch.float32, 13, 7
    routes, dy = _routes(9, dtype), normal(9, width, seed=8)

    def grads(form: Form) -> tuple[Tensor, ...]:
        x, plain = trained(normal(9, width, seed=7)), _weights(width, hidden, dtype)
        leaves = [trained(part) for part in (plain.gate_up, plain.down, plain.shared_gate_up, plain.shared_down)]
        active, constant = trained(routes.active), trained(routes.constant)
        out = form(x, Route(routes.chosen, active, constant), ExpertWeights(*leaves))
        return torch.autograd.grad(out, (x, *leaves, active, constant), dy)

    with poisoned_outputs():
        ours = grads(grouped.experts)
    for mine, theirs in zip(ours, grads(reference.experts), strict=True):
        assert_near(mine, theirs, 16)


@pytest.mark.parametrize("form", FORMS, ids=["gather", "grouped"])
def test_a_position_has_the_same_bits_in_any_company(form: Form) -> None:
    x, weights, routes = normal(9, 13, seed=9), _weights(13, 7, torch.float32), _routes(9, torch.float32)
    whole = form(x, routes, weights)
    part = Route(routes.chosen[4:5], routes.active[4:5], routes.constant[4:5])
    assert torch.equal(form(x[4:5], part, weights), whole[4:5])


def test_more_positions_of_one_expert_than_a_block_are_all_answered() -> None:
    num_positions = grouped.BLOCK + 1
    x, weights = normal(num_positions, 5, seed=10), _weights(5, 3, torch.float32, num_experts=3, num_shared=0)
    chosen = torch.tensor([[2, 0]], device=DEVICE).expand(num_positions, -1)
    routes = Route(chosen, torch.ones(num_positions, 2, device=DEVICE), torch.empty(num_positions, 0, device=DEVICE))
    with poisoned_outputs():
        out = grouped.experts(x, routes, weights)
    assert_near(out, reference.experts(x, routes, weights), 4)


@pytest.mark.parametrize(("num_experts", "num_shared", "num_active"), [(1, 1, 1), (16, 1, 2), (17, 2, 6), (5, 0, 5)])
def test_the_gate_equals_the_formula(num_experts: int, num_shared: int, num_active: int) -> None:
    logits = 4 * normal(7, num_experts + num_shared, seed=11)
    logits[0] = 0.25  # all alike: the lower index first
    asked = (
        logits,
        normal(num_experts, seed=12) * 0.1,
        num_active,
        torch.full((1,), 2.5, device=DEVICE),
        torch.float32,
    )
    with poisoned_outputs():
        ours = route_kernel.route(*asked)
    theirs = reference.route(*asked)
    assert torch.equal(ours.chosen, theirs.chosen)
    assert_near(ours.active, theirs.active)
    assert_near(ours.constant, theirs.constant)


def test_of_equal_scores_the_lower_index_is_chosen_first() -> None:
    logits, balance = torch.zeros(1, 6, device=DEVICE), torch.zeros(5, device=DEVICE)
    for form in (reference.route, route_kernel.route):
        routes = form(logits, balance, 3, torch.ones(1, device=DEVICE), torch.float32)
        assert routes.chosen.tolist() == [[0, 1, 2]]


def test_the_formula_is_the_models() -> None:
    sizes_ = ExpertSizes(num_experts=5, num_active=2, num_shared=1, width=12, route_scale=2.0)
    model = MixtureOfExperts(24, sizes_).to(DEVICE)
    init_weights_(model, torch.Generator().manual_seed(0))
    with torch.no_grad():
        for weight in (model.routed.down, model.shared.down, model.router.balance):
            weight.copy_(normal(*weight.shape, seed=13) * 0.2)
        x = normal(3, 4, 24, seed=14)
        logits = torch.nn.functional.linear(x.flatten(0, 1), model.router.weight)
        scale = model.router.scale * sizes_.route_scale
        routes = route(logits, model.router.balance, sizes_.num_active, scale, x.dtype)
        weights = ExpertWeights(model.routed.gate_up, model.routed.down, model.shared.gate_up, model.shared.down)
        assert_near(experts(x.flatten(0, 1), routes, weights).view_as(x), model.step_(x), 4)
        assert_near(experts(x.flatten(0, 1), routes, weights).view_as(x), model(x), 4)


def test_weights_that_do_not_fit_are_named() -> None:
    weights = _weights(8, 4, torch.float32)
    wrong = ExpertWeights(weights.gate_up, weights.down[:, :, :3], weights.shared_gate_up, weights.shared_down)
    with pytest.raises(ShapeError, match=r"down: expected shape \(5, 8, 4\), got \(5, 8, 3\)"):
        experts(normal(2, 8, seed=15), _routes(2, torch.float32), wrong)
    for first, second in pairwise((2, 3)):
        with pytest.raises(ShapeError, match=rf"chosen: expected shape \({second}, any\), got \({first}, 2\)"):
            experts(normal(second, 8, seed=16), _routes(first, torch.float32), weights)
