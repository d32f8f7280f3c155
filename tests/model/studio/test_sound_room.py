"""The room: as long as the mix, words at their times, levels and noise in their bounds, and fast."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from model.studio.sound_room import in_a_room
from model.types import HEARD_RATE_HZ, Pcm

SEEDS = range(40)


def call(duration_s: float = 6.0) -> Pcm:
    """Bursts like words, of a second each, with a second of silence after each."""
    noise = np.random.default_rng(0).standard_normal(round(duration_s * HEARD_RATE_HZ)).astype(np.float32) * 0.08
    is_speech = np.arange(len(noise)) // HEARD_RATE_HZ % 2 == 0
    return np.where(
        is_speech, np.cumsum(noise) * 0.1 - np.convolve(np.cumsum(noise) * 0.1, np.ones(99) / 99, "same"), 0
    )


def test_it_is_as_long_as_the_mix_and_the_same_for_a_seed() -> None:
    mix = call().astype(np.float32)
    for seed in SEEDS:
        heard = in_a_room(mix, random.Random(seed))
        assert (heard.shape, heard.dtype) == (mix.shape, np.float32)
        assert np.isfinite(heard).all()
        assert np.abs(heard).max() <= 1.0
    np.testing.assert_array_equal(in_a_room(mix, random.Random(3)), in_a_room(mix, random.Random(3)))


def test_words_keep_their_times() -> None:
    mix = call(2.0).astype(np.float32)
    for seed in SEEDS:
        heard = in_a_room(mix, random.Random(seed))
        around = np.correlate(heard[8_000:12_000], mix[8_000 - 400 : 12_000 + 400], "valid")
        assert abs(int(np.argmax(np.abs(around))) - 400) <= 32, seed  # 2 ms


def test_calls_differ_in_level_and_in_noise() -> None:
    mix = call().astype(np.float32)
    heard = [in_a_room(mix, random.Random(seed)) for seed in SEEDS]
    peaks_db = [20 * np.log10(np.abs(pcm).max()) for pcm in heard]
    assert max(peaks_db) - min(peaks_db) > 15
    quiet = slice(round(1.8 * HEARD_RATE_HZ), round(1.99 * HEARD_RATE_HZ))
    loud = slice(round(0.2 * HEARD_RATE_HZ), round(0.8 * HEARD_RATE_HZ))
    snr_db = [20 * np.log10(pcm[loud].std() / max(pcm[quiet].std(), 1e-9)) for pcm in heard]
    assert sum(snr < 20 for snr in snr_db) >= 5
    assert sum(snr > 45 for snr in snr_db) >= 5


@pytest.mark.parametrize("num_samples", [0, 1, 320, 3200])
def test_silence_and_short_mixes_are_no_trouble(num_samples: int) -> None:
    for seed in range(10):
        heard = in_a_room(np.zeros(num_samples, np.float32), random.Random(seed))
        assert heard.shape == (num_samples,)
        assert np.abs(heard).max(initial=0) <= 1.0


def test_it_is_faster_than_three_hundred_times_the_sound() -> None:
    mix = call(60.0).astype(np.float32)
    in_a_room(mix, random.Random(0))
    started_s = time.process_time()
    for seed in range(5):
        in_a_room(mix, random.Random(seed))
    assert 5 * 60 / (time.process_time() - started_s) > 300
