"""How late a human interpreter is, by the pauses of the floor and their own. Knows no sound and no words.

What they say between two pauses of theirs answers what was said on the floor up to its end. Seconds on the
conversation's clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from agent.interpretation.ear_voice_span import EarVoiceSpan

PAUSE_S = 0.6  # between two stretches of speech
MAX_UNANSWERED = 8  # stretches of the floor; the oldest is dropped


@dataclass(slots=True)
class _Stretch:
    """Speech without a pause."""

    start_s: float
    end_s: float
    is_over: bool = False


class _Speech:
    """One side's speech, cut at its pauses."""

    def __init__(self) -> None:
        self.now: _Stretch | None = None

    def hear(self, is_loud: bool, now_s: float) -> _Stretch | None:
        """The stretch that begins or ends now."""
        if is_loud and self.now is None:
            self.now = _Stretch(now_s, now_s)
            return self.now
        if is_loud and self.now is not None:
            self.now.end_s = now_s
        elif self.now is not None and now_s - self.now.end_s >= PAUSE_S:
            ended, self.now = self.now, None
            ended.is_over = True
            return ended
        return None


class HumanSpan:
    """One interpreter at work."""

    def __init__(self) -> None:
        self._floor = _Speech()
        self._human = _Speech()
        self._unanswered: deque[_Stretch] = deque(maxlen=MAX_UNANSWERED)
        self._start_lag_s: float | None = None  # of what they are saying

    def hear(self, is_floor_loud: bool, is_human_loud: bool, now_s: float) -> EarVoiceSpan | None:
        """Call once a tick; the span of what the interpreter has just ended, when it answered something."""
        floor = self._floor.hear(is_floor_loud, now_s)
        if floor is not None and not floor.is_over:
            self._unanswered.append(floor)
        human = self._human.hear(is_human_loud, now_s)
        if human is None:
            return None
        if human.is_over:
            return self._end(human)
        self._start_lag_s = human.start_s - self._unanswered[0].start_s if self._unanswered else None
        return None

    def _end(self, human: _Stretch) -> EarVoiceSpan | None:
        answered: _Stretch | None = None
        while self._unanswered and self._unanswered[0].is_over and self._unanswered[0].end_s < human.end_s:
            answered = self._unanswered.popleft()
        if answered is None or self._start_lag_s is None:
            return None
        return EarVoiceSpan(self._start_lag_s, human.end_s - answered.end_s)
