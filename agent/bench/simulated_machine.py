"""A machine that does nothing but what is measured: an event loop whose time jumps, and workers that count costs.

On a machine that others use, waiting says little. Here each job runs at once, alone, and its processor time is what it
takes on the loop's clock, on one of so many processors; where nothing is due the clock jumps. Left out is what jobs
side by side slow each other by (memory, caches), and what the loop itself does.
"""

from __future__ import annotations

import asyncio
import resource
import selectors
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context
from typing import TypeVar, TypeVarTuple

Result = TypeVar("Result")
Args = TypeVarTuple("Args")


class _JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing: what it would have waited has passed."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)  # only another thread can go on
        ready = super().select(0)
        if not ready:
            self.now_s += max(0.0, timeout)
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """For `asyncio.Runner(loop_factory=JumpingLoop)`; `time` starts at 0 and moves as above."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._began_s: float | None = None  # processor time at which the job that runs began

    def time(self) -> float:
        return self._jumping.now_s

    def run_job(self, job: Callable[[], None]) -> float:
        """Run it; what it hands over on its way comes when it has got so far. Returns what it cost."""
        self._began_s = _processor_s()
        try:
            job()
            return _processor_s() - self._began_s
        finally:
            self._began_s = None

    def call_soon_threadsafe(
        self, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        if self._began_s is None:
            return super().call_soon_threadsafe(callback, *args, context=context)
        handle = self.call_later(_processor_s() - self._began_s, callback, *args, context=context)
        return handle


class SimulatedCores:
    """So many processors for the workers that share them; first come, first served."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.used_s: dict[str, float] = {}  # by worker
        self._num_free = count
        self._waiting: deque[Callable[[], None]] = deque()  # bounded by the number of workers

    def take(self, start: Callable[[], None]) -> None:
        """Call `start` when one is free; `free` it then."""
        if self._num_free == 0:
            self._waiting.append(start)
        else:
            self._num_free -= 1
            start()

    def free(self) -> None:
        if self._waiting:
            self._waiting.popleft()()
        else:
            self._num_free += 1


class SimulatedWorker:
    """As the thread that does an organ's work, one job after another; without a running loop it does it at once."""

    def __init__(self, name: str, cores: SimulatedCores) -> None:
        self.name = name
        self._cores = cores
        self._jobs: deque[Callable[[], None]] = deque()
        self._is_busy = False

    def submit(self, job: Callable[[], Result]) -> Future[Result]:
        """Nothing is refused: whoever measures sees what waits in what it measures."""
        future: Future[Result] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                self._run(job, future)
            else:
                self._go_on()

        self._jobs.append(run)
        if not self._is_busy:
            self._is_busy = True
            self._cores.take(self._next)
        return future

    def idle(self) -> Future[None]:
        return self.submit(lambda: None)

    def close(self) -> None:
        """Nothing is held."""

    def _next(self) -> None:
        self._jobs.popleft()()

    def _run(self, job: Callable[[], Result], future: Future[Result]) -> None:
        outcome: Future[Result] = Future()

        def work() -> None:
            try:
                outcome.set_result(job())
            except BaseException as error:  # whoever waits for the future decides
                outcome.set_exception(error)

        def finish() -> None:
            error = outcome.exception()
            if error is None:
                future.set_result(outcome.result())
            else:
                future.set_exception(error)
            self._go_on()

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # the organ is being loaded
            work()
            finish()
            return
        assert isinstance(loop, JumpingLoop), "on another loop the cost would be paid twice"
        cost_s = loop.run_job(work)
        self._cores.used_s[self.name] = self._cores.used_s.get(self.name, 0.0) + cost_s
        loop.call_later(cost_s, finish)

    def _go_on(self) -> None:
        self._cores.free()
        if self._jobs:
            self._cores.take(self._next)
        else:
            self._is_busy = False


def _processor_s() -> float:
    """What this process, its threads and the programs it ran have used."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
