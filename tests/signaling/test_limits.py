"""A rate is kept whatever the pattern of requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.limits import Buckets, Rate, TokenBucket


@given(st.lists(st.floats(0, 3), max_size=200))
def test_no_pattern_gets_more_than_burst_and_rate(gaps_s: list[float]) -> None:
    bucket = TokenBucket(Rate(per_s=2, burst=5), now=0)
    now, granted = 0.0, 0
    for gap_s in gaps_s:
        now += gap_s
        granted += bucket.take(now) == 0
    assert granted <= 5 + 2 * now + 1e-6


def test_who_waits_as_told_is_served() -> None:
    bucket = TokenBucket(Rate(per_s=4, burst=1), now=0)
    assert bucket.take(0) == 0
    wait_s = bucket.take(0)
    assert wait_s == pytest.approx(0.25)
    assert bucket.take(wait_s) == 0


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    bucket = TokenBucket(Rate(per_s=1, burst=1), now=100)
    assert bucket.take(100) == 0
    assert bucket.take(50) > 0


def test_keys_do_not_share_and_old_ones_are_forgotten() -> None:
    buckets = Buckets(Rate(per_s=1, burst=1), max_keys=2)
    assert buckets.take("a", 0) == 0
    assert buckets.take("a", 0) > 0
    assert buckets.take("b", 0) == 0
    assert buckets.take("c", 0) == 0
    assert len(buckets) == 2
    assert buckets.take("a", 0) == 0  # forgotten, so it starts anew
