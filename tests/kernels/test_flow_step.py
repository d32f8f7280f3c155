"""The flow head's loop in one launch is the formula, and the formula is the model's."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from alongside_kernels.errors import ShapeError
from alongside_kernels.flow_step import FlowWeights, flow_step, kernel, reference
from model.flow_head import FlowHead
from model.mel_frames import BLOCK_SIZE
from tests.kernels.drawn import DEVICE, assert_near, normal, poisoned_outputs, sizes


def _weights(block: int, condition: int, width: int, num_layers: int, dtype: torch.dtype) -> FlowWeights:
    shapes = {
        "enter": (width, block),
        "enter_bias": (width,),
        "condition": (width, condition),
        "condition_bias": (width,),
        "time": (width, 32),
        "time_bias": (width,),
        "gain": (num_layers, width),
        "modulate": (num_layers, 3 * width, width),
        "modulate_bias": (num_layers, 3 * width),
        "up": (num_layers, 2 * width, width),
        "up_bias": (num_layers, 2 * width),
        "down": (num_layers, width, 2 * width),
        "down_bias": (num_layers, width),
        "last_gain": (width,),
        "leave": (block, width),
        "leave_bias": (block,),
    }
    drawn = {
        name: normal(*shape, seed=seed, dtype=dtype) * 0.5 * shape[-1] ** -0.5
        for seed, (name, shape) in enumerate(shapes.items())
    }
    return FlowWeights(**drawn)


# slots, of which 16 are a program's; block, condition and width, in columns of 64; layers, steps
CASES = list(
    zip(sizes(71, 16, 3), sizes(72, 64, 3), sizes(73, 64, 3), sizes(74, 64, 3), (1, 2, 1), (3, 2, 1), strict=True)
)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_kernel_equals_the_formula(case: tuple[int, ...], dtype: torch.dtype) -> None:
    slots, block, condition, width, num_layers, num_steps = case
    weights = _weights(block, condition, width, num_layers, dtype)
    noise, given = normal(slots, block, seed=50, dtype=dtype), normal(slots, condition, seed=51, dtype=dtype)
    with poisoned_outputs():
        out = kernel.flow_step(noise, given, weights, num_steps)
    assert_near(out, reference.flow_step(noise, given, weights, num_steps), 16)


def test_a_slot_has_the_same_bits_in_any_company() -> None:
    weights = _weights(5, 3, 7, 1, torch.float32)
    noise, given = normal(18, 5, seed=52), normal(18, 3, seed=53)
    whole = kernel.flow_step(noise, given, weights, 2)
    assert torch.equal(kernel.flow_step(noise[16:17], given[16:17], weights, 2), whole[16:17])


def _of_head(head: FlowHead) -> FlowWeights:
    def stacked(name: str) -> Tensor:
        return torch.stack([head.get_parameter(f"layers.{index}.{name}") for index in range(len(head.layers))])

    named = {name: head.get_submodule(name) for name in ("enter", "condition", "time", "leave")}
    plain = {name: linear.get_parameter("weight") for name, linear in named.items()}
    biases = {f"{name}_bias": linear.get_parameter("bias") for name, linear in named.items()}
    layers = {name: stacked(f"{name}.weight") for name in ("modulate", "up", "down")}
    layer_biases = {f"{name}_bias": stacked(f"{name}.bias") for name in ("modulate", "up", "down")}
    gains = {"gain": stacked("norm.gain"), "last_gain": head.norm.gain}
    return FlowWeights(**plain, **biases, **layers, **layer_biases, **gains)


@pytest.mark.parametrize("num_steps", [1, 4])
def test_the_formula_is_the_models(num_steps: int) -> None:
    torch.manual_seed(0)
    head = FlowHead(24, width=32, num_layers=2).to(DEVICE)
    noise, given = normal(3, BLOCK_SIZE, seed=54), normal(3, 24, seed=55)
    with torch.no_grad():
        assert_near(flow_step(noise, given, _of_head(head), num_steps), head.sample(given, noise, num_steps), 4)


def test_weights_that_do_not_fit_are_named() -> None:
    weights = _weights(5, 3, 7, 1, torch.float32)
    with pytest.raises(ShapeError, match=r"enter: expected shape \(7, 6\), got \(7, 5\)"):
        flow_step(normal(2, 6, seed=56), normal(2, 3, seed=57), weights, 1)
    with pytest.raises(ShapeError, match="num_steps: 0"):
        flow_step(normal(2, 5, seed=58), normal(2, 3, seed=59), weights, 0)
