"""How loud somebody speaks: K-weighted level after ITU-R BS.1770 over the last 400 ms of speech. Knows no etiquette.

Each 20 ms piece is weighted in the frequency domain, which needs no filter state and costs a few microseconds; levels
are in LKFS (a full-scale sine of 997 Hz in one channel has -3.01).
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, Pcm

WINDOW_TICKS = 20  # 400 ms
GATE_LKFS = -50.0  # quieter pieces are pauses and do not count
ONSET_TICKS = 3  # of the last RECENT_TICKS above the gate: somebody speaks
RECENT_TICKS = 5
RELEASE_TICKS = 30  # 600 ms without a loud piece: nobody speaks any more
_OFFSET_DB = -0.691


def k_weights() -> NDArray[np.floating]:
    """|H|^2 of the two K-weighting stages at the bins of a piece's spectrum, scaled to mean square: (161,).

    The stages' analogue prototypes: a shelf of +4 dB above 1682 Hz and a high pass at 38 Hz (BS.1770-4, annex 1).
    """
    hz = np.fft.rfftfreq(HEARD_TICK_SAMPLES, 1 / HEARD_RATE_HZ)
    shelf = _shelf(hz, 1681.974450955533, 0.7071752369554196, 3.999843853973347)
    s = 1j * hz / 38.13547087602444
    high_pass = s**2 / (s**2 + s / 0.5003270373238773 + 1)
    # rfft keeps one half of the spectrum: every bin but the first and the last counts twice
    sides = np.where((hz > 0) & (hz < HEARD_RATE_HZ / 2), 2.0, 1.0)
    return np.abs(shelf * high_pass) ** 2 * sides / HEARD_TICK_SAMPLES**2


def _shelf(hz: NDArray[np.floating], corner_hz: float, q: float, gain_db: float) -> NDArray[np.complexfloating]:
    high = 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    s = 1j * hz / corner_hz
    return (high * s**2 + band * s / q + 1) / (s**2 + s / q + 1)


_WEIGHTS = k_weights()
_GATE_POWER = 10 ** ((GATE_LKFS - _OFFSET_DB) / 10)


def k_power(pcm: Pcm) -> float:
    """The K-weighted mean square of one piece, (HEARD_TICK_SAMPLES,) at 16 kHz."""
    spectrum = np.fft.rfft(pcm)
    return float(np.dot(_WEIGHTS, spectrum.real**2 + spectrum.imag**2))


def lkfs(power: float) -> float:
    """A mean square as a level; silence is -120."""
    return max(-120.0, _OFFSET_DB + 10 * float(np.log10(max(power, 1e-13))))


class SpeechLevel:
    """The level of one voice, piece by piece."""

    def __init__(self) -> None:
        self._powers: deque[float] = deque(maxlen=WINDOW_TICKS)
        self._recent: deque[bool] = deque(maxlen=RECENT_TICKS)
        self._since_loud = RELEASE_TICKS
        self._is_speaking = False

    def add(self, pcm: Pcm | None) -> None:
        """Take one piece; None is silence."""
        power = 0.0 if pcm is None else k_power(pcm)
        is_loud = power > _GATE_POWER
        self._recent.append(is_loud)
        if is_loud:
            self._powers.append(power)
        self._since_loud = 0 if is_loud else self._since_loud + 1
        if sum(self._recent) >= ONSET_TICKS:
            self._is_speaking = True
        elif self._since_loud >= RELEASE_TICKS:
            self._is_speaking = False
            self._powers.clear()

    @property
    def is_speaking(self) -> bool:
        """From 60 ms after somebody begins to 600 ms after they end."""
        return self._is_speaking

    @property
    def level_lkfs(self) -> float | None:
        """Over the last 400 ms of speech, pauses left out; None when there was none."""
        return lkfs(sum(self._powers) / len(self._powers)) if self._powers else None
