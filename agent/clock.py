"""The conversation's clock: 20 ms ticks counted from `time.monotonic`. Knows nothing of sound or sleeping."""

from __future__ import annotations

from model.types import TICK_MS, TICKS_PER_MICRO_TURN

TICK_S = TICK_MS / 1000
MAX_CATCH_UP_TICKS = TICKS_PER_MICRO_TURN  # what is later than one micro-turn is skipped, not replayed


class TickClock:
    """Counts the ticks of one conversation; ticks that come too late are skipped and reported."""

    def __init__(self, now: float) -> None:
        self._start_s = now
        self.tick = 0  # the next tick to be made

    def due_at(self) -> float:
        """The monotonic time at which the next tick is due."""
        return self._start_s + (self.tick + 1) * TICK_S

    def take(self, now: float) -> int:
        """Skip what is hopelessly late; return how many ticks were skipped. Call before each due tick."""
        behind = int((now - self.due_at()) / TICK_S)
        if behind <= MAX_CATCH_UP_TICKS:
            return 0
        self.tick += behind
        return behind

    def advance(self) -> int:
        """Make one tick; return its number."""
        tick = self.tick
        self.tick += 1
        return tick
