"""A sound that counts its own ticks: two tones name each 20 ms, so that whoever hears it knows which were heard.

A starved machine plays gaps and plays late; how much of a sound was heard after a moment is known all the same. S
samples, W windows of 20 ms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, SPOKEN_RATE_HZ, SPOKEN_TICK_SAMPLES, TICK_MS, Pcm

NUM_LOW, NUM_HIGH = 10, 12
NUM_TICKS = NUM_LOW * NUM_HIGH  # 120: it begins anew after 2.4 s
LOW_HZ = np.array([500.0 + 100 * step for step in range(NUM_LOW)])
HIGH_HZ = np.array([1_800.0 + 150 * row for row in range(NUM_HIGH)])
AMPLITUDE = 0.12  # of each tone
SILENT_DBFS = -55.0
MOST_BACK_TICKS = 15
TONAL_SHARE = 0.3  # of a window's power that its two tones hold at least; a seam of two ticks has less
UNKNOWN = -1


def counting_sound() -> Pcm:
    """(NUM_TICKS * SPOKEN_TICK_SAMPLES,) at 24 kHz; goes round without a seam in its count."""
    ticks = np.arange(NUM_TICKS)
    high = ticks // NUM_LOW
    step = ticks % NUM_LOW
    low = np.where(high % 2 == 0, step, NUM_LOW - 1 - step)  # there and back: only one tone changes at a time
    sound = sum(_tones(hz) for hz in (LOW_HZ[low], HIGH_HZ[high]))
    return np.asarray(sound, np.float32)


def _tones(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """One frequency a tick, without a jump between them."""
    phase = np.cumsum(np.repeat(hz, SPOKEN_TICK_SAMPLES)) * 2 * np.pi / SPOKEN_RATE_HZ
    return AMPLITUDE * np.sin(phase)


def _waves(hz: NDArray[np.float64]) -> NDArray[np.complex128]:
    at_s = np.arange(HEARD_TICK_SAMPLES) / HEARD_RATE_HZ
    return np.asarray(np.exp(-2j * np.pi * at_s[:, None] * hz) * np.hanning(HEARD_TICK_SAMPLES)[:, None], np.complex128)


def ticks_in(sound: Pcm) -> NDArray[np.int64]:
    """(S,) at 16 kHz to (W,): which tick each window has most of, UNKNOWN where it is none of them."""
    windows = sound[: len(sound) // HEARD_TICK_SAMPLES * HEARD_TICK_SAMPLES].reshape(-1, HEARD_TICK_SAMPLES)
    windows = windows.astype(np.float64)
    low, high = np.abs(windows @ _waves(LOW_HZ)) ** 2, np.abs(windows @ _waves(HIGH_HZ)) ** 2  # (W, tones)
    power = np.sum(windows**2, axis=1) + 1e-9
    full = np.sum(np.hanning(HEARD_TICK_SAMPLES)) ** 2 / 2 / HEARD_TICK_SAMPLES  # of a lone tone with power 1
    share = (low.max(1) + high.max(1)) / full / power
    row = high.argmax(1)
    step = np.where(row % 2 == 0, low.argmax(1), NUM_LOW - 1 - low.argmax(1))
    is_loud = power > HEARD_TICK_SAMPLES * 10 ** (SILENT_DBFS / 10)
    return np.where(is_loud & (share > TONAL_SHARE), row * NUM_LOW + step, UNKNOWN)


def at(ticks: NDArray[np.int64], window: int) -> int:
    """The last tick that sounded up to a window."""
    known = np.flatnonzero(ticks[: window + 1] != UNKNOWN)
    assert known.size, "it did not sound before"
    return int(ticks[known[-1]])


def last(ticks: NDArray[np.int64]) -> int:
    """The last tick that sounded."""
    return at(ticks, len(ticks) - 1)


def passed_ms(since: int, until: int) -> int:
    """From one tick to another, up to 300 ms back and the rest of a round ahead."""
    return ((until - since + MOST_BACK_TICKS) % NUM_TICKS - MOST_BACK_TICKS) * TICK_MS
