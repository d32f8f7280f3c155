"""Lets helpers on a small machine stand still while an engine steps: their work can wait 50 ms, speech cannot.

Low priority is not enough. A model that writes in the background keeps the memory busy that a step reads its weights
from, on whatever processor it runs. Helpers never stand still for more than half of the time, nor long at once. Knows
no helper: they are process ids. One that is stopped when this process dies must be in a group of its own, so that the
kernel ends it (POSIX: a group that is orphaned while stopped gets SIGHUP and SIGCONT).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

MAX_STILL_S = 0.15
FEW_PROCESSORS = 4  # with more, a step finds one and its share of the memory anyway


def can_make_way(num_processors: int) -> bool:
    """Whether helpers and engine are in one another's way on such a machine, and can be told to stand still."""
    return sys.platform == "linux" and num_processors <= FEW_PROCESSORS


class MakeWay:
    """`with make_way():` around each step; steps of several calls may overlap."""

    def __init__(self, helpers: Callable[[], Iterable[int]]) -> None:
        """`helpers` are the ids of the processes that run now."""
        self._helpers = helpers
        self._num_steps = 0
        self._still: list[int] = []
        self._since = 0.0
        self._free_at = 0.0  # until then they go on for as long as they stood still
        self._alarm: asyncio.TimerHandle | None = None
        self.still_s_total = 0.0

    @contextmanager
    def __call__(self) -> Generator[None]:
        self._num_steps += 1
        if self._num_steps == 1:
            self._stand_still(time.monotonic())
        try:
            yield
        finally:
            self._num_steps -= 1
            if self._num_steps == 0:
                self._go_on()

    def _stand_still(self, now: float) -> None:
        if now < self._free_at:
            return
        self._still = [pid for pid in self._helpers() if _send(pid, signal.SIGSTOP)]
        if self._still:
            self._since = now
            self._alarm = asyncio.get_running_loop().call_later(MAX_STILL_S, self._go_on)

    def _go_on(self) -> None:
        if self._alarm is None:
            return
        self._alarm.cancel()
        self._alarm = None
        for pid in self._still:
            _send(pid, signal.SIGCONT)
        self._still = []
        now = time.monotonic()
        self.still_s_total += now - self._since
        self._free_at = now + now - self._since


def _send(pid: int, number: signal.Signals) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False
