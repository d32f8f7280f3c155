"""agent/bench/beside_work.py: steps beside work are told from steps alone, and slower ones show"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import numpy as np

from agent.bench.beside_work import Watched, processor_s, rows
from model.types import HEARD_SAMPLES, Delegate, MicroTurnIn, MicroTurnOut, SessionSettings
from tests.doubles import ScriptedEngine


def test_a_row_is_made_of_the_steps_beside_as_many_delegations_and_compared_with_none() -> None:
    used = {0: [15.0] * 100, 10: [16.0] * 100}
    found = rows({10: [24.0] * 99 + [400.0], 0: [20.0] * 100}, used)
    assert [row["delegations"] for row in found] == [0, 10]
    assert found[0]["p99_over_none"] == 1.0 and found[1]["p50_ms"] == 24.0
    assert found[1]["p99_over_none"] > 1.2 and found[1]["over_200_ms"] == 1
    assert found[0]["used_p99_ms"] == 15.0 and found[1]["used_p50_ms"] == 16.0


async def test_what_is_watched_is_timed_in_its_span_alone_and_gets_the_actions_once() -> None:
    def answer(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        return MicroTurnOut(heard[-1].index)

    class Slow(ScriptedEngine):
        async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
            await asyncio.sleep(0.05)
            return await super().step(heard)

    heard = (MicroTurnIn(0, np.zeros(HEARD_SAMPLES, np.float32)),)
    watched = await Watched(Slow(answer)).open(SessionSettings("test"))
    await watched.step(heard)
    assert not watched.steps_ms
    watched.num_jobs, watched.actions = 10, [Delegate("d1", "a task")]
    outs = [await watched.step(heard) for _ in range(2)]
    assert [out.actions for out in outs] == [(Delegate("d1", "a task"),), ()]
    assert len(watched.steps_ms[10]) == 2
    assert min(watched.steps_ms[10]) >= 45


def test_the_processor_time_of_another_process_is_known_while_it_runs() -> None:
    process = subprocess.Popen([sys.executable, "-c", "sum(range(3_000_000)); input()"], stdin=subprocess.PIPE)
    try:
        began = time.monotonic()
        while processor_s(process.pid) < 0.01 and time.monotonic() - began < 15:
            time.sleep(0.01)
        assert processor_s(process.pid) >= 0.01
    finally:
        process.communicate(b"\n")
    assert processor_s(process.pid) == 0.0 and processor_s(None) == 0.0
