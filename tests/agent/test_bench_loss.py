"""The loss bench, short: two real peers, a real lossy path, our bars, and stock aiortc beside them."""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.loss import HOLD_UP_AT_TICK, HOLD_UP_TICKS, TICK_S, LossRow, Pattern, measure
from agent.bench.lossy_path import bursts, hold_up, random_loss
from agent.bench.sound_delay import WINDOW_SAMPLES, babble, delay_ms
from model.types import HEARD_RATE_HZ

MAX_LOST_OVER_LOSS = 1.2


def check_sound_lost(row: LossRow) -> None:
    assert row.packets_lost > 0
    assert row.lost_over_loss is not None
    assert row.lost_over_loss <= MAX_LOST_OVER_LOSS, row
    assert row.pieces_concealed >= 0.9 * row.pieces_lost, row


async def test_random_loss_costs_no_more_sound_than_packets_and_less_than_stock() -> None:
    ours, stock = await measure([Pattern("5 % random", random_loss(0.05, seed=2))], duration_s=10.0)
    check_sound_lost(ours)
    assert ours.packets_recovered > 0
    assert stock.pieces_lost > 2 * ours.pieces_lost
    assert ours.delay_p50_ms < stock.delay_p50_ms


async def test_bursts_of_three_cost_no_more_sound_than_packets() -> None:
    (row,) = await measure([Pattern("bursts", bursts(3, 60, seed=4))], duration_s=8.0, with_stock=False)
    check_sound_lost(row)


async def test_the_delay_is_back_under_100_ms_two_seconds_after_a_hold_up() -> None:
    pattern = Pattern("hold-up", hold_up(HOLD_UP_AT_TICK, HOLD_UP_TICKS))
    duration_s = (HOLD_UP_AT_TICK + HOLD_UP_TICKS) * TICK_S + 3.0
    (row,) = await measure([pattern], duration_s=duration_s, with_stock=False)
    assert row.packets_lost == 0
    assert row.delay_p95_ms > 100, "the hold-up must be seen"
    assert row.recovery_s is not None
    assert row.recovery_s <= 2.0, row


@pytest.mark.parametrize("late_ms", [20, 95, 410])
def test_the_delay_of_heard_sound_is_measured_to_the_sample(late_ms: int) -> None:
    sent = babble(4.0, seed=1)
    until = 3 * HEARD_RATE_HZ
    heard_until = until - late_ms * HEARD_RATE_HZ // 1000
    heard = sent[heard_until - WINDOW_SAMPLES : heard_until] * np.float32(0.5)
    assert delay_ms(sent, until, heard) == late_ms
    noise = np.random.default_rng(1).normal(0, 0.1, WINDOW_SAMPLES).astype(np.float32)
    assert delay_ms(sent, until, noise) is None
