"""The sound of one language on its way out: queued speech, one Opus packet a tick. Knows no listener and no lane."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np

from agent.media_tick import FLUSH_TICKS, KEEPALIVE_TICKS, VOICE_BITRATE_BPS
from agent.opus import OpusEncoder
from model.types import SPOKEN_RATE_HZ, SPOKEN_TICK_SAMPLES, Pcm

MAX_QUEUED_SAMPLES = 60 * SPOKEN_RATE_HZ  # a lane that runs further ahead loses the newest, counted
FADE_SAMPLES = SPOKEN_TICK_SAMPLES // 2


class LanguageChannel:
    """`put` and `pull` on the event loop, `encode` on the media thread, in turns."""

    def __init__(self, track: str) -> None:
        self.track = track
        self.num_dropped = 0
        self._queue: deque[Pcm] = deque()
        self._num_samples = 0
        self._encoder = OpusEncoder(rate_hz=SPOKEN_RATE_HZ, bitrate_bps=VOICE_BITRATE_BPS, fec=True, dtx=True)
        self._silent_ticks = FLUSH_TICKS

    @property
    def is_sounding(self) -> bool:
        return self._num_samples > 0

    def put(self, pcm: Pcm) -> None:
        """Speech (N,) at 24 kHz, to sound after what waits."""
        if self._num_samples + len(pcm) > MAX_QUEUED_SAMPLES:
            self.num_dropped += len(pcm)
            return
        self._queue.append(pcm)
        self._num_samples += len(pcm)

    def clear(self) -> None:
        """Stop within one tick: what waits is dropped, what sounds fades out."""
        tail = self._take(FADE_SAMPLES)
        self._queue.clear()
        self._num_samples = 0
        if tail is not None:
            self.put(tail * np.linspace(1.0, 0.0, len(tail), dtype=np.float32))

    def pull(self) -> Pcm | None:
        """(SPOKEN_TICK_SAMPLES,) of this tick; None while nothing sounds."""
        found = self._take(SPOKEN_TICK_SAMPLES)
        return None if found is None else np.pad(found, (0, SPOKEN_TICK_SAMPLES - len(found)))

    def encode(self, pcm: Pcm | None) -> bytes | None:
        """The packet of one tick; None when nothing needs to be sent."""
        self._silent_ticks = 0 if pcm is not None else self._silent_ticks + 1
        if self._silent_ticks > FLUSH_TICKS and self._silent_ticks % KEEPALIVE_TICKS:
            return None
        return self._encoder.encode(np.zeros(SPOKEN_TICK_SAMPLES, np.float32) if pcm is None else pcm)

    def _take(self, num_samples: int) -> Pcm | None:
        taken: list[Pcm] = []
        left = num_samples
        while self._queue and left:
            first = self._queue.popleft()
            taken.append(first[:left])
            if len(first) > left:
                self._queue.appendleft(first[left:])
            left -= len(taken[-1])
        if not taken:
            return None
        self._num_samples -= num_samples - left
        return np.concatenate(taken)


def encode_all(pieces: Mapping[LanguageChannel, Pcm | None]) -> dict[LanguageChannel, bytes | None]:
    """One tick of every language."""
    return {channel: channel.encode(pcm) for channel, pcm in pieces.items()}
