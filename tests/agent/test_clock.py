"""agent/clock.py"""

from __future__ import annotations

import pytest

from agent.clock import MAX_CATCH_UP_TICKS, TICK_S, TickClock


def test_ticks_fall_due_every_20_ms_from_the_start() -> None:
    clock = TickClock(100.0)
    for expected in range(1, 6):
        assert clock.due_at() == pytest.approx(100.0 + expected * TICK_S)
        clock.advance()


def test_a_short_delay_is_caught_up_tick_by_tick() -> None:
    clock = TickClock(0.0)
    assert clock.take(now=5.5 * TICK_S) == 0
    assert [clock.advance() for _ in range(5)] == [0, 1, 2, 3, 4]
    assert clock.due_at() > 5.5 * TICK_S


def test_a_long_stall_is_skipped_and_the_count_is_exact() -> None:
    clock = TickClock(0.0)
    clock.advance()
    skipped = clock.take(now=TICK_S * 151.5)
    assert skipped == 149
    assert clock.advance() == 150
    assert clock.due_at() == pytest.approx(152 * TICK_S)


def test_what_is_at_most_one_micro_turn_late_is_never_skipped() -> None:
    clock = TickClock(0.0)
    assert clock.take(now=(MAX_CATCH_UP_TICKS + 1) * TICK_S) == 0
