"""agent/resample.py"""

from __future__ import annotations

import numpy as np
import pytest

from agent.resample import Decimator
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, SPOKEN_RATE_HZ, SPOKEN_TICK_SAMPLES, Pcm


def resampled(pcm: Pcm) -> Pcm:
    decimator = Decimator()
    return np.concatenate([decimator.resample(tick) for tick in pcm.reshape(-1, SPOKEN_TICK_SAMPLES)])


def sine(frequency_hz: float, rate_hz: int, num_samples: int) -> Pcm:
    return np.sin(2 * np.pi * frequency_hz * np.arange(num_samples) / rate_hz).astype(np.float32)


@pytest.mark.parametrize("frequency_hz", [100, 1000, 4000, 6500])
def test_a_tone_keeps_frequency_and_level(frequency_hz: float) -> None:
    heard = resampled(sine(frequency_hz, SPOKEN_RATE_HZ, 50 * SPOKEN_TICK_SAMPLES))[1600:]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(heard.size)))
    assert abs(np.argmax(spectrum) * HEARD_RATE_HZ / heard.size - frequency_hz) < 2
    assert abs(20 * np.log10(np.sqrt(2 * np.mean(heard**2)))) < 1.0


@pytest.mark.parametrize("frequency_hz", [9_500, 11_000])
def test_what_would_alias_is_gone(frequency_hz: float) -> None:
    heard = resampled(sine(frequency_hz, SPOKEN_RATE_HZ, 50 * SPOKEN_TICK_SAMPLES))[1600:]
    assert 10 * np.log10(np.mean(heard**2) + 1e-12) < -45


def test_there_is_no_seam_between_ticks() -> None:
    heard = resampled(sine(440, SPOKEN_RATE_HZ, 20 * SPOKEN_TICK_SAMPLES))[HEARD_TICK_SAMPLES:]
    bend = np.abs(np.diff(heard, 2))
    assert bend.max() < 1.1 * (2 * np.pi * 440 / HEARD_RATE_HZ) ** 2
