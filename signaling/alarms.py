"""When what must be looked at again. Reads no clock; an alarm that no longer matters is simply looked at in vain."""

from __future__ import annotations

import heapq

Key = tuple[str, str]  # kind and name


class Alarms:
    """Pending alarms, soonest first."""

    def __init__(self) -> None:
        self._pending: list[tuple[float, Key]] = []

    def set(self, when: float, key: Key) -> None:
        heapq.heappush(self._pending, (when, key))

    def next(self) -> float | None:
        """When the soonest alarm rings."""
        return self._pending[0][0] if self._pending else None

    def due(self, now: float) -> tuple[Key, ...]:
        """Take all alarms up to `now`, each key once."""
        keys: dict[Key, None] = {}
        while self._pending and self._pending[0][0] <= now:
            keys[heapq.heappop(self._pending)[1]] = None
        return tuple(keys)
