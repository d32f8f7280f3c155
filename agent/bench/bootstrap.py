"""Means and how sure they are: percentile bootstrap over items, seeded. Knows nothing of what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

NUM_RESAMPLES = 2000
LOWER_PCT, UPPER_PCT = 2.5, 97.5


def macro_mean(values: Mapping[str, Sequence[float]]) -> float:
    """The mean of the categories' means; nan without any."""
    means = [float(np.mean(some)) for some in values.values() if len(some)]
    return float(np.mean(means)) if means else float("nan")


def macro_interval(values: Mapping[str, Sequence[float]], seed: int = 0) -> tuple[float, float]:
    """95 % interval of the macro mean; items are drawn again within their category."""
    rng = np.random.default_rng(seed)
    arrays = [np.asarray(some, np.float64) for some in values.values() if len(some)]
    if not arrays:
        return (float("nan"), float("nan"))
    means = np.mean([_resampled_means(some, rng) for some in arrays], axis=0)
    return _ends(means)


def interval(
    values: Sequence[float], statistic: Callable[[NDArray[np.float64]], float], seed: int = 0
) -> tuple[float, float]:
    """95 % interval of a statistic of one sample, for example its median."""
    if not len(values):
        return (float("nan"), float("nan"))
    rng = np.random.default_rng(seed)
    sample = np.asarray(values, np.float64)
    drawn = sample[rng.integers(0, sample.size, (NUM_RESAMPLES, sample.size))]
    return _ends(np.asarray([statistic(row) for row in drawn]))


def _resampled_means(sample: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(sample[rng.integers(0, sample.size, (NUM_RESAMPLES, sample.size))].mean(axis=1))


def _ends(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(values, [LOWER_PCT, UPPER_PCT])
    return (round(float(low), 3), round(float(high), 3))
