"""Rates: how many a second, and how many at once. Told the time, reads no clock."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """On average `per_s` a second, and up to `burst` at once."""

    per_s: float
    burst: int


class TokenBucket:
    """Grants up to a rate; full at first."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._level = float(rate.burst)
        self._filled_at = now

    def take(self, now: float) -> float:
        """Take one and return 0.0, or take none and return in how many seconds there is one."""
        gained = max(0.0, now - self._filled_at) * self._rate.per_s
        self._level = min(float(self._rate.burst), self._level + gained)
        self._filled_at = now
        if self._level < 1.0:
            return (1.0 - self._level) / self._rate.per_s
        self._level -= 1.0
        return 0.0


class Buckets:
    """One bucket for each key, the least recently used forgotten first when there are too many."""

    def __init__(self, rate: Rate, max_keys: int = 4096) -> None:
        self._rate = rate
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, now: float) -> float:
        """Like TokenBucket.take, for `key`."""
        bucket = self._buckets.pop(key, None) or TokenBucket(self._rate, now)
        self._buckets[key] = bucket
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return bucket.take(now)
