"""One stage of a hierarchical MLP over patches (arXiv 2203.09795), and that it fits its input."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from alongside_kernels.errors import ShapeError, check_shape


@dataclass(frozen=True, slots=True)
class Stage:
    """Folds `frames` video frames and squares of `pixels` into channels, projects them, and normalises.

    Shapes: I folded channels (frames * pixels * pixels * C), O channels after.
    """

    frames: int
    pixels: int
    weight: Tensor  # (O, I)
    gain: Tensor  # (O,) of the RMSNorm
    has_gelu: bool
    epsilon: float = 1e-6

    def check(self, shape: tuple[int, ...]) -> None:
        """Raise ShapeError unless the stage takes (P, F, H, W, C)."""
        _, frames, height, width, channels = shape
        if frames % self.frames or height % self.pixels or width % self.pixels:
            raise ShapeError(
                f"patches: {frames} video frames of {height}x{width} do not fold by {self.frames} and {self.pixels}"
            )
        check_shape("weight", self.weight, (None, self.frames * self.pixels**2 * channels))
        check_shape("gain", self.gain, (self.weight.shape[0],))
