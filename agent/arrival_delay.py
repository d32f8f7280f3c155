"""How late packets come, and how much delay a jitter buffer needs for that.

A packet's lateness is measured against the quickest packet of the last seconds, so neither clock needs to be known
and drift between them moves the reference along. Plain object: times come in as `now`, nothing is read from a clock.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

REFERENCE_WINDOW_S = 2.0
MIN_TARGET_MS = 20.0
MAX_TARGET_MS = 120.0

_BUCKET_MS = 5.0
_NUM_BUCKETS = 80  # lateness up to 400 ms; what is later counts as the last
_COVERED_SHARE = 0.97  # of packets that the target delay waits for
_SHARE_OF_NEWEST = 0.01  # weight of one packet in the histogram: a memory of about 100 packets, 2 s
_PRIOR_LATENESS_MS = 20.0  # expected before anything was measured
_PRIOR_WEIGHT_PACKETS = 4
_MAX_REFERENCES = 256
_TOGETHER_S = 0.005  # packets closer than this were held up together
_COUNTED_TOGETHER = 2  # of them; one hold-up alone then stays below what the target covers, a second one counts


class ArrivalDelay:
    """Lateness of one sender's packets: the reference, the histogram with forgetting, the quantile."""

    def __init__(self) -> None:
        self._histogram: NDArray[np.float64] = np.zeros(_NUM_BUCKETS)
        self._histogram[int(_PRIOR_LATENESS_MS / _BUCKET_MS)] = 1.0
        self._num_measured = _PRIOR_WEIGHT_PACKETS
        self._last_arrival = float("-inf")
        self._num_together = 0
        # Candidates for the quickest packet, offsets ascending: the first is the reference.
        self._references: deque[tuple[float, float]] = deque(maxlen=_MAX_REFERENCES)  # (arrival, offset) in s

    def observe(self, media_time_s: float, now: float) -> None:
        """Take the arrival at `now` of a packet whose sound begins at `media_time_s` of its sender's clock."""
        offset_s = now - media_time_s
        while self._references and self._references[0][0] < now - REFERENCE_WINDOW_S:
            self._references.popleft()
        while self._references and self._references[-1][1] >= offset_s:
            self._references.pop()
        self._references.append((now, offset_s))
        is_together = now - self._last_arrival < _TOGETHER_S
        self._last_arrival = now
        self._num_together = self._num_together + 1 if is_together else 1
        if self._num_together <= _COUNTED_TOGETHER:
            self._count((offset_s - self._references[0][1]) * 1000.0)

    def forget_reference(self) -> None:
        """Start over with another clock of the sender; what is known about the path's jitter stays."""
        self._references.clear()

    def age_s(self, media_time_s: float, now: float) -> float:
        """How long ago sound of `media_time_s` arrived, or would have, had its packet been the quickest."""
        return now - media_time_s - self._references[0][1] if self._references else 0.0

    def lateness_ms(self) -> float:
        """Lateness that all but a few packets stay under."""
        reached = np.searchsorted(np.cumsum(self._histogram), _COVERED_SHARE * self._histogram.sum())
        return (min(int(reached), _NUM_BUCKETS - 1) + 1) * _BUCKET_MS

    def target_ms(self, reserve_ms: float) -> float:
        """Delay to play with: the lateness to wait for and a reserve, within the allowed range."""
        return min(max(self.lateness_ms() + reserve_ms, MIN_TARGET_MS), MAX_TARGET_MS)

    def _count(self, lateness_ms: float) -> None:
        self._num_measured += 1
        weight = max(_SHARE_OF_NEWEST, 1.0 / self._num_measured)
        self._histogram *= 1.0 - weight
        self._histogram[min(int(lateness_ms / _BUCKET_MS), _NUM_BUCKETS - 1)] += weight
