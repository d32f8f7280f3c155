"""One conversation with somebody else's agent on a 20 ms clock: what is sent and what is heard have the same length.

An agent may send faster than it is heard; what waits is played in order, as a loudspeaker does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import numpy as np

from agent.clock import TICK_S
from agent.errors import AgentError
from model.types import SPOKEN_RATE_HZ, SPOKEN_TICK_SAMPLES, Pcm

MAX_WAITING_S = 30 * 60


class TargetError(AgentError):
    """The agent that is measured cannot be reached, or does not keep to its protocol; says which and why."""


class PlayOut:
    """Sound that was received and not heard yet, (S,) at 24 kHz. Over half an hour of it is an error of the sender."""

    def __init__(self) -> None:
        self._waiting = np.zeros(0, np.float32)

    def put(self, pcm: Pcm) -> None:
        """Raises TargetError when more waits than anybody would hear."""
        if (self._waiting.size + pcm.size) / SPOKEN_RATE_HZ > MAX_WAITING_S:
            raise TargetError(f"the agent sent over {MAX_WAITING_S / 60:g} minutes of sound ahead of time")
        self._waiting = np.concatenate([self._waiting, pcm])

    def pull(self) -> Pcm:
        """The next tick, (480,); silence where nothing waits."""
        tick, self._waiting = self._waiting[:SPOKEN_TICK_SAMPLES], self._waiting[SPOKEN_TICK_SAMPLES:]
        return np.pad(tick, (0, SPOKEN_TICK_SAMPLES - tick.size))

    def clear(self) -> int:
        """Drop what waits; how many samples that were."""
        dropped, self._waiting = self._waiting.size, self._waiting[:0]
        return dropped


async def play_in_time(
    spoken: Pcm,
    send: Callable[[Pcm], Awaitable[None]],
    heard: PlayOut,
    now: Callable[[], float] = time.monotonic,
) -> Pcm:
    """Send (S,) sound at 24 kHz tick by tick; what is heard meanwhile, as long."""
    padded = np.pad(spoken, (0, -spoken.size % SPOKEN_TICK_SAMPLES)).reshape(-1, SPOKEN_TICK_SAMPLES)
    recorded: list[Pcm] = []
    started = now()
    for number, tick in enumerate(padded):
        await asyncio.sleep(started + number * TICK_S - now())
        await send(tick)
        recorded.append(heard.pull())
    return np.concatenate(recorded)[: spoken.size]


def to_pcm16(pcm: Pcm) -> bytes:
    """Little-endian 16-bit samples."""
    return np.round(np.clip(pcm, -1, 1) * 32767).astype("<i2").tobytes()


def from_pcm16(data: bytes) -> Pcm:
    """(S,) of little-endian 16-bit samples; a byte that is left over is dropped."""
    return (np.frombuffer(data[: len(data) // 2 * 2], "<i2") / 32767).astype(np.float32)
