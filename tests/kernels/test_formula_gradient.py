"""An op whose kernel has no way back gives the kernel's bits and the formula's gradient."""

from __future__ import annotations

import torch
from torch import Tensor

from alongside_kernels.attention import Held, Query, kernel, reference
from alongside_kernels.attention import trained as trained_attention
from alongside_kernels.formula_gradient import with_formula_gradient
from alongside_kernels.moe import reference as moe_reference
from alongside_kernels.moe import route_kernel, trained_route
from tests.kernels.drawn import DEVICE, assert_near, normal, poisoned_outputs, trained

HEADS, LENGTH, SIZE, EXTENT = 2, 7, 5, 3


def test_attention_has_the_kernels_bits_and_the_formulas_gradient() -> None:
    positions = torch.arange(LENGTH, device=DEVICE)[None]
    parts = [
        normal(1, heads, LENGTH, size, seed=seed)
        for seed, (heads, size) in enumerate(((HEADS, SIZE), (HEADS, EXTENT), (1, SIZE), (1, SIZE)))
    ]
    held, dy = Held.whole(1, LENGTH, DEVICE), normal(1, HEADS, LENGTH, SIZE, seed=9)

    def query(queries: Tensor, near: Tensor) -> Query:
        return Query(queries, near, positions, window=4, num_sinks=1, scale=1 / SIZE)

    ours, theirs = [trained(part) for part in parts], [trained(part) for part in parts]
    with poisoned_outputs():
        out = trained_attention(kernel.attention, query(ours[0], ours[1]), ours[2], ours[3], held)
    assert torch.equal(out, kernel.attention(query(parts[0], parts[1]), parts[2], parts[3], held))
    out.backward(dy)
    reference.attention(query(theirs[0], theirs[1]), theirs[2], theirs[3], held).backward(dy)
    for mine, formula in zip(ours, theirs, strict=True):
        assert bool(formula.grad is not None and formula.grad.any())
        assert_near(mine.grad, formula.grad, 4)


def test_the_gate_has_the_kernels_choice_and_the_formulas_gradient() -> None:
    logits, balance, scale = 2 * normal(5, 8, seed=1), torch.zeros(6, device=DEVICE), normal(1, seed=2).abs()
    ours, theirs = (trained(logits), trained(scale)), (trained(logits), trained(scale))
    with poisoned_outputs():
        mine = trained_route(route_kernel.route, ours[0], balance, 2, ours[1], torch.float32)
    formula = moe_reference.route(theirs[0], balance, 2, theirs[1], torch.float32)
    assert torch.equal(mine.chosen, formula.chosen) and not mine.chosen.requires_grad
    for routes in (mine, formula):
        (routes.active.square().sum() + routes.constant[:, 0].sum()).backward()
    for one, other in zip(ours, theirs, strict=True):
        assert_near(one.grad, other.grad, 4)


def test_what_asks_for_no_gradient_gets_none() -> None:
    x, y = trained(normal(3, seed=3)), normal(3, seed=4)

    def form(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        return x * y, (x > 0).long()

    product, count = with_formula_gradient(form, form, x, y)
    product.sum().backward()
    assert not count.requires_grad and y.grad is None
    torch.testing.assert_close(x.grad, y)
