"""Whether a further conversation would be answered in time, by what micro-turns have cost lately. Knows no engine.

Memory is decided elsewhere: an engine has as many places as there is memory for when it starts.
"""

from __future__ import annotations

from collections import deque

from model.types import MICRO_TURN_MS, CapacityError

MAX_LOAD = 0.8  # of the device's time; the rest is for what costs more than the mean
NUM_REMEMBERED = 500  # micro-turns, of all conversations together
NUM_NEEDED = 25  # before it judges
RETRY_AFTER_S = 5.0


class Admission:
    """Remembers costs; one owner, one thread."""

    def __init__(self, max_load: float = MAX_LOAD) -> None:
        assert 0 < max_load <= 1, max_load
        self._max_load = max_load
        self._costs_s: deque[float] = deque(maxlen=NUM_REMEMBERED)

    def add(self, cost_s: float, num_turns: int) -> None:
        """A step took `cost_s` of the device's time for so many micro-turns of all conversations in it."""
        self._costs_s.extend([cost_s / num_turns] * min(num_turns, NUM_REMEMBERED))

    def load(self, num_sessions: int) -> float:
        """The share of the device's time that so many conversations take."""
        if len(self._costs_s) < NUM_NEEDED:
            return 0.0
        return num_sessions * 1000 * sum(self._costs_s) / len(self._costs_s) / MICRO_TURN_MS

    def check(self, num_sessions: int) -> None:
        """Raise CapacityError when one more than `num_sessions` would be late; a first one never is refused."""
        if num_sessions and self.load(num_sessions + 1) > self._max_load:
            raise CapacityError(
                f"{num_sessions} conversations take {self.load(num_sessions):.0%} of this engine's time; "
                f"with one more it would answer late",
                RETRY_AFTER_S,
            )
