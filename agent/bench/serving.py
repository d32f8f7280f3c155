"""What an engine server holds: conversations in time, the cost of a turn as one grows, and memory over an hour of one.

A micro-turn is late when its answer comes more than 200 ms after it ended. Conversations are spread over the 200 ms.
What is late waits, and the next step takes all that wait, as in a call. What people say is noise: cost hangs on what
the engine says, so a result with random weights, which speak all the time, is of the dearest kind.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from agent.bench.hosts import Measured
from agent.bench.result import BenchResult, Row, joined_command
from agent.bench.serving_cost import (
    SETTLE_TURNS,
    cost_metrics,
    costs_beside,
    measure_costs,
    noise,
)
from agent.bench.serving_hour import measure_memory, memory_metrics
from model.types import MICRO_TURN_MS, CapacityError, Engine, Session, SessionSettings

MICRO_TURN_S = MICRO_TURN_MS / 1000
MAX_LATE_SHARE = 0.01
MAX_AT_ONCE = 10
PARTS = ("held", "cost")
SLOW_PARTS = ("hour",)  # only when asked for
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


@dataclass(frozen=True, slots=True)
class ServingPlan:
    """How long to look."""

    held_s: float = 30.0
    minutes: tuple[float, ...] = (1, 2, 5, 10)
    measured_turns: int = 50
    counts: tuple[int, ...] = COUNTS
    hour_minutes: tuple[float, ...] = (5, 10, 15, 20, 30, 40, 50, 60)
    parts: tuple[str, ...] = PARTS


QUICK = ServingPlan(held_s=6.0, minutes=(0.2, 0.6), counts=(1, 2, 4), hour_minutes=(0.4, 0.8, 1.2))


@dataclass(slots=True)
class _Waits:
    """From the end of each micro-turn to its answer."""

    seconds: list[float] = field(default_factory=list[float])

    def row(self, num_sessions: int) -> Row:
        waited = np.asarray(self.seconds)
        return {
            "part": "held",
            "sessions": num_sessions,
            "micro_turns": len(self.seconds),
            "late_pct": round(100 * float(np.mean(waited > MICRO_TURN_S)), 2),
            "answer_p50_ms": round(1000 * float(np.quantile(waited, 0.5)), 1),
            "answer_p99_ms": round(1000 * float(np.quantile(waited, 0.99)), 1),
        }


async def measure_serving(
    measured: Measured, name: str, plan: ServingPlan, command: str, beside: Mapping[str, Measured] | None = None
) -> BenchResult:
    """All parts in one run, so that ratios are of one machine in one state. Raises SeamError.

    The engines `beside` it hold conversations and have their turns counted too, under their names.
    """
    rows, metrics = list[Row](), dict[str, float]()
    if "held" in plan.parts:
        held, metrics["sessions_held"] = await _held(measured.engine, plan)
        rows += held
        for other, there in (beside or {}).items():
            held, metrics[f"sessions_held_{other}"] = await _held(there.engine, plan, f" of {other}")
            rows += held
    if "cost" in plan.parts:
        costs = await measure_costs(measured, plan.minutes, plan.measured_turns)
        metrics |= cost_metrics(costs)
        rows += costs
        for other, there in (beside or {}).items():
            found, ratio = costs_beside(other, costs, await measure_costs(there, plan.minutes, plan.measured_turns))
            metrics |= ratio
            rows += found
    if "hour" in plan.parts:
        memory = await measure_memory(measured, plan.hour_minutes)
        metrics |= memory_metrics(memory)
        rows += memory
    return BenchResult("serving", name, "engine", len(rows), _score(metrics), metrics, rows, command)


def joined(result: BenchResult, before: Mapping[str, Any], parts: Sequence[str]) -> BenchResult:  # Any: JSON
    """`result` of some parts with what an earlier one, as JSON, has of the others."""
    kept = [row for row in before["rows"] if _part_of(row) not in parts]
    if not kept:
        return result
    rows, metrics = [*kept, *result.rows], {**before["metrics"], **result.metrics}
    command = joined_command(result.command, before)
    return replace(result, rows=rows, metrics=metrics, items=len(rows), score=_score(metrics), command=command)


def _score(metrics: Mapping[str, float]) -> float:
    """How a turn's cost grows in ten minutes; where that was not measured, how many conversations were held."""
    return metrics.get("minute10_over_minute1", metrics.get("sessions_held", 0.0))


def _part_of(row: Row) -> str:
    """The part that measured it: an engine beside has rows of its own, and so has what was refused."""
    part = str(row["part"]).partition(" ")[0]
    return "held" if part == "refused" else part


async def _held(engine: Engine, plan: ServingPlan, whose: str = "") -> tuple[list[Row], float]:
    """A row for each number of conversations that was tried, and the most that were held."""
    rows, sessions_held = list[Row](), 0.0
    for count in plan.counts:
        try:
            row = await _hold(engine, count, plan.held_s)
        except CapacityError as error:
            rows.append({"part": f"refused{whose}", "sessions": count, "reason": str(error)})
            break
        rows.append({**row, "part": f"held{whose}"})
        if row["late_pct"] > 100 * MAX_LATE_SHARE:
            break
        sessions_held = float(count)
    return rows, sessions_held


async def _hold(engine: Engine, count: int, duration_s: float) -> Row:
    """`count` conversations at once in real time."""
    waits = _Waits()
    async with AsyncExitStack() as stack:
        sessions: list[Session] = []
        for number in range(count):
            session = await engine.open(SessionSettings(f"serving-{number}"))
            stack.push_async_callback(session.close)
            sessions.append(session)
        start_s = time.monotonic() + MICRO_TURN_S
        async with asyncio.TaskGroup() as tasks:
            for number, session in enumerate(sessions):
                phase_s = start_s + MICRO_TURN_S * number / count
                talking = _converse(session, number, phase_s, int(duration_s / MICRO_TURN_S), waits)
                tasks.create_task(talking, name=f"conversation {number}")
    return waits.row(count)


async def _converse(session: Session, seed: int, start_s: float, num_turns: int, waits: _Waits) -> None:
    turn = noise(seed)
    done = 0
    while done < num_turns:
        await asyncio.sleep(max(0.0, start_s + (done + 1) * MICRO_TURN_S - time.monotonic()))
        ended = min(num_turns, int((time.monotonic() - start_s) / MICRO_TURN_S + 1e-6))
        until = min(max(ended, done + 1), done + MAX_AT_ONCE)
        await session.step(tuple(turn(index) for index in range(done, until)))
        now_s = time.monotonic()
        for index in range(max(done, SETTLE_TURNS), until):
            waits.seconds.append(now_s - (start_s + (index + 1) * MICRO_TURN_S))
        done = until
