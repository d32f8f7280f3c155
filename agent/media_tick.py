"""The slow part of one 20 ms tick: jitter buffers, mix, own sound, Opus. Runs on the media thread.

Knows nothing of the event loop; whoever calls it waits for one tick to end before the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agent.audio_receiver import AudioReceiver
from agent.loudest import level_dbfs
from agent.opus import OpusEncoder
from agent.own_echo import OwnEcho
from agent.resample import Decimator
from agent.stop_words import Spotted, StopWordEar
from model.types import HEARD_TICK_SAMPLES, SPOKEN_RATE_HZ, SPOKEN_TICK_SAMPLES, Pcm

VOICE_BITRATE_BPS = 32_000
MAX_EXPECTED_LOSS_PCT = 20  # beyond it redundancy takes more from the sound than it gives
FLUSH_TICKS = 5  # silent ticks still encoded after a sound: the encoder's lookahead and fade
KEEPALIVE_TICKS = 20  # then one packet each 400 ms, as Opus DTX does


@dataclass(frozen=True, slots=True, eq=False)
class TickResult:
    """What one tick made of everybody's sound."""

    heard: Pcm  # (HEARD_TICK_SAMPLES,) 16 kHz: the mix
    own: Pcm | None  # (HEARD_TICK_SAMPLES,) 16 kHz: the agent, as sent
    sounds: dict[str, Pcm]  # each (HEARD_TICK_SAMPLES,)
    aside: Mapping[str, Pcm]  # of those who are no part of the floor
    levels: dict[str, float]  # dB of full scale
    payload: bytes | None  # Opus; None when nothing needs to be sent
    spotted: Spotted | None = None  # who said a stop word while the agent speaks


class MediaTick:
    """Codec and filter state of one conversation."""

    def __init__(self, stop_words: StopWordEar | None = None) -> None:
        self._stop_words = stop_words
        self._own_echo = OwnEcho()
        self._encoder = OpusEncoder(rate_hz=SPOKEN_RATE_HZ, bitrate_bps=VOICE_BITRATE_BPS, fec=True, dtx=True)
        self._decimator = Decimator()
        self._silent_ticks = 0
        self.expected_loss_pct = 0  # the worst listener's; set from the event loop, used at the next tick

    def run(
        self,
        receivers: Mapping[str, AudioReceiver],
        voice: Pcm | None,
        now: float,
        unheard: frozenset[str] = frozenset(),
        aside: frozenset[str] = frozenset(),
    ) -> TickResult:
        """Pull one piece from every receiver, mix, and encode one tick of the agent's voice (480,) at 24 kHz.

        Who is `unheard` is pulled too, so that their time goes on, and left out. Who is `aside` is kept apart.
        """
        pulled = {who: receiver.pull(now).pcm for who, receiver in receivers.items()}
        sounds = {who: pcm for who, pcm in pulled.items() if who not in unheard | aside}
        apart = {who: pcm for who, pcm in pulled.items() if who in aside - unheard}
        heard = _mix(sounds)
        self._silent_ticks = 0 if voice is not None else self._silent_ticks + 1
        is_flushing = self._silent_ticks <= FLUSH_TICKS
        if self._encoder.expected_loss_pct != (expected := min(MAX_EXPECTED_LOSS_PCT, self.expected_loss_pct)):
            self._encoder.expected_loss_pct = expected
        sent = voice if voice is not None else np.zeros(SPOKEN_TICK_SAMPLES, dtype=np.float32)
        own = self._decimator.resample(sent) if is_flushing else None
        return TickResult(
            heard=heard,
            own=own,
            sounds=sounds,
            aside=apart,
            levels={who: level_dbfs(pcm) for who, pcm in (sounds | apart).items()},
            payload=self._encoder.encode(sent) if is_flushing or self._silent_ticks % KEEPALIVE_TICKS == 0 else None,
            spotted=self._spot(self._stop_words, sounds, own) if self._stop_words else None,
        )

    def _spot(self, ear: StopWordEar, sounds: Mapping[str, Pcm], own: Pcm | None) -> Spotted | None:
        """Who said a stop word; what merely resembles one in the agent's own echo is nobody's."""
        self._own_echo.add(sounds, own)
        spotted = ear.listen(sounds, own)
        return None if spotted is not None and self._own_echo.is_in(spotted.who) else spotted


def _mix(sounds: Mapping[str, Pcm]) -> Pcm:
    """The sum, softly limited above 0.8 so that several loud people do not clip."""
    if not sounds:
        return np.zeros(HEARD_TICK_SAMPLES, dtype=np.float32)
    total: Pcm = np.asarray(np.sum(list(sounds.values()), axis=0, dtype=np.float32))
    if len(sounds) == 1:
        return total
    excess = np.abs(total) - 0.8
    limited = np.sign(total) * (0.8 + 0.2 * np.tanh(excess / 0.2))
    return np.where(excess > 0, limited, total).astype(np.float32)
