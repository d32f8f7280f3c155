"""One conversation as fast as it goes: what a turn costs as it grows.

Three ways to give an engine the next micro-turn: to a session that holds everything; with all of the conversation sent
again, of which the engine knows all but the end (a prefix cache); with all of it read anew. Turns follow each other
without a pause: what an engine does beside them, such as moving a session, is in the cost of the turns it falls into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from agent.bench.hosts import Measured
from agent.bench.result import Row
from agent.bench.usage import EngineProcess
from model.types import (
    HEARD_SAMPLES,
    MICRO_TURN_MS,
    InputError,
    MicroTurnIn,
    MovableEngine,
    MovableSession,
    RefreshableSession,
    Session,
    SessionSettings,
)

TURNS_PER_MINUTE = 60_000 // MICRO_TURN_MS
NUM_REBUILDS = 3
SETTLE_TURNS = 10  # a conversation's first ones, not counted
MOVES = "engine_sessions_rotated_total"  # the counter of an engine whose sessions move while they talk


class _Talk:
    """A conversation whose turns are counted."""

    def __init__(self, session: Session, process: EngineProcess) -> None:
        self.session = session
        self.turns_ms = list[float]()  # the cost of each turn of `go_on`
        self._process = process
        self._turn = noise(0)
        self._num_turns = 0

    async def go_on(self, num_turns: int) -> float:
        """Milliseconds a turn."""
        started_s = self._process.seconds()
        for _ in range(num_turns):
            before_s = self._process.seconds()
            await self._step()
            if self._num_turns > SETTLE_TURNS:
                self.turns_ms.append(self._since(before_s))
        return self._since(started_s) / num_turns

    async def until(self, minute: float) -> None:
        """Talk up to that minute."""
        await self.go_on(max(1, round(minute * TURNS_PER_MINUTE) - self._num_turns))

    async def resend(self, num_turns: int) -> float | None:
        """Milliseconds a turn, all of the conversation sent with it; None where the engine knows no such thing."""
        if not isinstance(self.session, RefreshableSession):
            return None
        taken_ms = 0.0
        for _ in range(num_turns):
            try:
                record = await self.session.export()  # the client's own business, and not counted
                started_s = self._process.seconds()
                await self.session.refresh(record)
            except InputError:
                return None
            await self._step()
            taken_ms += self._since(started_s)
        return taken_ms / num_turns

    async def read_anew(self, engine: MovableEngine) -> float | None:
        """Milliseconds for a turn for which another session reads all that is still known; it goes on there.

        The one before is closed first: an engine that is full takes no further one. None where an engine cannot.
        """
        if not isinstance(self.session, MovableSession):
            return None
        taken_ms = 0.0
        for _ in range(NUM_REBUILDS):
            try:
                record = await self.session.export()
            except InputError:
                return None
            started_s = self._process.seconds()
            await self.session.close()
            self.session = await engine.rebuild(record)
            await self._step()
            taken_ms += self._since(started_s)
        return taken_ms / NUM_REBUILDS

    async def _step(self) -> None:
        await self.session.step((self._turn(self._num_turns),))
        self._num_turns += 1

    def _since(self, started_s: float) -> float:
        return 1000 * (self._process.seconds() - started_s)


async def measure_costs(measured: Measured, minutes: Sequence[float], num_turns: int) -> list[Row]:
    """A row for each minute: the `num_turns` before it, and all of them since the row before.

    Half of `num_turns` are sent again with all before them.
    """
    process, engine = EngineProcess(measured.pid), measured.engine
    talk, rows = _Talk(await engine.open(SessionSettings("serving-cost")), process), list[Row]()
    try:
        for minute in minutes:
            talk.turns_ms.clear()
            await talk.until(minute - num_turns / TURNS_PER_MINUTE)
            step_ms = await talk.go_on(num_turns)
            half, most = np.quantile(talk.turns_ms, (0.5, 0.99))
            counted = await measured.counted(MOVES)
            resend_ms = await talk.resend(num_turns // 2)
            prefill_ms = await talk.read_anew(engine) if isinstance(engine, MovableEngine) else None
            rows.append(
                {
                    "part": "cost",
                    "minute": minute,
                    "time_of": process.clock,
                    "step_ms": round(step_ms, 2),
                    "turns": len(talk.turns_ms),
                    "turn_p50_ms": round(float(half), 2),
                    "turn_p99_ms": round(float(most), 2),
                    "moves": counted,
                    "resend_ms": None if resend_ms is None else round(resend_ms, 2),
                    "prefill_ms": None if prefill_ms is None else round(prefill_ms, 1),
                    "memory_mb": process.memory_mb(),
                }
            )
    finally:
        await talk.session.close()
    return rows


def cost_metrics(rows: Sequence[Row]) -> Mapping[str, float]:
    """How a turn's cost grows, and how the other ways compare with it at the end."""
    first, last = rows[0], rows[-1]
    found = {
        f"minute{last['minute']:g}_over_minute{first['minute']:g}": round(last["step_ms"] / first["step_ms"], 3),
        "step_p50_ms": last["turn_p50_ms"],
        "step_p99_ms": last["turn_p99_ms"],
    }
    for name, way in (("resend_ratio", "resend_ms"), ("reprefill_ratio", "prefill_ms")):
        if last[way] is not None:
            found[name] = round(last[way] / last["step_ms"], 2)
    return found


def costs_beside(name: str, rows: Sequence[Row], others: Sequence[Row]) -> tuple[list[Row], Mapping[str, float]]:
    """The rows of another engine under its name, and what a turn costs in its multiples."""
    ratio = round(rows[-1]["step_ms"] / max(others[-1]["step_ms"], 0.01), 2)  # what is counted is rounded so
    return [{**row, "part": f"cost of {name}"} for row in others], {f"step_over_{name}": ratio}


def noise(seed: int) -> Callable[[int], MicroTurnIn]:
    """A few micro-turns of quiet noise, again and again."""
    drawn = np.random.default_rng(seed).normal(0, 0.05, (8, HEARD_SAMPLES)).astype(np.float32)
    return lambda index: MicroTurnIn(index, drawn[index % len(drawn)])
