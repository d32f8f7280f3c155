"""24 kHz to 16 kHz in a stream: any cut into pieces gives the same samples. Knows nothing of what sounds."""

from __future__ import annotations

import numpy as np

from model.types import HEARD_TICK_SAMPLES, SPOKEN_TICK_SAMPLES, Pcm

_UP, _DOWN = 2, 3  # 24 kHz * 2 / 3 = 16 kHz
_TAPS_PER_PHASE = 32
_NUM_TAPS = _TAPS_PER_PHASE * _UP  # 64, at 48 kHz: 0.7 ms of delay
_CUTOFF = 0.92 / _DOWN  # of the 48 kHz rate's Nyquist frequency, so 7.4 kHz


def _phases() -> Pcm:
    """A Kaiser-windowed sinc (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5), by phase."""
    middle = (_NUM_TAPS - 1) / 2
    offsets = np.arange(_NUM_TAPS) - middle
    taps = _UP * _CUTOFF * np.sinc(_CUTOFF * offsets) * np.kaiser(_NUM_TAPS, 7.0)
    phases = taps.reshape(_TAPS_PER_PHASE, _UP).T  # (UP, TAPS)
    phases /= phases.sum(axis=1, keepdims=True)
    return phases[:, ::-1].astype(np.float32)


class Decimator:
    """Resamples 20 ms pieces of the agent's sound to the rate at which the model hears."""

    _PHASES = _phases()  # (UP, TAPS), taps reversed
    _POSITIONS = np.arange(HEARD_TICK_SAMPLES) * _DOWN  # at 48 kHz
    _WINDOWS = _POSITIONS[:, None] // _UP + np.arange(_TAPS_PER_PHASE)[None, :]  # (320, TAPS)
    _TAPS = _PHASES[_POSITIONS % _UP]  # (320, TAPS)

    def __init__(self) -> None:
        self._past = np.zeros(_TAPS_PER_PHASE - 1, dtype=np.float32)

    def resample(self, pcm: Pcm) -> Pcm:
        """(480,) at 24 kHz to (320,) at 16 kHz; mutates the filter's past."""
        assert pcm.shape == (SPOKEN_TICK_SAMPLES,), pcm.shape
        line = np.concatenate((self._past, pcm))
        self._past = line[-(_TAPS_PER_PHASE - 1) :].copy()
        return (line[self._WINDOWS] * self._TAPS).sum(axis=1, dtype=np.float32)
