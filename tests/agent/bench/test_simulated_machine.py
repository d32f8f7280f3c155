"""On a simulated machine work takes what it cost, side by side on its processors, and nothing waits for the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from agent.bench.simulated_machine import JumpingLoop, SimulatedCores, SimulatedWorker

T = TypeVar("T")


def run(main: Callable[[], Awaitable[T]]) -> T:
    async def running() -> T:
        return await main()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(running())


def work(cost_s: float) -> float:
    """Use a processor for that long."""
    before = time.process_time()
    while time.process_time() - before < cost_s:
        pass
    return cost_s


async def took(*works: Awaitable[object]) -> float:
    loop = asyncio.get_running_loop()
    before = loop.time()
    await asyncio.gather(*works)
    return loop.time() - before


def test_an_hour_passes_at_once() -> None:
    before = time.monotonic()
    assert run(lambda: took(asyncio.sleep(3600))) == pytest.approx(3600)
    assert time.monotonic() - before < 5


@pytest.mark.parametrize(("cores", "workers", "expected_s"), [(1, 2, 0.2), (2, 2, 0.1), (2, 3, 0.2), (2, 1, 0.2)])
def test_jobs_share_the_processors_and_a_workers_own_wait_for_one_another(
    cores: int, workers: int, expected_s: float
) -> None:
    async def main() -> float:
        machine = SimulatedCores(cores)
        team = [SimulatedWorker(f"worker {n}", machine) for n in range(workers)]
        num_jobs = max(workers, 2)
        jobs = [team[n % workers].submit(lambda: work(0.1)) for n in range(num_jobs)]
        found = await took(*(asyncio.wrap_future(job) for job in jobs))
        assert sum(machine.used_s.values()) == pytest.approx(0.1 * num_jobs, abs=0.05)
        return found

    assert run(main) == pytest.approx(expected_s, abs=0.05)


def test_a_job_that_fails_or_is_cancelled_does_not_hold_the_next_up() -> None:
    async def main() -> int:
        worker = SimulatedWorker("worker", SimulatedCores(1))

        def fail() -> int:
            raise ValueError("no")

        first, failing, cancelled, last = (worker.submit(job) for job in (lambda: 1, fail, lambda: 2, lambda: 3))
        cancelled.cancel()
        with pytest.raises(ValueError, match="no"):
            await asyncio.wrap_future(failing)
        assert first.result() == 1
        return await asyncio.wrap_future(last)

    assert run(main) == 3


def test_without_a_loop_work_is_done_at_once() -> None:
    assert SimulatedWorker("worker", SimulatedCores(1)).submit(lambda: 7).result() == 7
