"""agent/bench/backchannels.py, with figures worked out by hand"""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.backchannels import divergence_from_people, jensen_shannon


def test_the_same_times_are_not_apart_and_others_wholly() -> None:
    assert divergence_from_people([1.2, 5.5], [1.7, 5.1], 10) == pytest.approx(0)  # the same seconds
    assert divergence_from_people([1.2], [4.2], 10) == pytest.approx(1)
    assert divergence_from_people([], [4.2], 10) == 1


def test_half_of_the_times_shared_is_worth_what_the_formula_says() -> None:
    # own (1/2, 1/2, 0), people (1/2, 0, 1/2), middle (1/2, 1/4, 1/4): each half a bit away
    assert divergence_from_people([0.5, 1.5], [0.5, 2.5], 3) == pytest.approx(0.5)


def test_divergence_is_the_same_from_both_sides_and_within_a_bit() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        one, other = (rng.dirichlet(np.ones(7)) for _ in range(2))
        found = jensen_shannon(one, other)
        assert found == pytest.approx(jensen_shannon(other, one)) and 0 <= found <= 1
