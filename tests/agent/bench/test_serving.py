"""agent/bench/serving.py: what is late is counted, and where an engine is full or cannot move, the bench says so."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from agent.bench.hosts import Measured, measured_engine
from agent.bench.result import BenchResult
from agent.bench.serving import ServingPlan, joined, measure_serving
from agent.bench.serving_cost import TURNS_PER_MINUTE
from model.checkpoint import save_checkpoint
from model.echo import EchoEngine
from model.native import NativeEngine
from model.native_core import NativeCore
from model.types import HEARD_SAMPLES, MicroTurnIn, MicroTurnOut, SessionSettings
from tests.model.tiny_native import CONFIG, MUTE_CONFIG, tiny_model

STRETCH_TURNS = 15
MAX_GROWTH_MB = STRETCH_TURNS * 4 * HEARD_SAMPLES / 1e6 / 2  # half of the sound that is heard in a stretch
BRIEF = ServingPlan(held_s=3.2, minutes=(0.1, 0.2), measured_turns=8, counts=(1, 2, 3))


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
    beside = {"echo": Measured(EchoEngine(max_sessions=1))}
    result = await measure_serving(Measured(_Slow()), "slow", replace(BRIEF, parts=("held",)), "a test", beside)
    held = [row for row in result.rows if row["part"] == "held"]
    # One is answered in 150 of 200 ms, give or take the machine; three would need 450.
    assert held[-1]["late_pct"] > 1 and held[-1]["sessions"] <= 3
    assert result.metrics["sessions_held"] < 3
    assert [row["part"] for row in result.rows[len(held) :]] == ["held of echo", "refused of echo"]
    assert result.metrics["sessions_held_echo"] == 1


async def test_a_full_engine_ends_the_search_and_one_that_cannot_move_has_no_prefill() -> None:
    result = await measure_serving(Measured(EchoEngine(max_sessions=1)), "echo", BRIEF, "a test")
    assert [row["sessions"] for row in result.rows if row["part"] == "refused"] == [2]
    costs = [row for row in result.rows if row["part"] == "cost"]
    assert all(row["prefill_ms"] is None and row["resend_ms"] is None for row in costs)
    assert not {"reprefill_ratio", "resend_over_step"} & set(result.metrics)


async def test_the_native_engine_is_measured_with_its_prefill() -> None:
    cores = [NativeCore(tiny_model(MUTE_CONFIG), num_slots=1) for _ in range(2)]
    async with NativeEngine(*cores) as engine:
        plan = ServingPlan(held_s=2.4, minutes=(0.1,), measured_turns=8, counts=(1,))
        result = await measure_serving(Measured(engine), "native", plan, "a test")
        beside = {"echo": Measured(EchoEngine())}
        both = await measure_serving(Measured(engine), "native", replace(plan, parts=("cost",)), "a test", beside)
    [cost] = [row for row in result.rows if row["part"] == "cost"]
    assert [row["part"] for row in both.rows] == ["cost", "cost of echo"]
    assert both.metrics["step_over_echo"] > 1
    assert cost["turn_p50_ms"] <= cost["turn_p99_ms"] and cost["moves"] is None
    assert cost["prefill_ms"] > 0 and cost["step_ms"] > 0 and cost["resend_ms"] > 0
    assert result.metrics["reprefill_ratio"] == pytest.approx(cost["prefill_ms"] / cost["step_ms"], rel=0.1)


def test_a_part_that_is_measured_again_replaces_its_own_rows_alone() -> None:
    before = {
        "rows": [{"part": part} for part in ("held", "held of a", "refused", "cost", "cost of native", "hour")],
        "metrics": {"sessions_held": 4.0, "turn_p99_ms": 30.0},
        **{"command": "alongside bench serving", "date": "2026-11-22", "commit": "abc"},
    }
    again = BenchResult("serving", "native", "engine", 1, 0.0, {"turn_p99_ms": 20.0}, [{"part": "cost"}], "a test")
    result = joined(again, before, ("cost",))
    assert [row["part"] for row in result.rows] == ["held", "held of a", "refused", "hour", "cost"]
    assert result.metrics == {"sessions_held": 4.0, "turn_p99_ms": 20.0} and result.score == 4.0
    assert result.command == "a test (other parts: alongside bench serving, 2026-11-22, commit abc)"
    assert joined(again, before, ("held", "cost", "hour")) is again


@pytest.mark.timeout(240)  # an engine is loaded, and talks for half a minute of its own time
async def test_a_conversation_through_the_wire_keeps_nothing_of_what_was_said(tmp_path: Path) -> None:
    """What is kept grows with every stretch of talk; what Python and torch take now and then leaves some in peace."""
    checkpoint = tmp_path / "tiny.safetensors"
    save_checkpoint(checkpoint, CONFIG, tiny_model(CONFIG))
    words = ("--checkpoint", str(checkpoint), "--speech", "decoder")
    minutes = tuple(turns / TURNS_PER_MINUTE for turns in range(45, 121, STRETCH_TURNS))  # the windows are full by then
    async with measured_engine("native", "", words, 1, ()) as measured:
        plan = ServingPlan(hour_minutes=minutes, parts=("hour",))
        result = await measure_serving(measured, "native", plan, "a test")
    held = [row["memory_mb"] for row in result.rows]
    assert len(held) == len(minutes) and min(held) > 50
    assert min(later - earlier for earlier, later in pairwise(held)) < MAX_GROWTH_MB, held
    assert result.metrics["memory_growth_mb"] == pytest.approx(held[-1] - held[0], abs=0.1)
