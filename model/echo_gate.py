"""Silences what is no louder than the echo may be, however the echo was bent on its way. Knows levels, no filters.

Jitter buffers on both ends stretch and squeeze speech, so that an echo's delay moves by tens of milliseconds inside a
word and no linear filter follows. What stays true is how loud the echo is beside the agent's own sound, and roughly
when it comes. The gate learns the first while the filter explains most of what is heard, and then lets through only
blocks that are louder than the loudest own sound near that time, times this gain: speech of somebody else.

Energies are sums over blocks of BLOCK_SAMPLES.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.types import HEARD_RATE_HZ, HEARD_SAMPLES

BLOCK_SAMPLES = 160  # 10 ms, the grain of silencing
BLOCKS = HEARD_SAMPLES // BLOCK_SAMPLES
MAX_DELAY_BLOCKS = 80  # an echo comes within 800 ms …
EARLIER_BLOCKS = 10  # … and once found at most 100 ms earlier than it last did …
LATER_BLOCKS = 30  # … or 300 ms later: a jitter buffer grows at once, and rooms reverberate
SURE_SHARE = 0.5  # of the heard energy explained by the filter: the gain can be learned
LOUD_ENERGY = BLOCKS * BLOCK_SAMPLES * 1e-4  # own speech at -40 dBFS; quieter sound tells no gain
FIRST_GAIN = 0.01  # expected until more is known: -20 dB
MAX_GAIN = 4.0
FADE = 0.9  # of a gain that turns out too high, per micro-turn
MARGIN = 2.0  # a block this much louder than the expected echo is somebody's …
HELD_BLOCKS = 3  # … and so are its neighbours, where soft consonants are
ROOM_TO_BE_LOUDER = 4.0  # the gain is at most this much above what all that is heard allows
Real = NDArray[np.float64]


class EchoGate:
    """One conversation's echo level; feed every micro-turn in order."""

    def __init__(self) -> None:
        self.gain = FIRST_GAIN  # energy of the echo by energy of the own sound
        self._delays = range(MAX_DELAY_BLOCKS + 1)  # in blocks: where the echo is expected
        self._confirming = range(0)  # delays that would agree with the last sure one
        self._num_held = 0  # blocks that the last loud one still opens

    def learn(self, own: Real, heard: Real, echo: Real, delay_samples: int) -> None:
        """Take a micro-turn: (S,) heard, the echo that a filter found in it, and own sound, newest last."""
        sent = _block_energies(own)
        total = float(heard @ heard)
        share = 1 - float(np.sum((heard - echo) ** 2)) / max(total, 1e-12)
        delay = round(delay_samples / BLOCK_SAMPLES)
        energy = float(_shifted(sent, range(delay, delay + 1)).sum())
        if share > SURE_SHARE and energy > LOUD_ENERGY:
            if delay in self._confirming:  # two chance likenesses of a person's voice would need the same delay
                gain = min(float(echo @ echo) / energy, MAX_GAIN)
                self.gain = max(gain, FADE * self.gain + (1 - FADE) * gain)
                self._delays = _around(delay)
            self._confirming = _around(delay)
        least = float(_shifted(sent, self._delays).sum(0).min())
        if least > LOUD_ENERGY and (most := ROOM_TO_BE_LOUDER * total / least) < self.gain:
            self.gain = max(most, FADE * self.gain)  # slowly: an echo may also be missing because a network stood still

    def silence(self, left: Real, own: Real) -> Real:
        """(S,) what a filter left of the heard sound, with silence where it may be echo."""
        blocks = left.reshape(-1, BLOCK_SAMPLES)
        loudest = _shifted(_block_energies(own), self._delays).max(1)
        is_someone = (blocks**2).sum(1) > MARGIN * self.gain * loudest
        return (blocks * self._widened(is_someone)[:, None]).reshape(-1)

    def _widened(self, is_someone: NDArray[np.bool_]) -> NDArray[np.bool_]:
        wide = np.convolve(is_someone, np.ones(2 * HELD_BLOCKS + 1), mode="same") > 0
        wide[: self._num_held] = True
        last = int(np.flatnonzero(is_someone)[-1]) if is_someone.any() else -BLOCKS
        self._num_held = max(0, HELD_BLOCKS - (BLOCKS - 1 - last))
        return wide


def _around(delay: int) -> range:
    return range(delay - EARLIER_BLOCKS, delay + LATER_BLOCKS + 1)


def _block_energies(sound: Real) -> Real:
    return np.asarray((sound.reshape(-1, BLOCK_SAMPLES) ** 2).sum(1), np.float64)


def _shifted(energies: Real, delays: range) -> Real:
    """(BLOCKS, delays): what sounds as echo in the newest micro-turn at each delay; beyond `energies` is silence."""
    padded = np.pad(energies, (MAX_DELAY_BLOCKS + LATER_BLOCKS, EARLIER_BLOCKS))
    newest = len(padded) - EARLIER_BLOCKS - BLOCKS + np.arange(BLOCKS)
    return padded[newest[:, None] - np.array(delays)]


assert HEARD_SAMPLES == BLOCKS * BLOCK_SAMPLES and HEARD_RATE_HZ == 100 * BLOCK_SAMPLES
