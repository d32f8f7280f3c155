"""The weights of a flow head, as the ops take them, and that they fit.

Shapes: D condition, X block, W width, V waves of time, L layers.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from alongside_kernels.errors import check_shape


@dataclass(frozen=True, slots=True)
class FlowWeights:
    """Every projection with its bias; those of the layers stacked."""

    enter: Tensor  # (W, X)
    enter_bias: Tensor  # (W,)
    condition: Tensor  # (W, D)
    condition_bias: Tensor  # (W,)
    time: Tensor  # (W, V)
    time_bias: Tensor  # (W,)
    gain: Tensor  # (L, W) of each layer's RMSNorm
    modulate: Tensor  # (L, 3 W, W): shift, gain and gate
    modulate_bias: Tensor  # (L, 3 W)
    up: Tensor  # (L, 2 W, W)
    up_bias: Tensor  # (L, 2 W)
    down: Tensor  # (L, W, 2 W)
    down_bias: Tensor  # (L, W)
    last_gain: Tensor  # (W,)
    leave: Tensor  # (X, W)
    leave_bias: Tensor  # (X,)

    def check(self, noise: Tensor, condition: Tensor) -> None:
        """Raise ShapeError unless noise (B, X) and condition (B, D) fit."""
        batch, block = noise.shape
        layers, width = self.gain.shape
        expected = {
            "enter": (width, block),
            "enter_bias": (width,),
            "condition": (width, condition.shape[1]),
            "condition_bias": (width,),
            "time": (width, None),
            "time_bias": (width,),
            "modulate": (layers, 3 * width, width),
            "modulate_bias": (layers, 3 * width),
            "up": (layers, 2 * width, width),
            "up_bias": (layers, 2 * width),
            "down": (layers, width, 2 * width),
            "down_bias": (layers, width),
            "last_gain": (width,),
            "leave": (block, width),
            "leave_bias": (block,),
        }
        check_shape("condition", condition, (batch, None))
        for name, shape in expected.items():
            check_shape(name, getattr(self, name), shape)
