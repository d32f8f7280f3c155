"""Experts: gate, gathered and grouped forms are the formula, and the formula is the model's."""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import Tensor

from alongside_kernels.bench.crossing import Race, measured, most_for_gathering
from alongside_kernels.deterministic import set_deterministic
from alongside_kernels.errors import ShapeError
from alongside_kernels.moe import (
    ExpertWeights,
    Route,
    experts,
    gather,
    grouped,
    on_processor,
    reference,
    route,
    route_kernel,
    switch_point,
)
from alongside_kernels.moe.switch_point import SwitchPoint, is_for_few, set_switch_point
from model.config import ExpertSizes
from model.init_weights import init_weights_
from model.moe import MixtureOfExperts
from tests.kernels.drawn import DEVICE, assert_near, normal, poisoned_outputs, sizes, trained

Form = Callable[[Tensor, Route, ExpertWeights], Tensor]
FORMS = {
    "gather": gather.experts,
    "grouped": grouped.experts,
    "gathered on the processor": on_processor.gathered,
    "grouped on the processor": on_processor.grouped,
}
DTYPES = [torch.float32, torch.bfloat16]
SHAPES = list(zip((1, 5, 13), sizes(9, 64, 3), sizes(10, 64, 3), strict=True))


@pytest.fixture
def deterministic() -> Generator[None]:
    set_deterministic(True)
    yield
    set_deterministic(False)


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


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("num_positions", "width", "hidden"), SHAPES)
def test_experts_equal_the_formula(form: Form, dtype: torch.dtype, num_positions: int, width: int, hidden: int) -> None:
    x, weights = normal(num_positions, width, seed=7, dtype=dtype), _weights(width, hidden, dtype)
    routes = _routes(num_positions, dtype)
    with poisoned_outputs():
        out = form(x, routes, weights)
    assert_near(out, reference.experts(x, routes, weights), 4)


@pytest.mark.parametrize("trains", [grouped.experts, on_processor.grouped], ids=["grouped", "on the processor"])
def test_grouped_experts_have_the_formulas_gradients(trains: Form) -> None:
    dtype, width, hidden = torch.float32, 13, 7
    routes, dy = _routes(9, dtype), normal(9, width, seed=8)

    def grads(form: Form) -> tuple[Tensor, ...]:
        x, plain = trained(normal(9, width, seed=7)), _weights(width, hidden, dtype)
        leaves = [trained(part) for part in (plain.gate_up, plain.down, plain.shared_gate_up, plain.shared_down)]
        active, constant = trained(routes.active), trained(routes.constant)
        out = form(x, Route(routes.chosen, active, constant), ExpertWeights(*leaves))
        return torch.autograd.grad(out, (x, *leaves, active, constant), dy)

    with poisoned_outputs():
        ours = grads(trains)
    for mine, theirs in zip(ours, grads(reference.experts), strict=True):
        assert_near(mine, theirs, 16)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_position_has_the_same_bits_in_any_company(form: Form, deterministic: None) -> None:
    x, weights, routes = normal(9, 13, seed=9), _weights(13, 7, torch.float32), _routes(9, torch.float32)
    whole = form(x, routes, weights)
    for position in (0, 4, 8):
        own = slice(position, position + 1)
        part = Route(routes.chosen[own], routes.active[own], routes.constant[own])
        assert torch.equal(form(x[own], part, weights), whole[own])


@pytest.mark.parametrize("dtype", DTYPES)
def test_both_forms_of_the_processor_have_the_same_bits(dtype: torch.dtype, deterministic: None) -> None:
    x, weights, routes = normal(9, 37, seed=9, dtype=dtype).cpu(), _weights(37, 31, dtype), _routes(9, dtype)
    if DEVICE.type == "cuda":
        pytest.skip("the processor's forms; on a GPU the grouped one is taken for all")
    assert torch.equal(on_processor.gathered(x, routes, weights), on_processor.grouped(x, routes, weights))


def test_nobody_asks_and_nothing_is_said() -> None:
    for form in FORMS.values():
        assert form(normal(0, 13, seed=9), _routes(0, torch.float32), _weights(13, 7, torch.float32)).shape == (0, 13)


def test_the_door_gathers_up_to_the_measured_point_and_groups_beyond() -> None:
    """With 37 numbers a row the two forms round differently, so the bits tell which was taken."""
    weights = _weights(37, 41, torch.float32, num_experts=32, num_shared=1)
    few, many = (
        ("gather", "grouped") if DEVICE.type == "cuda" else ("gathered on the processor", "grouped on the processor")
    )
    point = switch_point.switch_points().get(switch_point.name_of(DEVICE))
    most = int(32 * (switch_point.GUESS if point is None else point.pairs_per_expert)) // 2
    for count, name in ((most, few), (most + 1, many)):
        x, routes = normal(count, 37, seed=17), _routes(count, torch.float32, num_experts=32, num_shared=1)
        assert torch.equal(experts(x, routes, weights), FORMS[name](x, routes, weights)), name
        assert is_for_few(count, 2, 32, DEVICE) == (name == few)


def test_the_processors_point_was_measured_and_a_new_one_is_kept(tmp_path: Path) -> None:
    assert "torch" in switch_point.switch_points()["processor"].measured
    file, device = tmp_path / "points.json", torch.device("cpu")
    set_switch_point(device, SwitchPoint(0.5, "first"), file)
    set_switch_point(device, SwitchPoint(0.25, "again"), file)
    assert '"pairs_per_expert": 0.25' in file.read_text() and "first" not in file.read_text()
    assert file.read_text() != switch_point.FILE.read_text()


def test_the_point_is_where_gathering_was_last_the_quicker_without_a_break() -> None:
    races = [Race(1, 1.0, 2.0), Race(4, 3.0, 2.0), Race(2, 1.5, 1.6), Race(8, 1.0, 2.0)]
    assert most_for_gathering(races) == 2
    assert most_for_gathering(races[1:2]) == 0


@pytest.mark.skipif(DEVICE.type == "cuda", reason="a GPU's is measured by the bench; this is its twin")
def test_the_point_is_measured_by_both_forms_side_by_side() -> None:
    *lines, point = measured(DEVICE, counts=(1,))
    assert isinstance(point, SwitchPoint) and point.pairs_per_expert in (0, 2 / 16)
    rows = [str(line).split(" | ") for line in lines[2:]]
    assert [row[1:4] for row in rows] == [["small", "float32", "1"], ["small", "bfloat16", "1"]]
    assert all(float(row[4]) > 0 and float(row[5]) > 0 for row in rows)


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
