"""The engine of media tests: returns what it hears one micro-turn later. Knows no speech."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.types import (
    HEARD_RATE_HZ,
    SPOKEN_RATE_HZ,
    SPOKEN_SAMPLES,
    CapacityError,
    InputError,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    SessionLostError,
    SessionSettings,
)

NUM_PHASES = 3  # outputs
STRIDE = 2  # ... for every two inputs: 16 kHz to 24 kHz
assert SPOKEN_RATE_HZ * STRIDE == HEARD_RATE_HZ * NUM_PHASES
HALF_TAPS = 24  # inputs on either side of an output
NUM_TAPS = 2 * HALF_TAPS + 1  # 49: a stride's outputs lie at 0, 2/3, 4/3 and need inputs -23 ... 25
CUTOFF = 0.94  # of 8 kHz; the window's flank fills the rest
RETRY_S = 5.0


class EchoEngine:
    """An `Engine` that answers each micro-turn with the sound of the one before."""

    def __init__(self, max_sessions: int = 64) -> None:
        self._max_sessions = max_sessions
        self._num_sessions = 0

    async def open(self, settings: SessionSettings) -> EchoSession:
        if self._num_sessions >= self._max_sessions:
            raise CapacityError(f"echo holds {self._max_sessions} sessions already", RETRY_S)
        self._num_sessions += 1
        return EchoSession(self)

    def leave(self) -> None:
        """Called once by each session as it closes."""
        self._num_sessions -= 1


class EchoSession:
    """One conversation: a resampler and the sound that is yet to be returned."""

    def __init__(self, engine: EchoEngine) -> None:
        self._engine = engine
        self._is_closed = False
        self._last_index: int | None = None
        self._start_over()

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """The sound of the micro-turn before the last of `heard`; what belongs to earlier ones is not said.

        A gap in the indices starts over with silence. Raises InputError when time runs backwards.
        """
        if self._is_closed:
            raise SessionLostError("the session is closed")
        if not heard:
            raise InputError("step: no micro-turn")
        pcm: Pcm | None = None
        for micro_turn in heard:
            pcm = self._hear(micro_turn)
        return MicroTurnOut(heard[-1].index, pcm)

    async def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._engine.leave()

    def _hear(self, micro_turn: MicroTurnIn) -> Pcm | None:
        last = self._last_index
        if last is not None and micro_turn.index <= last:
            raise InputError(f"step: micro-turn {micro_turn.index} after {last}")
        self._last_index = micro_turn.index
        is_first = last is None or micro_turn.index > last + 1
        if is_first:
            self._start_over()
        self._pending = np.concatenate((self._pending, self._resampler.push(micro_turn.pcm)))
        if is_first:
            return None
        pcm, self._pending = self._pending[:SPOKEN_SAMPLES], self._pending[SPOKEN_SAMPLES:]
        return pcm if pcm.any() else None

    def _start_over(self) -> None:
        self._resampler = Resampler()
        self._pending = np.zeros(0, np.float32)  # (n,) 24 kHz, less than two micro-turns


class Resampler:
    """16 kHz to 24 kHz without delay: output k is the sound at input time 2k/3, however the input is cut.

    Windowed-sinc low-pass, linear phase; output k needs `HALF_TAPS` inputs past its own time, so the last
    36 outputs of a piece come with the next one. Each tap is added to all outputs at once and in the same
    order, so that the sums do not depend on the cut, to the bit.
    """

    def __init__(self) -> None:
        self._rest = np.zeros(HALF_TAPS - 1)  # (n,) inputs that later outputs need; silence before the start

    def push(self, pcm: Pcm) -> Pcm:
        """The outputs that `pcm` (n,) 16 kHz makes complete, at 24 kHz."""
        sound = np.concatenate((self._rest, pcm.astype(np.float64)))
        num_strides = max(0, (sound.size - NUM_TAPS) // STRIDE + 1)
        spoken = np.zeros((num_strides, NUM_PHASES))
        for tap, weights in enumerate(_TAPS):
            spoken += sound[tap : tap + STRIDE * num_strides : STRIDE, None] * weights
        self._rest = sound[STRIDE * num_strides :]
        return spoken.astype(np.float32).reshape(-1)


def _design() -> NDArray[np.float64]:
    """The weight of each input of a stride in each of its outputs, (NUM_TAPS, NUM_PHASES)."""
    inputs = np.arange(NUM_TAPS)[:, None] - (HALF_TAPS - 1)
    distance = inputs - np.arange(NUM_PHASES) * STRIDE / NUM_PHASES  # in input samples
    inside = np.clip(np.abs(distance) / HALF_TAPS, 0, 1)
    window = 0.42 + 0.5 * np.cos(np.pi * inside) + 0.08 * np.cos(2 * np.pi * inside)  # Blackman
    weights = CUTOFF * np.sinc(CUTOFF * distance) * window
    return weights / weights.sum(axis=0)  # a constant stays that constant


_TAPS = _design()
