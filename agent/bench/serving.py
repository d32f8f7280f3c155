"""What an engine server holds: conversations in time, and the cost of a turn as a conversation grows.

A micro-turn is late when its answer comes more than 200 ms after it ended. Conversations are spread over the 200 ms.
What is late waits, and the next step takes all that wait, as in a call. What people say is noise: cost hangs on what
the engine says, so a result with random weights, which speak all the time, is of the dearest kind.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from agent.bench.result import BenchResult, Row
from model.types import (
    HEARD_SAMPLES,
    MICRO_TURN_MS,
    CapacityError,
    Engine,
    InputError,
    MicroTurnIn,
    MovableEngine,
    MovableSession,
    Session,
    SessionSettings,
)

MICRO_TURN_S = MICRO_TURN_MS / 1000
MAX_LATE_SHARE = 0.01
MAX_AT_ONCE = 10
SETTLE_TURNS = 10  # a conversation's first ones, not counted
MEASURED_TURNS = 25
NUM_REBUILDS = 3
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


@dataclass(frozen=True, slots=True)
class ServingPlan:
    """How long to look."""

    held_s: float = 30.0
    minutes: tuple[float, ...] = (1, 2, 5, 10)
    counts: tuple[int, ...] = COUNTS


QUICK = ServingPlan(held_s=6.0, minutes=(0.2, 0.6), counts=(1, 2, 4))


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


async def measure_serving(engine: Engine, name: str, plan: ServingPlan, command: str) -> BenchResult:
    """Both parts in one run, so that ratios are of one machine in one state. Raises SeamError."""
    rows: list[Row] = []
    sessions_held = 0
    for count in plan.counts:
        try:
            row = await _hold(engine, count, plan.held_s)
        except CapacityError as error:
            rows.append({"part": "refused", "sessions": count, "reason": str(error)})
            break
        rows.append(row)
        if row["late_pct"] > 100 * MAX_LATE_SHARE:
            break
        sessions_held = count
    costs = await _costs(engine, plan.minutes)
    metrics = {
        "sessions_held": float(sessions_held),
        "step_last_over_first": costs[-1]["step_ms"] / costs[0]["step_ms"],
    }
    if costs[-1]["prefill_ms"] is not None:
        metrics["prefill_over_step"] = costs[-1]["prefill_ms"] / costs[-1]["step_ms"]
    return BenchResult("serving", name, "engine", len(rows), float(sessions_held), metrics, [*rows, *costs], command)


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
    turn = _noise(seed)
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


async def _costs(engine: Engine, minutes: Sequence[float]) -> list[Row]:
    """One conversation as fast as it goes: a turn's cost at each minute, and that of reading all of it anew."""
    session = await engine.open(SessionSettings("serving-cost"))
    turn, index, rows = _noise(0), 0, list[Row]()
    try:
        for minute in minutes:
            taken_ms: list[float] = []
            while index < minute * 60 / MICRO_TURN_S or len(taken_ms) < MEASURED_TURNS:
                started_s = time.monotonic()
                await session.step((turn(index),))
                taken_ms.append(1000 * (time.monotonic() - started_s))
                index += 1
            step_ms = median(taken_ms[-MEASURED_TURNS:])
            session, prefill_ms = await _read_anew(engine, session)
            rows.append(
                {
                    "part": "cost",
                    "minute": minute,
                    "step_ms": round(step_ms, 2),
                    "prefill_ms": None if prefill_ms is None else round(prefill_ms, 1),
                    "ratio": None if prefill_ms is None else round(prefill_ms / step_ms, 1),
                }
            )
    finally:
        await session.close()
    return rows


async def _read_anew(engine: Engine, session: Session) -> tuple[Session, float | None]:
    """The conversation in another session that read all it still knows in one go, and how long that took.

    The one before is closed first: an engine that is full takes no further one. None where an engine cannot.
    """
    if not isinstance(engine, MovableEngine) or not isinstance(session, MovableSession):
        return session, None
    try:
        record = await session.export()
    except InputError:
        return session, None
    taken_ms: list[float] = []
    for _ in range(NUM_REBUILDS):
        await session.close()
        started_s = time.monotonic()
        session = await engine.rebuild(record)
        taken_ms.append(1000 * (time.monotonic() - started_s))
    return session, median(taken_ms)


def _noise(seed: int) -> Callable[[int], MicroTurnIn]:
    """A few micro-turns of quiet noise, again and again."""
    drawn = np.random.default_rng(seed).normal(0, 0.05, (8, HEARD_SAMPLES)).astype(np.float32)
    return lambda index: MicroTurnIn(index, drawn[index % len(drawn)])
