"""Whether a microphone brings only what its owner's loudspeaker plays. Knows levels, no sound.

A browser takes most echo away. What it leaves is quieter than what was played and comes a little later; somebody who
speaks is about as loud as the others.
"""

from __future__ import annotations

from collections import deque

from model.types import TICK_MS

MEMORY_TICKS = 900 // TICK_MS  # playout, a room of 200 ms and the way back; on a busy machine all of them are late
MARGIN_DB = 9.0  # what is quieter than that below what was played is echo
QUIET_DBFS = -45.0


class EchoGate:
    """One person: give it how loud everything was that went to them, and how loud they are."""

    def __init__(self) -> None:
        self._played: deque[float] = deque(maxlen=MEMORY_TICKS)

    def is_echo(self, own_dbfs: float, played_dbfs: float) -> bool:
        """Call once a tick with the level of their microphone and the loudest of what they were sent."""
        self._played.append(played_dbfs)
        loudest = max(self._played)
        return loudest > QUIET_DBFS and own_dbfs < loudest - MARGIN_DB
