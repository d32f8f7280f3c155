"""agent/bench/serving.py: what is late is counted, and where an engine is full or cannot move, the bench says so."""

from __future__ import annotations

import time

from agent.bench.serving import ServingPlan, measure_serving
from model.echo import EchoEngine
from model.native import NativeEngine
from model.native_core import NativeCore
from model.types import MicroTurnIn, MicroTurnOut, SessionSettings
from tests.model.tiny_native import MUTE_CONFIG, tiny_model

BRIEF = ServingPlan(held_s=3.2, minutes=(0.1, 0.2), counts=(1, 2, 3))


class _Slow:
    """An engine and its sessions, which share one thread and take 150 ms of it for each step."""

    async def open(self, settings: SessionSettings) -> _Slow:
        return self

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        time.sleep(0.15)  # noqa: ASYNC251  # as a device that is busy
        return MicroTurnOut(heard[-1].index)

    async def close(self) -> None:
        pass


async def test_conversations_that_one_thread_cannot_answer_in_time_are_not_held() -> None:
    result = await measure_serving(_Slow(), "slow", BRIEF, "a test")
    held = [row for row in result.rows if row["part"] == "held"]
    # One is answered in 150 of 200 ms, give or take the machine; three would need 450.
    assert held[-1]["late_pct"] > 1 and held[-1]["sessions"] <= 3
    assert result.metrics["sessions_held"] < 3


async def test_a_full_engine_ends_the_search_and_one_that_cannot_move_has_no_prefill() -> None:
    result = await measure_serving(EchoEngine(max_sessions=1), "echo", BRIEF, "a test")
    assert [row["sessions"] for row in result.rows if row["part"] == "refused"] == [2]
    assert all(row["prefill_ms"] is None for row in result.rows if row["part"] == "cost")
    assert "prefill_over_step" not in result.metrics


async def test_the_native_engine_is_measured_with_its_prefill() -> None:
    cores = [NativeCore(tiny_model(MUTE_CONFIG), num_slots=1) for _ in range(2)]
    async with NativeEngine(*cores) as engine:
        plan = ServingPlan(held_s=2.4, minutes=(0.1,), counts=(1,))
        result = await measure_serving(engine, "native", plan, "a test")
    [cost] = [row for row in result.rows if row["part"] == "cost"]
    assert cost["prefill_ms"] > 0 and cost["step_ms"] > 0
    assert result.metrics["prefill_over_step"] == cost["prefill_ms"] / cost["step_ms"]
