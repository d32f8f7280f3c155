"""Takes the agent's own sound out of what is heard, so that an echo is no person speaking.

The echo is modelled as the own sound, delayed by up to MAX_DELAY_MS and filtered by TAPS taps around that delay.
Both come from correlations: the delay from where heard and own sound agree most, the taps from the normal
equations of least squares (Wiener-Hopf) over the last second or so. Unlike a gradient filter (NLMS) this needs no
seconds to converge: the first micro-turn that holds enough echo already gives its filter, and that first one is
what would make the agent interrupt itself. Speech of a person is uncorrelated with the own sound, so it passes.
What codecs, loudspeakers and jitter buffers bend is not linear and remains: what is left is silenced block by block
where it is small beside the echo that was found, or no louder than echo may be (echo_gate.py). Knows nothing of
speech.

Shapes: S samples of one micro-turn, 16 kHz; K taps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.echo_gate import BLOCK_SAMPLES, EchoGate
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES, Pcm

MAX_DELAY_MS = 800
MAX_DELAY_SAMPLES = MAX_DELAY_MS * HEARD_RATE_HZ // 1000  # 12,800
TAPS = 320  # 20 ms: the direct sound and its first reflections
TAPS_BEFORE = 64  # 4 ms of them stand before the strongest agreement
SPAN_SAMPLES = 2 * HEARD_SAMPLES  # heard sound that one look correlates: this micro-turn and the one before
MEMORY = 0.75  # of the correlations, from one micro-turn to the next
LEFTOVER = 0.6  # of the echo's energy: a block with less than this left holds nobody else
MIN_SHARE = 0.2  # of the heard energy must be explained before anything is taken away
_LOADING = 1e-3  # of the own sound's power, added to it so that the equations stay solvable
_FLOOR = 1e-7  # mean power; below it there is nothing to explain
_HISTORY = MAX_DELAY_SAMPLES + TAPS + SPAN_SAMPLES
_FFT = 1 << (_HISTORY + SPAN_SAMPLES - 1).bit_length()
Real = NDArray[np.float64]


class OwnSoundFilter:
    """One conversation's echo; feed every micro-turn in order."""

    def __init__(self) -> None:
        self._own = np.zeros(_HISTORY)  # newest last
        self._heard = np.zeros(SPAN_SAMPLES)
        self._agreement = np.zeros(MAX_DELAY_SAMPLES + TAPS)  # heard against own, by delay
        self._equations = np.zeros((TAPS, TAPS))  # own against itself, by pairs of taps
        self._gate = EchoGate()
        self.echo_share = 0.0  # of the last micro-turn's energy that was echo

    def clean(self, heard: Pcm, own: Pcm | None) -> Pcm:
        """(S,) heard without the echo of what was sent until now; `own` None means silence was sent."""
        _push(self._own, np.zeros(HEARD_SAMPLES, np.float32) if own is None else own)
        _push(self._heard, heard)
        self.echo_share = 0.0
        if np.mean(self._own**2) < _FLOOR or np.mean(heard**2) < _FLOOR:
            self._agreement *= MEMORY
            self._equations *= MEMORY
            return heard
        echo, delay_samples = self._best_echo()
        self._gate.learn(self._own, heard.astype(np.float64), echo, delay_samples)
        left = self._without(heard.astype(np.float64), echo)
        return self._gate.silence(left, self._own).astype(np.float32)

    def _best_echo(self) -> tuple[Real, int]:
        """The echo in the last micro-turn and its delay: from all memory or now alone, whichever explains more."""
        now = _agreement(self._own, self._heard)
        self._agreement = MEMORY * self._agreement + now
        heard = self._heard[-HEARD_SAMPLES:]
        best, least = np.zeros(HEARD_SAMPLES), float(heard @ heard)
        delay_samples = int(np.argmax(np.abs(self._agreement[:MAX_DELAY_SAMPLES])))
        first = max(0, delay_samples - TAPS_BEFORE)
        equations = tap_equations(self._delayed(first, SPAN_SAMPLES))
        self._equations = MEMORY * self._equations + equations
        for across, itself in ((self._agreement, self._equations), (now, equations)):
            echo = self._echo(across[first : first + TAPS], itself, first)
            if (left := float(((heard - echo) ** 2).sum())) < least:
                best, least = echo, left
        return best, delay_samples

    def _echo(self, across: Real, equations: Real, first: int) -> Real:
        loading = np.eye(TAPS) * (np.trace(equations) / TAPS * _LOADING + _FLOOR)
        taps = np.linalg.solve(equations + loading, across)
        echo = np.convolve(self._delayed(first, HEARD_SAMPLES), taps, mode="valid")
        return np.asarray(echo, np.float64)

    def _delayed(self, first: int, num_samples: int) -> Real:
        """Own sound as the taps from delay `first` on see it: (num_samples + TAPS - 1,)."""
        return self._own[_HISTORY - num_samples - first - (TAPS - 1) : _HISTORY - first]

    def _without(self, heard: Real, echo: Real) -> Real:
        total = float(heard @ heard)
        left = heard - echo
        self.echo_share = 1.0 - float(left @ left) / total
        if self.echo_share < MIN_SHARE:
            return heard
        echo_energy = (echo.reshape(-1, BLOCK_SAMPLES) ** 2).sum(1)
        left_energy = (left.reshape(-1, BLOCK_SAMPLES) ** 2).sum(1)
        # neighbours count too, so that a soft start of a word beside a loud echo is not cut out
        spread = np.convolve(np.pad(echo_energy, 2, mode="edge"), np.ones(5) / 5, mode="valid")
        is_someone = left_energy > LEFTOVER * np.maximum(spread, echo_energy)
        kept = left.reshape(-1, BLOCK_SAMPLES) * is_someone[:, None]
        return kept.reshape(-1)


def _push(sound: Real, newest: Pcm) -> None:
    sound[: -len(newest)] = sound[len(newest) :]
    sound[-len(newest) :] = newest


def _agreement(own: Real, heard: Real) -> Real:
    """Sum of heard[n] * own[n - d] over the SPAN_SAMPLES of heard, for every delay d."""
    across = np.fft.irfft(np.conj(np.fft.rfft(heard, _FFT)) * np.fft.rfft(own, _FFT), _FFT)
    return np.asarray(across[_HISTORY - SPAN_SAMPLES - np.arange(MAX_DELAY_SAMPLES + TAPS)], np.float64)


def tap_equations(delayed: Real) -> Real:
    """(K, K) sums of x[n - i] * x[n - j] over the span, exact also at its edges.

    The first row is a correlation; each further row is the one above, moved, with one product more and one less.
    """
    newest = delayed[TAPS - 1 :]  # tap 0 over the span
    size = 1 << (len(delayed) - 1).bit_length()
    across = np.fft.irfft(np.conj(np.fft.rfft(newest, size)) * np.fft.rfft(delayed, size), size)
    sums = np.empty((TAPS, TAPS))
    sums[0] = sums[:, 0] = across[TAPS - 1 :: -1][:TAPS]
    entering = delayed[TAPS - 2 :: -1]  # x just before the span, by tap: (K - 1,)
    leaving = delayed[:-TAPS:-1]  # x at the span's end, by tap: (K - 1,)
    for row in range(1, TAPS):
        change = entering[row - 1] * entering - leaving[row - 1] * leaving
        sums[row, 1:] = sums[row - 1, :-1] + change
    return sums
