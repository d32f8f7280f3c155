"""The formula of a flow head's sampling: Euler steps along a learned flow (arXiv 2210.02747).

Shapes: B slots, D condition, X block, W width, V waves of time, L layers, S steps.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from alongside_kernels.flow_step.weights import FlowWeights
from alongside_kernels.rms_norm import reference as norm

EPSILON = 1e-6
_FASTEST = 1000.0  # radians over the whole flow


def flow_step(noise: Tensor, condition: Tensor, weights: FlowWeights, num_steps: int) -> Tensor:
    """Noise (B, X) and condition (B, D) to a block (B, X)."""
    given = functional.linear(condition, weights.condition, weights.condition_bias)
    block = noise
    for waves in waves_of(num_steps, weights.time.shape[1], noise.device).to(noise.dtype):
        hint = functional.silu(given + functional.linear(waves, weights.time, weights.time_bias))
        block = block + _velocity(block, hint, weights) / num_steps
    return block


def waves_of(num_steps: int, num_waves: int, device: torch.device) -> Tensor:
    """Each step's time in 0..1 as sines and cosines of rising rates, (S, V) float32."""
    half = num_waves // 2
    rates = torch.exp(torch.arange(half, device=device) * (math.log(_FASTEST) / (half - 1)))
    phase = torch.arange(num_steps, device=device)[:, None] / num_steps * rates
    return torch.cat((phase.sin(), phase.cos()), dim=-1)


def _velocity(block: Tensor, hint: Tensor, weights: FlowWeights) -> Tensor:
    x = functional.linear(block, weights.enter, weights.enter_bias)
    for layer in range(weights.gain.shape[0]):
        modulated = functional.linear(hint, weights.modulate[layer], weights.modulate_bias[layer])
        shift, gain, gate = modulated.chunk(3, dim=-1)
        inside = norm.rms_norm(x, weights.gain[layer], EPSILON) * (1 + gain) + shift
        hidden = functional.silu(functional.linear(inside, weights.up[layer], weights.up_bias[layer]))
        x = x + gate * functional.linear(hidden, weights.down[layer], weights.down_bias[layer])
    return functional.linear(norm.rms_norm(x, weights.last_gain, EPSILON), weights.leave, weights.leave_bias)
