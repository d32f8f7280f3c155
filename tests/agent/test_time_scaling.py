"""Time-scaling on real speech: length changes, pitch and smoothness do not. S samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agent.time_scaling import (
    ACCELERATE_SAMPLES,
    ANY_LIKENESS,
    MAX_LAG_SAMPLES,
    MIN_LAG_SAMPLES,
    QUIET_FADE_SAMPLES,
    SURE_LIKENESS,
    NoiseFloor,
    accelerate,
    expand,
    shorten_quiet,
)
from model.types import Pcm
from tests.agent.speech import RATE_HZ, speech

PIECE_SAMPLES = RATE_HZ // 50
STEP_SAMPLES = 3 * PIECE_SAMPLES


def tone(rate_hz: float, num_samples: int) -> Pcm:
    t = np.arange(num_samples) / RATE_HZ
    return (0.4 * np.sin(2 * np.pi * rate_hz * t) + 0.2 * np.sin(4 * np.pi * rate_hz * t)).astype(np.float32)


def accelerated(pcm: Pcm) -> Pcm:
    """Speed up every 60 ms where the speech allows it."""
    parts = [
        accelerate(pcm[i : i + STEP_SAMPLES], SURE_LIKENESS) for i in range(0, len(pcm) - STEP_SAMPLES, STEP_SAMPLES)
    ]
    return np.concatenate(parts)


def expanded(pcm: Pcm) -> Pcm:
    """Slow down every 60 ms where the speech allows it."""
    parts = [pcm[:STEP_SAMPLES]]
    for i in range(STEP_SAMPLES, len(pcm) - STEP_SAMPLES, STEP_SAMPLES):
        parts.append(expand(pcm[:i], pcm[i : i + STEP_SAMPLES], SURE_LIKENESS))
    return np.concatenate(parts)


def pitches_hz(pcm: Pcm) -> Pcm:
    """Return the pitch of every clearly voiced 40 ms, by autocorrelation."""
    found: list[float] = []
    size = RATE_HZ // 25
    for i in range(0, len(pcm) - size, size // 2):
        part = pcm[i : i + size]
        if np.sqrt((part**2).mean()) < 0.03:
            continue
        spectrum = np.fft.rfft(part * np.hanning(size), 2 * size)
        likeness = np.fft.irfft(np.abs(spectrum) ** 2)[:size]
        lag = 40 + int(np.argmax(likeness[40:260]))
        if likeness[lag] > 0.6 * likeness[0]:
            found.append(RATE_HZ / lag)
    return np.array(found, dtype=np.float32)


@pytest.mark.parametrize("scaled", [accelerated, expanded])
def test_speech_changes_length_and_keeps_its_pitch(scaled: Callable[[Pcm], Pcm]) -> None:
    pcm = speech(12.0)
    result = scaled(pcm)
    ratio = len(result) / len(pcm)
    assert ratio < 0.95 if scaled is accelerated else ratio > 1.04
    before, after = pitches_hz(pcm), pitches_hz(result)
    assert len(before) > 100
    for quantile in (0.25, 0.5, 0.75):
        assert np.quantile(after, quantile) == pytest.approx(np.quantile(before, quantile), rel=0.04)


@pytest.mark.parametrize("rate_hz", [80.0, 110.0, 153.0, 211.0, 320.0])
def test_a_tone_stays_that_tone(rate_hz: float) -> None:
    pcm = tone(rate_hz, 4000)
    shorter = accelerate(pcm[1000:], SURE_LIKENESS)
    longer = expand(pcm[:1000], pcm[1000:], SURE_LIKENESS)
    for result, whole in ((shorter, shorter), (longer, np.concatenate([pcm[:1000], longer]))):
        assert abs(len(result) - 3000) >= MIN_LAG_SAMPLES
        spectrum = np.abs(np.fft.rfft(whole * np.hanning(len(whole)), 1 << 16))
        assert np.argmax(spectrum) * RATE_HZ / (1 << 16) == pytest.approx(rate_hz, rel=0.01)


def test_no_cut_is_heard_as_a_click() -> None:
    pcm = speech(12.0)
    num_changed = 0
    for i in range(MAX_LAG_SAMPLES, len(pcm) - STEP_SAMPLES, STEP_SAMPLES):
        past, part = pcm[i - MAX_LAG_SAMPLES : i], pcm[i : i + STEP_SAMPLES]
        steepest = float(np.abs(np.diff(pcm[i - MAX_LAG_SAMPLES : i + STEP_SAMPLES])).max())
        for result in (accelerate(part, SURE_LIKENESS), expand(past, part, SURE_LIKENESS)):
            num_changed += len(result) != len(part)
            assert np.abs(np.diff(np.concatenate([past, result]))).max() <= 1.1 * steepest + 1e-3
            assert np.array_equal(result[-MIN_LAG_SAMPLES:], part[-MIN_LAG_SAMPLES:])
    assert num_changed > 100


def test_sound_that_does_not_repeat_itself_is_left_alone() -> None:
    noise = np.random.default_rng(7).normal(0, 0.1, 2000).astype(np.float32)
    assert accelerate(noise, SURE_LIKENESS) is noise
    assert expand(noise[:1000], noise[1000:], SURE_LIKENESS).shape == (1000,)


def test_background_shrinks_by_any_amount_at_once() -> None:
    noise = np.random.default_rng(7).normal(0, 1e-3, ACCELERATE_SAMPLES).astype(np.float32)
    most = ACCELERATE_SAMPLES - QUIET_FADE_SAMPLES
    assert most > MAX_LAG_SAMPLES, "silence must compress faster than speech can"
    for num_samples in (0, 1, 100, most):
        result = shorten_quiet(noise, num_samples)
        assert len(result) == len(noise) - num_samples
        assert np.abs(np.diff(result)).max() <= np.abs(np.diff(noise)).max() * 1.5
    assert len(expand(noise, noise, ANY_LIKENESS)) > len(noise)


def test_the_floor_follows_background_and_not_speech() -> None:
    generator = np.random.default_rng(3)
    floor = NoiseFloor()
    background = [generator.normal(0, 0.003, PIECE_SAMPLES).astype(np.float32) for _ in range(1500)]
    for piece in background:
        floor.observe(piece)
    assert floor.is_quiet(background[-1])
    talk = speech(8.0)
    loud = [talk[i : i + PIECE_SAMPLES] for i in range(0, len(talk) - PIECE_SAMPLES, PIECE_SAMPLES)]
    loudest = max(loud, key=lambda piece: float(np.abs(piece).max()))
    for piece in loud:
        floor.observe(piece)
    assert not floor.is_quiet(loudest)
    assert floor.is_quiet(np.zeros(PIECE_SAMPLES, dtype=np.float32))


SOUND = arrays(np.float32, st.integers(ACCELERATE_SAMPLES, 900), elements=st.floats(-1, 1, width=32))


@settings(max_examples=50)
@given(pcm=SOUND, likeness=st.sampled_from([SURE_LIKENESS, ANY_LIKENESS]))
def test_any_sound_stays_finite_within_its_range_and_changes_by_one_lag_at_most(pcm: Pcm, likeness: float) -> None:
    shorter, longer = accelerate(pcm, likeness), expand(pcm, pcm, likeness)
    assert len(pcm) - MAX_LAG_SAMPLES <= len(shorter) <= len(pcm) <= len(longer) <= len(pcm) + MAX_LAG_SAMPLES
    for result in (shorter, longer):
        assert result.dtype == np.float32
        assert float(np.abs(result).max(initial=0)) <= float(np.abs(pcm).max(initial=0)) + 1e-6
