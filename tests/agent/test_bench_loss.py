"""The loss bench, short: two real peers, a real lossy path, our bars, and stock aiortc beside them."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from agent.bench.loss import HOLD_UP_AT_TICK, HOLD_UP_TICKS, Pattern, measure
from agent.bench.lossy_path import bursts, hold_up, random_loss
from agent.bench.sound_delay import WINDOW_SAMPLES, babble, delay_ms
from model.types import HEARD_RATE_HZ

MAX_LOST_OVER_LOSS = 1.2


async def test_sound_lost_is_bounded_concealed_and_less_than_stock_loses_and_the_delay_comes_back() -> None:
    # Three pairs of peers at once, and a fourth for stock aiortc: all of it in ten seconds.
    (ours, stock), (burst,), (held_up,) = await asyncio.gather(
        measure([Pattern("5 % random", random_loss(0.05, seed=2))], duration_s=9.0),
        measure([Pattern("bursts of 3", bursts(3, 60, seed=4))], duration_s=9.0, with_stock=False),
        measure([Pattern("hold-up", hold_up(HOLD_UP_AT_TICK, HOLD_UP_TICKS))], duration_s=8.0, with_stock=False),
    )
    for row in (ours, burst):
        assert row.packets_lost > 0
        assert row.lost_over_loss is not None and row.lost_over_loss <= MAX_LOST_OVER_LOSS, row
        assert row.pieces_concealed >= 0.9 * row.pieces_lost, row
    assert ours.packets_recovered > 0
    assert stock.pieces_lost > 2 * ours.pieces_lost
    assert ours.delay_p50_ms < stock.delay_p50_ms
    assert held_up.packets_lost == 0
    assert held_up.delay_p95_ms > 60, "the hold-up must be seen"
    assert held_up.recovery_s is not None and held_up.recovery_s <= 2.0, held_up


@pytest.mark.parametrize("late_ms", [20, 95, 410])
def test_the_delay_of_heard_sound_is_measured_to_the_sample(late_ms: int) -> None:
    sent = babble(4.0, seed=1)
    until = 3 * HEARD_RATE_HZ
    heard_until = until - late_ms * HEARD_RATE_HZ // 1000
    heard = sent[heard_until - WINDOW_SAMPLES : heard_until] * np.float32(0.5)
    assert delay_ms(sent, until, heard) == late_ms
    noise = np.random.default_rng(1).normal(0, 0.1, WINDOW_SAMPLES).astype(np.float32)
    assert delay_ms(sent, until, noise) is None
