"""agent/bench/metrics.py and bootstrap.py, against figures worked out by hand"""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.bootstrap import interval, macro_interval, macro_mean
from agent.bench.metrics import Reply, count_errors, last_number, numbers_of, pauc, start_and_stop, temporal_iou
from agent.bench.utterances import Said


@pytest.mark.parametrize(
    ("replies", "pct"),
    [([], 25.0), ([Reply(0.0, 2.0)], 100.0), ([Reply(8.0, 2.0)], 62.5), ([Reply(0.0, 0.0)], 0.0)],
)
def test_pauc_of_silence_the_best_and_the_worst_at_half_weight(replies: list[Reply], pct: float) -> None:
    assert pauc(8.0, replies, 0.5) == pytest.approx(pct)


def test_pauc_of_two_replies_is_the_area_under_their_steps() -> None:
    # span 10 s, weight 0: 0.5 until 2 s, 1 until 6 s, 2 until the end: (1 + 4 + 8) / 20
    assert pauc(10.0, [Reply(6.0, 2.0), Reply(2.0, 1.0)], 0.0) == pytest.approx(65.0)
    assert pauc(10.0, [Reply(6.0, 2.0)], 1.0) == pytest.approx(100.0)


def test_pauc_refuses_replies_outside_the_span() -> None:
    with pytest.raises(ValueError, match="outside a span"):
        pauc(5.0, [Reply(6.0, 2.0)], 0.5)


@pytest.mark.parametrize(("said", "iou"), [((2.0, 6.0), 1.0), ((4.0, 8.0), 1 / 3), ((7.0, 8.0), 0.0), (None, 0.0)])
def test_temporal_overlap_over_union(said: tuple[float, float] | None, iou: float) -> None:
    assert temporal_iou(said, (2.0, 6.0)) == pytest.approx(iou)


def test_an_action_is_from_the_first_start_to_the_stop_after_it() -> None:
    said = [Said(1.0, 1.2, "stop"), Said(2.0, 2.3, "Start!"), Said(5.0, 5.4, "Stop.")]
    assert start_and_stop(said) == (2.0, 5.0)
    assert start_and_stop(said[:2]) is None


def test_the_last_number_after_the_last_repetition_but_one_counts() -> None:
    said = [Said(1.0, 1.3, "one"), Said(2.0, 2.3, "two"), Said(3.0, 3.6, "twenty one, 22")]
    assert last_number(said, 1.5) == 22 and last_number(said, 3.5) is None
    assert numbers_of("one hundred and five") == [100, 5] and numbers_of("105") == [105]


def test_counts_are_right_within_one() -> None:
    within_one, error = count_errors([(9, 10), (12, 10), (None, 4)])
    assert within_one == pytest.approx(100 / 3) and error == pytest.approx(7 / 3)


def test_the_macro_mean_weighs_categories_alike() -> None:
    assert macro_mean({"a": [100, 100, 100], "b": [0]}) == 50


def test_an_interval_holds_its_mean_and_shrinks_with_more_items() -> None:
    rng = np.random.default_rng(1)
    small, large = rng.integers(0, 2, 20) * 100.0, rng.integers(0, 2, 2000) * 100.0
    low, high = macro_interval({"a": large.tolist()})
    assert low < large.mean() < high
    wide_low, wide_high = macro_interval({"a": small.tolist()})
    assert high - low < (wide_high - wide_low) / 3
    assert macro_interval({"a": [100.0] * 5}) == (100, 100)
    assert interval([1.0, 2.0, 9.0], lambda values: float(np.median(values)))[0] >= 1.0
