"""Speech-like sound whose every moment is unlike any other, and how late it is heard. S samples at 16 kHz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.types import HEARD_RATE_HZ, Pcm

MAX_DELAY_S = 0.8
WINDOW_SAMPLES = HEARD_RATE_HZ // 5  # 3200: 200 ms are compared
MIN_LIKENESS = 0.3

_STEP_SAMPLES = HEARD_RATE_HZ // 200  # 80: pitch and formants move every 5 ms
_SYLLABLE_S = (0.12, 0.3)
_MAX_HARMONICS = 40
_FORMANT_WIDTH_HZ = 120.0


def babble(duration_s: float, seed: int) -> Pcm:
    """Return (S,) of a voice that glides from vowel to vowel, never silent and never repeating."""
    generator = np.random.default_rng(seed)
    num_steps = int(duration_s * HEARD_RATE_HZ) // _STEP_SAMPLES + 1
    pitch_hz = _glide(generator, num_steps, 95.0, 190.0)
    formants_hz = [_glide(generator, num_steps, low, high) for low, high in ((300, 800), (900, 2200), (2300, 3200))]
    level = _glide(generator, num_steps, 0.25, 1.0)
    steps = np.arange(int(duration_s * HEARD_RATE_HZ)) / _STEP_SAMPLES
    at = np.arange(num_steps)
    phase = 2 * np.pi * np.cumsum(np.interp(steps, at, pitch_hz)) / HEARD_RATE_HZ
    pcm = np.zeros(len(steps))
    for harmonic in range(1, _MAX_HARMONICS + 1):
        rate_hz = harmonic * pitch_hz
        gain = sum(1 / (1 + ((rate_hz - formant) / _FORMANT_WIDTH_HZ) ** 2) for formant in formants_hz)
        gain = gain * level * (rate_hz < 0.45 * HEARD_RATE_HZ)
        pcm += np.interp(steps, at, gain) * np.cos(harmonic * phase)
    return (0.4 * pcm / np.abs(pcm).max()).astype(np.float32)


def delay_ms(sent: Pcm, sent_until: int, window: Pcm) -> float | None:
    """Return how long before now the end of `window` was sent, where `sent[:sent_until]` was sent until now.

    None when nothing sent lately is like it.
    """
    start = max(0, sent_until - int(MAX_DELAY_S * HEARD_RATE_HZ) - len(window))
    lately = sent[start:sent_until].astype(np.float64)
    if len(lately) < len(window) or not window.any():
        return None
    size = 1 << (len(lately) + len(window)).bit_length()
    products = np.fft.irfft(np.fft.rfft(lately, size) * np.conj(np.fft.rfft(window, size)), size)
    products = products[: len(lately) - len(window) + 1]
    sums = np.cumsum(np.concatenate([np.zeros(1), lately**2]))
    energies = sums[len(window) :] - sums[: -len(window)]
    likeness = products / np.sqrt(np.maximum(energies * float(np.sum(window.astype(np.float64) ** 2)), 1e-12))
    best = int(np.argmax(likeness))
    if likeness[best] < MIN_LIKENESS:
        return None
    return (sent_until - (start + best + len(window))) / HEARD_RATE_HZ * 1000.0


def _glide(generator: np.random.Generator, num_steps: int, low: float, high: float) -> NDArray[np.float64]:
    """Return a curve through a random value a syllable."""
    times, values, at = list[float](), list[float](), 0.0
    while at < num_steps + 1:
        times.append(at)
        values.append(generator.uniform(low, high))
        at += generator.uniform(*_SYLLABLE_S) * HEARD_RATE_HZ / _STEP_SAMPLES
    return np.interp(np.arange(num_steps), [*times, at], [*values, low])
