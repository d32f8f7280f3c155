"""Speech a little faster or slower at the same pitch, by leaving out or repeating one pitch period.

The signal is compared with itself at every lag a voice can have; where it repeats best, two periods are faded into
one, or one into two, so that both edges continue what stands beside them (the idea of WSOLA: Verhelst and Roelands,
1993). Sound is (S,) float32 at 16 kHz.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from model.types import HEARD_RATE_HZ, Pcm

MIN_LAG_SAMPLES = HEARD_RATE_HZ // 500  # 32: 500 Hz, above most voices
MAX_LAG_SAMPLES = HEARD_RATE_HZ // 66  # 242: 66 Hz, a low man's voice
ACCELERATE_SAMPLES = 2 * MAX_LAG_SAMPLES  # 484: what `accelerate` needs to see
QUIET_FADE_SAMPLES = HEARD_RATE_HZ * 5 // 1000  # 80

SURE_LIKENESS = 0.8  # voiced speech: nobody hears the cut
FAIR_LIKENESS = 0.4  # audible to some; for when delay is worse
ANY_LIKENESS = -1.0  # for background noise

_SILENT_LEVEL = 10 ** (-60 / 20)
_LOUDEST_FLOOR = 10 ** (-40 / 20)
_FLOOR_RISE_PER_PIECE = 10 ** (1 / 20 / 50)  # 1 dB a second
_QUIET_ABOVE_FLOOR = 2.0  # 6 dB


class NoiseFloor:
    """The level of a sender's background, so that pauses are known without a voice detector."""

    def __init__(self) -> None:
        self._floor = _SILENT_LEVEL

    def observe(self, piece: Pcm) -> None:
        """Take the next 20 ms that sound."""
        level = max(_rms(piece), _SILENT_LEVEL)
        self._floor = min(level, self._floor * _FLOOR_RISE_PER_PIECE, _LOUDEST_FLOOR)

    def is_quiet(self, pcm: Pcm) -> bool:
        """Whether nothing but background is in `pcm`."""
        return _rms(pcm) <= self._floor * _QUIET_ABOVE_FLOOR


def accelerate(pcm: Pcm, min_likeness: float, max_samples: int = MAX_LAG_SAMPLES) -> Pcm:
    """Leave out one pitch period, `max_samples` at most, at the start of `pcm`, at least ACCELERATE_SAMPLES long.

    Returns `pcm` as it is where no two periods are as like as `min_likeness`, a correlation.
    """
    assert len(pcm) >= ACCELERATE_SAMPLES, len(pcm)
    assert max_samples >= MIN_LAG_SAMPLES, max_samples
    end = MAX_LAG_SAMPLES + min(max_samples, MAX_LAG_SAMPLES)
    index, likeness = _most_alike(pcm[:MAX_LAG_SAMPLES], pcm[MIN_LAG_SAMPLES:end])
    if likeness < min_likeness:
        return pcm
    lag = MIN_LAG_SAMPLES + index
    return np.concatenate([_fade(pcm[:lag], pcm[lag : 2 * lag]), pcm[2 * lag :]])


def shorten_quiet(pcm: Pcm, num_samples: int) -> Pcm:
    """Leave out `num_samples` of background at the start of `pcm`, QUIET_FADE_SAMPLES longer at least."""
    assert 0 <= num_samples <= len(pcm) - QUIET_FADE_SAMPLES, (num_samples, len(pcm))
    end = num_samples + QUIET_FADE_SAMPLES
    return np.concatenate([_fade(pcm[:QUIET_FADE_SAMPLES], pcm[num_samples:end]), pcm[end:]])


def expand(past: Pcm, pcm: Pcm, min_likeness: float) -> Pcm:
    """Repeat before `pcm` the last pitch period of `past`, which has sounded already.

    Both are at least MAX_LAG_SAMPLES long. Returns `pcm` as it is where it is not as like `past` as `min_likeness`.
    """
    assert min(len(past), len(pcm)) >= MAX_LAG_SAMPLES, (len(past), len(pcm))
    start = pcm[:MAX_LAG_SAMPLES]
    before = np.concatenate([past[-MAX_LAG_SAMPLES:], start[:-MIN_LAG_SAMPLES]])
    index, likeness = _most_alike(start, before)
    if likeness < min_likeness:
        return pcm
    lag = MAX_LAG_SAMPLES - index
    return np.concatenate([_fade(pcm[:lag], past[-lag:]), pcm])


def _most_alike(pattern: Pcm, sound: Pcm) -> tuple[int, float]:
    """Return where in `sound` it is most like `pattern`, and how much: a correlation of -1 to 1."""
    windows = sliding_window_view(sound, len(pattern))
    products = windows @ pattern
    energies = np.cumsum(np.concatenate([np.zeros(1), sound.astype(np.float64) ** 2]))
    energies = energies[len(pattern) :] - energies[: -len(pattern)]
    likeness = products / np.sqrt(np.maximum(energies * float(pattern @ pattern), 1e-12))
    index = int(np.argmax(likeness))
    return index, float(likeness[index])


def _fade(before: Pcm, after: Pcm) -> Pcm:
    """Fade from one to the other, both of one length."""
    weight = np.linspace(0.0, 1.0, len(before) + 2, dtype=np.float32)[1:-1]
    return (before + weight * (after - before)).astype(np.float32, copy=False)


def _rms(pcm: Pcm) -> float:
    return float(np.sqrt(np.mean(pcm**2))) if len(pcm) else 0.0
