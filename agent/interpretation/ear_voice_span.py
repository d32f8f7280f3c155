"""How far an interpretation is behind its speaker, and what pace catches up. Seconds on the conversation's clock."""

from __future__ import annotations

import statistics
from collections import deque
from dataclasses import dataclass

from model.types import SPOKEN_RATE_HZ

MAX_PACE = 1.25
_RELAXED_S = 1.0  # behind the speaker: no hurry
_HURRIED_S = 2.5  # from here on at full pace
_RECENT_SPANS = 20


@dataclass(frozen=True, slots=True)
class EarVoiceSpan:
    """One segment: from its sound at the speaker to the sound of its interpretation."""

    start_lag_s: float
    end_lag_s: float


class Playout:
    """When sound that is given one after another plays; nothing plays before it is there."""

    def __init__(self) -> None:
        self._end_s = 0.0

    def backlog_s(self, now_s: float) -> float:
        """Sound that waits to be heard."""
        return max(0.0, self._end_s - now_s)

    def pace(self, now_s: float, end_s: float) -> float:
        """Of the interpretation of words that ended at `end_s`: 1 soon after them, up to MAX_PACE when it is late."""
        late_s = now_s + self.backlog_s(now_s) - end_s
        hurry = (late_s - _RELAXED_S) / (_HURRIED_S - _RELAXED_S)
        return 1 + (MAX_PACE - 1) * min(1.0, max(0.0, hurry))

    def add(self, num_samples: int, now_s: float) -> tuple[float, float]:
        """Give sound; returns when it starts and ends."""
        start_s = max(now_s, self._end_s)
        self._end_s = start_s + num_samples / SPOKEN_RATE_HZ
        return start_s, self._end_s

    def clear(self, now_s: float) -> None:
        """What waited is dropped, because a human took over or the track ended."""
        self._end_s = min(self._end_s, now_s)


class SpanGauge:
    """The live gauge: medians over the last segments."""

    def __init__(self) -> None:
        self._recent: deque[EarVoiceSpan] = deque(maxlen=_RECENT_SPANS)  # drops the oldest

    def add(self, span: EarVoiceSpan) -> None:
        self._recent.append(span)

    @property
    def now(self) -> EarVoiceSpan | None:
        """None before the first segment."""
        if not self._recent:
            return None
        return EarVoiceSpan(
            statistics.median(span.start_lag_s for span in self._recent),
            statistics.median(span.end_lag_s for span in self._recent),
        )
