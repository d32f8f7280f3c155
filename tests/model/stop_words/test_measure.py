"""model/stop_words/measure.py: what counts as a hit, and what as an alarm"""

from __future__ import annotations

import numpy as np
import pytest

from model.stop_words.examples import sounding_end
from model.stop_words.measure import REST_TICKS, Trace
from model.types import HEARD_RATE_HZ, TICK_MS


def sure(*ticks: int, end_ms: float | None = None, num_ticks: int = 200) -> Trace:
    """Sure in some ticks."""
    return Trace(tuple(float(tick in ticks) for tick in range(num_ticks)), end_ms)


def test_a_hit_is_soon_after_the_word_and_its_latency_counts_to_the_end_of_the_tick() -> None:
    assert sure(59, end_ms=1000.0).latency_ms(0.5) == 60 * TICK_MS - 1000
    assert sure(80, end_ms=1000.0).latency_ms(0.5) is None, "too late"
    assert sure(10, end_ms=1000.0).latency_ms(0.5) is None, "too early: it was something else"


def test_an_alarm_rests_before_the_next() -> None:
    trace = sure(*range(10, 20), 10 + REST_TICKS, 150)
    assert trace.alarms(0.5) == [11 * TICK_MS, (11 + REST_TICKS) * TICK_MS, 151 * TICK_MS]
    assert trace.alarms(1.5) == []


def test_a_clip_ends_where_its_last_sound_does() -> None:
    clip = np.zeros(HEARD_RATE_HZ, np.float32)
    clip[1600:8000] = 0.1
    clip[8000:9600] = 0.001  # a breath, 40 dB down
    assert sounding_end(clip) == pytest.approx(8000, abs=HEARD_RATE_HZ // 100)
