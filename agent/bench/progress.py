"""One line on standard error: how many are done and how long the rest will take. Silent where nobody watches."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """Counts work of one kind; what an earlier run had done does not count for the speed."""

    def __init__(self, title: str, total: int, num_done_before: int = 0, to: TextIO | None = None) -> None:
        self._title, self._total, self._before = title, total, num_done_before
        self._to = to or sys.stderr
        self._started = time.monotonic()
        self._num_done = num_done_before

    def step(self, note: str = "") -> None:
        """One more is done."""
        self._num_done += 1
        self._show(note, time.monotonic())

    def end(self) -> None:
        """Leave the line behind."""
        if self._num_done > self._before:
            self._to.write("\n")
            self._to.flush()

    def _show(self, note: str, now: float) -> None:
        fresh = self._num_done - self._before
        left_s = (now - self._started) / fresh * (self._total - self._num_done)
        line = f"{self._title} {self._num_done}/{self._total}, {left(left_s)} left {note}"
        self._to.write(f"\r{line[:110]:<110}" if self._to.isatty() else f"{line}\n" if self._is_milestone() else "")
        self._to.flush()

    def _is_milestone(self) -> bool:
        """In a log file ten lines are enough."""
        every = max(1, self._total // 10)
        return self._num_done % every == 0 or self._num_done == self._total


def left(seconds: float) -> str:
    """A time to wait, as one says it."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
