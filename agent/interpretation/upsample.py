"""16 kHz to 24 kHz in a stream: what an interpreter says goes out at the rate of the agent's voices."""

from __future__ import annotations

import numpy as np

from model.types import HEARD_TICK_SAMPLES, SPOKEN_TICK_SAMPLES, Pcm

_UP, _DOWN = 3, 2  # 16 kHz * 3 / 2 = 24 kHz
_TAPS_PER_PHASE = 16
_NUM_TAPS = _TAPS_PER_PHASE * _UP  # 48, at 48 kHz: 0.5 ms of delay
_CUTOFF = 0.92 / _UP  # of the 48 kHz rate's Nyquist frequency, so 7.4 kHz


def _phases() -> Pcm:
    """A Kaiser-windowed sinc (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5), by phase."""
    offsets = np.arange(_NUM_TAPS) - (_NUM_TAPS - 1) / 2
    taps = np.sinc(_CUTOFF * offsets) * np.kaiser(_NUM_TAPS, 7.0)
    phases = taps.reshape(_TAPS_PER_PHASE, _UP).T  # (UP, TAPS)
    phases /= phases.sum(axis=1, keepdims=True)
    return phases[:, ::-1].astype(np.float32)


class Upsampler:
    """The filter's past of one stream."""

    _POSITIONS = np.arange(SPOKEN_TICK_SAMPLES) * _DOWN  # at 48 kHz
    _WINDOWS = _POSITIONS[:, None] // _UP + np.arange(_TAPS_PER_PHASE)[None, :]  # (480, TAPS)
    _TAPS = _phases()[_POSITIONS % _UP]  # (480, TAPS)

    def __init__(self) -> None:
        self._past = np.zeros(_TAPS_PER_PHASE - 1, np.float32)

    def resample(self, pcm: Pcm) -> Pcm:
        """(320,) at 16 kHz to (480,) at 24 kHz; mutates the filter's past."""
        assert pcm.shape == (HEARD_TICK_SAMPLES,), pcm.shape
        line = np.concatenate((self._past, pcm))
        self._past = line[-(_TAPS_PER_PHASE - 1) :].copy()
        return (line[self._WINDOWS] * self._TAPS).sum(axis=1, dtype=np.float32)
