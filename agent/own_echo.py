"""Whether what somebody's microphone just sent is the agent's own sound coming back. Knows no words and no filters.

Asked about half a second, after the fact. Two likenesses must agree, at any delay up to MAX_DELAY_MS: that of the two
spectra as they move, which codecs and jitter buffers hardly bend, and that of the waves, which two different voices
never have. Neither depends on how loud the echo is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from model.types import HEARD_TICK_SAMPLES, TICK_MS, Pcm

SPAN_TICKS = 500 // TICK_MS
MAX_DELAY_MS = 900  # network there and back, two jitter buffers, the room
DELAY_TICKS = MAX_DELAY_MS // TICK_MS
SPECTRUM_LIKENESS = 0.8  # echoes: above 0.82 in 99 of 100 half seconds, stretched by jitter buffers; others: 0.6
WAVE_LIKENESS = 0.12  # echoes: above 0.15 in 99 of 100; others: 0.05
_EDGES = np.unique(np.round(np.geomspace(4, 150, 21)).astype(int))  # of the bands, in bins of 50 Hz
_WINDOW = np.hanning(HEARD_TICK_SAMPLES)
_LEAST_POWER = 1e-7
_SILENCE = np.zeros(HEARD_TICK_SAMPLES, np.float32)
Real = NDArray[np.float64]


class OwnEcho:
    """One conversation's; keeps about a second and a half of the agent's sound and half a second of each person's."""

    def __init__(self) -> None:
        self._own: deque[Pcm] = deque([_SILENCE] * (SPAN_TICKS + DELAY_TICKS), maxlen=SPAN_TICKS + DELAY_TICKS)
        self._people: dict[str, deque[Pcm]] = {}

    def add(self, sounds: Mapping[str, Pcm], own: Pcm | None) -> None:
        """Take one tick of everybody's sound at 16 kHz and of the agent's as sent; None is silence."""
        self._own.append(_SILENCE if own is None else own)
        for gone in self._people.keys() - sounds.keys():
            del self._people[gone]
        for who, pcm in sounds.items():
            self._people.setdefault(who, deque(maxlen=SPAN_TICKS)).append(pcm)

    def is_in(self, who: str) -> bool:
        """Whether the last half second of somebody's sound is the agent's own; False until there is so much."""
        if len(self._people.get(who, ())) < SPAN_TICKS:
            return False
        heard, own = (np.concatenate(each).astype(np.float64) for each in (self._people[who], self._own))
        return spectrum_likeness(heard, own) > SPECTRUM_LIKENESS and wave_likeness(heard, own) > WAVE_LIKENESS


def spectrum_likeness(heard: Real, own: Real) -> float:
    """The best correlation of (S,) heard with as much of (S + delay,) own sound, band by band and tick by tick."""
    spectrum, sent = _bands(heard), _bands(own)
    spectrum -= spectrum.mean(0)
    best = 0.0
    for start in range(len(sent) - len(spectrum) + 1):
        part = sent[start : start + len(spectrum)]
        part = part - part.mean(0)
        both = float(np.sqrt((spectrum**2).sum() * (part**2).sum()))
        best = max(best, float((spectrum * part).sum()) / max(both, _LEAST_POWER))
    return best


def wave_likeness(heard: Real, own: Real) -> float:
    """The largest share of the energy of (S,) heard that as much of (S + delay,) own sound explains, scaled."""
    size = 1 << (len(own) + len(heard) - 1).bit_length()
    across = np.fft.irfft(np.conj(np.fft.rfft(heard, size)) * np.fft.rfft(own, size), size)
    across = across[: len(own) - len(heard) + 1]
    summed = np.concatenate(([0.0], np.cumsum(own**2)))
    energy = summed[len(heard) :] - summed[: len(summed) - len(heard)]
    return float((across**2 / (energy * float(heard @ heard) + _LEAST_POWER**2)).max())


def _bands(sound: Real) -> Real:
    """Log energies by tick and band: (ticks, bands)."""
    ticks = sound.reshape(-1, HEARD_TICK_SAMPLES) * _WINDOW
    power = np.abs(np.fft.rfft(ticks)) ** 2
    return np.log(np.add.reduceat(power, _EDGES[:-1], axis=1)[:, : len(_EDGES) - 1] + _LEAST_POWER)
