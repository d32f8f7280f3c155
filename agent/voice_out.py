"""The agent's voice on its way out: queued by micro-turn, cut into ticks, faded, stopped at once.

Owns when a sound starts and which words have sounded. Knows nothing of codecs, peers or threads.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from model.types import (
    SPOKEN_SAMPLES,
    SPOKEN_TICK_SAMPLES,
    TICK_MS,
    TICKS_PER_MICRO_TURN,
    MicroTurnOut,
    Pcm,
)

MAX_QUEUED_MICRO_TURNS = 10  # two seconds; an engine that runs further ahead loses the newest, counted
FADE_SAMPLES = SPOKEN_TICK_SAMPLES // 2  # 10 ms: the end of a sound that is stopped
MAX_LEAD_TICKS = 6
LEAD_DECAY = 0.98  # per micro-turn: a slow step is forgotten by half in seven seconds


@dataclass(frozen=True, slots=True, eq=False)
class VoicePiece:
    """One tick of the agent's sound, as it is sent."""

    pcm: Pcm  # (SPOKEN_TICK_SAMPLES,) 24 kHz
    text: str  # words whose micro-turn begins to sound in this tick


class VoiceOut:
    """A queue of spoken micro-turns, read one tick at a time.

    An utterance starts a little after its micro-turn arrives (`lead_ticks`, learned from how uneven the
    engine's steps are), so that the next micro-turns arrive in time.
    """

    def __init__(self) -> None:
        self._queue: deque[tuple[Pcm, str]] = deque()
        self._offset = 0  # samples of the first queued micro-turn that were sent
        self._wait_ticks = 0
        self._gain = 1.0
        self._gain_sent = 1.0
        self._fade: Pcm | None = None
        self._spread_ms = 0.0
        self._fastest_ms = float("inf")
        self.epoch = 0
        self.dropped_chunks_total = 0

    @property
    def is_speaking(self) -> bool:
        """Whether a sound is queued or being sent."""
        return bool(self._queue)

    @property
    def lead_ticks(self) -> int:
        """How long the first micro-turn of an utterance waits."""
        return min(MAX_LEAD_TICKS, 1 + int(np.ceil(self._spread_ms / TICK_MS)))

    def note_step(self, duration_ms: float) -> None:
        """Learn from the duration of one engine step."""
        self._fastest_ms = min(self._fastest_ms + 0.05, duration_ms)
        self._spread_ms = max(self._spread_ms * LEAD_DECAY, duration_ms - self._fastest_ms)

    def set_gain(self, gain: float) -> None:
        """Change the level (1.0 is full); it is reached within one tick."""
        if not 0.0 <= gain <= 1.0:
            raise ValueError(f"gain: {gain} is not between 0 and 1")
        self._gain = gain

    def put(self, out: MicroTurnOut, epoch: int) -> None:
        """Queue what an engine spoke. Sound of an older epoch (before a stop) is stale and dropped."""
        if out.pcm is None:
            return
        if epoch != self.epoch or len(self._queue) == MAX_QUEUED_MICRO_TURNS:
            self.dropped_chunks_total += 1
            return
        if not self._queue:
            self._wait_ticks = self.lead_ticks
        self._queue.append((out.pcm, out.text))

    def stop(self) -> None:
        """Silence: what is being sent fades within 10 ms, what waits is dropped, a new epoch begins."""
        self.epoch += 1
        if self._queue and not self._wait_ticks:
            pcm, _ = self._queue[0]
            self._fade = pcm[self._offset : self._offset + FADE_SAMPLES]
        self._queue.clear()
        self._offset = 0
        self._wait_ticks = 0

    def pull(self) -> VoicePiece | None:
        """One tick of sound after gain; None when silent."""
        if self._fade is not None:
            return VoicePiece(self._scaled(self._faded()), "")
        if self._wait_ticks:
            self._wait_ticks -= 1
            return None
        if not self._queue:
            return None
        pcm, words = self._queue[0]
        text = words if self._offset == 0 else ""
        part = pcm[self._offset : self._offset + SPOKEN_TICK_SAMPLES]
        self._offset += SPOKEN_TICK_SAMPLES
        if self._offset == SPOKEN_SAMPLES:
            self._queue.popleft()
            self._offset = 0
        return VoicePiece(self._scaled(part), text)

    def _faded(self) -> Pcm:
        assert self._fade is not None
        tick = np.zeros(SPOKEN_TICK_SAMPLES, dtype=np.float32)
        tick[: self._fade.size] = self._fade * np.linspace(1, 0, self._fade.size, dtype=np.float32)
        self._fade = None
        return tick

    def _scaled(self, pcm: Pcm) -> Pcm:
        if self._gain == self._gain_sent == 1.0:
            return pcm
        ramp = np.linspace(self._gain_sent, self._gain, pcm.size, dtype=np.float32)
        self._gain_sent = self._gain
        return pcm * ramp


assert SPOKEN_SAMPLES == SPOKEN_TICK_SAMPLES * TICKS_PER_MICRO_TURN
