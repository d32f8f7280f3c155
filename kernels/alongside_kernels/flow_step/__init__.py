"""From noise to a block of mel: all Euler steps of the flow head at once."""

from __future__ import annotations

from torch import Tensor

from alongside_kernels.errors import ShapeError, check_float, check_shape
from alongside_kernels.flow_step import reference
from alongside_kernels.flow_step.weights import FlowWeights

__all__ = ["FlowWeights", "flow_step"]


def flow_step(noise: Tensor, condition: Tensor, weights: FlowWeights, num_steps: int) -> Tensor:
    """Noise (B, X) and the decoder's state (B, D) to a block (B, X); for serving. Raises ShapeError."""
    check_float("noise", noise)
    check_shape("noise", noise, (None, None))
    check_shape("condition", condition, (None, None))
    weights.check(noise, condition)
    if num_steps < 1:
        raise ShapeError(f"num_steps: {num_steps}; a flow takes at least one step")
    if not noise.is_cuda:
        return reference.flow_step(noise, condition, weights, num_steps)
    from alongside_kernels.flow_step import kernel  # needs Triton, which only a GPU does

    return kernel.flow_step(noise, condition, weights, num_steps)
