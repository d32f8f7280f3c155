"""Who is the loudest. Reports a change after it happened, never on silence, never with one person."""

from __future__ import annotations

import numpy as np

from model.types import Pcm

SPEECH_DBFS = -45.0  # quieter sound never makes anyone the loudest
MARGIN_DB = 6.0  # another must be this much louder …
HOLD_TICKS = 15  # … for this long (300 ms)
SMOOTHING = 0.1  # per tick: about 200 ms
FLOOR_DBFS = -100.0


def level_dbfs(pcm: Pcm) -> float:
    """RMS level of `pcm` (S,) in dB of full scale; silence is -100."""
    power = float(np.dot(pcm, pcm)) / pcm.size
    return max(FLOOR_DBFS, 10 * float(np.log10(power + 1e-12)))


class LoudestParticipant:
    """Follows every participant's level, tick by tick."""

    def __init__(self) -> None:
        self._power: dict[str, float] = {}
        self._challenger: str | None = None
        self._held_ticks = 0
        self.current: str | None = None

    def forget(self, who: str) -> None:
        """A participant left."""
        self._power.pop(who, None)
        if self.current == who:
            self.current = None

    def update(self, sounds: dict[str, Pcm]) -> str | None:
        """Take one tick of everybody's sound; return who became the loudest, if that changed among several."""
        for who, pcm in sounds.items():
            power = float(np.dot(pcm, pcm)) / pcm.size
            old = self._power.get(who, 0.0)
            self._power[who] = old + SMOOTHING * (power - old)
        leader = max(self._power, key=lambda who: self._power[who], default=None)
        if leader is None or leader == self.current or not self._beats_current(leader):
            self._challenger, self._held_ticks = None, 0
            return None
        self._held_ticks = self._held_ticks + 1 if leader == self._challenger else 1
        self._challenger = leader
        if self._held_ticks < HOLD_TICKS:
            return None
        had_someone = self.current is not None
        self.current = leader
        return leader if had_someone and len(self._power) > 1 else None

    def _beats_current(self, leader: str) -> bool:
        level = 10 * float(np.log10(self._power[leader] + 1e-12))
        if level < SPEECH_DBFS:
            return False
        if self.current is None:
            return True
        return level >= 10 * float(np.log10(self._power.get(self.current, 0.0) + 1e-12)) + MARGIN_DB
