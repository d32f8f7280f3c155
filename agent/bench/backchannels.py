"""When somebody says "mhm", beside when people did: how far two distributions over time are apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WINDOW_S = 1.0


def divergence_from_people(own_s: Sequence[float], people_s: Sequence[float], duration_s: float) -> float:
    """Jensen-Shannon divergence in bits over windows of a second: 0 is alike, 1 never together, or nothing said."""
    if not own_s or not people_s:
        return 1.0
    edges = np.arange(0.0, duration_s + WINDOW_S, WINDOW_S)
    own, people = (np.histogram(times, edges)[0].astype(np.float64) for times in (own_s, people_s))
    return jensen_shannon(own / own.sum(), people / people.sum())


def jensen_shannon(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Of two distributions over the same places, in bits."""
    middle = (one + other) / 2
    return float((_relative(one, middle) + _relative(other, middle)) / 2)


def _relative(of: NDArray[np.float64], to: NDArray[np.float64]) -> float:
    some = of > 0
    return float(np.sum(of[some] * np.log2(of[some] / to[some])))
