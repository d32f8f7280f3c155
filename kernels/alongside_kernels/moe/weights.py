"""The weights of a mixture of experts, as the ops take them.

Shapes: X routed and Y shared experts, W width of an expert, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from alongside_kernels.errors import ShapeError, check_shape


@dataclass(frozen=True, slots=True)
class ExpertWeights:
    """Gated MLPs side by side; the first half of `gate_up` gates the second."""

    gate_up: Tensor  # (X, 2 W, C)
    down: Tensor  # (X, C, W)
    shared_gate_up: Tensor  # (Y, 2 W, C)
    shared_down: Tensor  # (Y, C, W)

    def check(self, width: int) -> None:
        """Raise ShapeError unless the experts take and give `width` channels."""
        num_experts, doubled, _ = self.gate_up.shape
        if doubled % 2:
            raise ShapeError(f"gate_up: {doubled} rows are not two halves")
        check_shape("gate_up", self.gate_up, (num_experts, doubled, width))
        check_shape("down", self.down, (num_experts, width, doubled // 2))
        check_shape("shared_gate_up", self.shared_gate_up, (None, doubled, width))
        check_shape("shared_down", self.shared_down, (self.shared_gate_up.shape[0], width, doubled // 2))


@dataclass(frozen=True, slots=True)
class Route:
    """Which experts see each position, and how much each weighs.

    Shapes: N positions, A active experts of each, Y shared experts.
    """

    chosen: Tensor  # (N, A) int64, the likeliest first
    active: Tensor  # (N, A), their weights
    constant: Tensor  # (N, Y), those of the shared experts

    def check(self, num_positions: int, num_shared: int) -> None:
        """Raise ShapeError unless there is a route for each position."""
        check_shape("chosen", self.chosen, (num_positions, None))
        check_shape("active", self.active, tuple(self.chosen.shape))
        check_shape("constant", self.constant, (num_positions, num_shared))
