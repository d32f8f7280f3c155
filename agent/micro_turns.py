"""Ticks become micro-turns, and micro-turns wait in one bounded mailbox. Knows no engine, no thread, no clock."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace

import numpy as np

from model.types import (
    HEARD_SAMPLES,
    HEARD_TICK_SAMPLES,
    MICRO_TURN_MS,
    TICKS_PER_MICRO_TURN,
    Event,
    MicroTurnIn,
    Pcm,
    TimeLost,
    VideoFrame,
)

MAILBOX_SIZE = 10
MAX_EVENTS_WAITING = 64
MAX_FRAMES_PER_MICRO_TURN = 2


class MicroTurnAssembler:
    """Collects ten ticks of heard and own sound, with the pictures and events that came meanwhile."""

    def __init__(self) -> None:
        self._heard = np.zeros(HEARD_SAMPLES, dtype=np.float32)
        self._own = np.zeros(HEARD_SAMPLES, dtype=np.float32)
        self._has_own = False
        self._index = 0
        self._frames: deque[VideoFrame] = deque(maxlen=MAX_FRAMES_PER_MICRO_TURN)  # input drops the oldest
        self._events: deque[Event] = deque()
        self.dropped_events_total = 0

    def add_frame(self, frame: VideoFrame) -> None:
        """Keep the newest pictures of this micro-turn."""
        self._frames.append(frame)

    def add_event(self, event: Event) -> None:
        """Let an event wait for the micro-turn's end; over the bound the oldest is dropped and counted."""
        if len(self._events) == MAX_EVENTS_WAITING:
            self._events.popleft()
            self.dropped_events_total += 1
        self._events.append(event)

    def add_tick(self, tick: int, heard: Pcm, own: Pcm | None) -> list[MicroTurnIn]:
        """Add one tick, (320,) at 16 kHz each; return the micro-turns that are complete, usually none or one.

        A tick beyond the current micro-turn (ticks were skipped) completes it with silence first.
        """
        done: list[MicroTurnIn] = []
        index, place = divmod(tick, TICKS_PER_MICRO_TURN)
        assert index >= self._index, (tick, self._index)
        if index > self._index:
            done.append(self._complete())
            self._index = index
        part = slice(place * HEARD_TICK_SAMPLES, (place + 1) * HEARD_TICK_SAMPLES)
        self._heard[part] = heard
        if own is not None:
            self._own[part] = own
            self._has_own = True
        if place == TICKS_PER_MICRO_TURN - 1:
            done.append(self._complete())
            self._index = index + 1
        return done

    def _complete(self) -> MicroTurnIn:
        own = self._own.copy() if self._has_own else None
        complete = MicroTurnIn(self._index, self._heard.copy(), own, tuple(self._frames), tuple(self._events))
        self._heard[:] = 0
        self._own[:] = 0
        self._has_own = False
        self._frames.clear()
        self._events.clear()
        return complete


class Mailbox:
    """Micro-turns that wait for the engine: at most ten; older ones become one `TimeLost` event."""

    def __init__(self) -> None:
        self._waiting: deque[MicroTurnIn] = deque()
        self._arrived = asyncio.Event()
        self._num_lost = 0
        self._lost_events: deque[Event] = deque(maxlen=MAX_EVENTS_WAITING)
        self.lost_total = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, micro_turn: MicroTurnIn) -> None:
        """Let a micro-turn wait. Of one that must go the events are kept, sound and pictures are lost."""
        self._waiting.append(micro_turn)
        if len(self._waiting) > MAILBOX_SIZE:
            self._lost_events.extend(self._waiting.popleft().events)
            self._num_lost += 1
            self.lost_total += 1
        self._arrived.set()

    async def take(self) -> tuple[MicroTurnIn, ...]:
        """Wait for at least one micro-turn; return all that wait, oldest first."""
        await self._arrived.wait()
        self._arrived.clear()
        taken = list(self._waiting)
        self._waiting.clear()
        if self._num_lost:
            lost = TimeLost(self._num_lost * MICRO_TURN_MS / 1000)
            taken[0] = replace(taken[0], events=(*self._lost_events, lost, *taken[0].events))
            self._num_lost = 0
            self._lost_events.clear()
        return tuple(taken)
