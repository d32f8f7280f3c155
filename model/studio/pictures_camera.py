"""From space to the picture: where a camera stands and what it makes of points. Knows nothing of bodies.

Shapes: J points.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 160, 120
SCALE = 2  # pictures are drawn so much larger, then made smaller: soft edges
_WIDE_M = 2.15  # of height that a whole body needs, with the arms up
_CLOSE_M = 1.0  # of head and chest


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera before the place where people are, at z = 0."""

    distance: float  # metres
    height: float  # of the lens above the floor
    pixels_per_metre: float  # at z = 0, in the drawing's own large pixels
    centre_x: float
    horizon_y: float  # where the lens's own height is in the drawing

    @classmethod
    def draw(cls, rng: random.Random, is_close: bool, tall_m: float) -> Camera:
        """A camera that sees a whole body, or, close, a seated one's upper half."""
        distance = rng.uniform(0.9, 1.6) if is_close else rng.uniform(2.5, 6.0)
        shown_m = (_CLOSE_M if is_close else _WIDE_M * tall_m / 1.7) * rng.uniform(1.0, 1.4)
        pixels = HEIGHT * SCALE / shown_m
        height = rng.uniform(0.7, 1.15) * (0.85 if is_close else 1.1)
        # the floor, or the seat, stands a little above the lower edge
        below = (0.36 if is_close else -rng.uniform(0.03, 0.25) * shown_m) + 0.1 * rng.random()
        horizon = HEIGHT * SCALE - (height - below) * pixels
        side = rng.gauss(0, 0.06 if is_close else 0.1)
        return cls(distance, height, pixels, WIDTH * SCALE * (0.5 + side), horizon)

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(J, 3) metres to (J, 3): x and y in the drawing, and how much nearer things look there than at z = 0."""
        nearness = self.distance / np.maximum(self.distance - points[:, 2], 0.3)
        scale = self.pixels_per_metre * nearness
        x = self.centre_x + points[:, 0] * scale
        y = self.horizon_y - (points[:, 1] - self.height) * scale
        return np.stack((x, y, nearness), 1)

    @property
    def floor_edge_y(self) -> float:
        """Where the floor meets a wall some metres behind."""
        return float(self.points(np.array(((0.0, 0.0, -2.0),)))[0, 1])

    @property
    def half_width_m(self) -> float:
        """From the middle to where nobody at z = 0 is seen any more."""
        return (WIDTH * SCALE / 2 + abs(self.centre_x - WIDTH * SCALE / 2)) / self.pixels_per_metre + 0.5
