"""The log-mel front end equals its formula, written out as sums in float64."""

import numpy as np
import torch

from model.mel_filters import slaney_filters
from model.whisper_mel import HOP_SAMPLES, NUM_BINS, SAMPLE_RATE_HZ, WINDOW_SAMPLES, LogMel


def test_every_filter_has_area_one_and_peaks_rise() -> None:
    filters = slaney_filters(80, NUM_BINS, SAMPLE_RATE_HZ).double()
    step_hz = SAMPLE_RATE_HZ / 2 / (NUM_BINS - 1)
    wide = filters[40:]  # narrower ones are sampled too coarsely for their area to show
    torch.testing.assert_close(wide.sum(1) * step_hz, torch.ones(40, dtype=torch.float64), atol=0.08, rtol=0)
    peaks = filters.argmax(1)
    assert (peaks[1:] >= peaks[:-1]).all()


def test_the_scale_is_linear_below_one_kilohertz_and_logarithmic_above() -> None:
    centres_hz = slaney_filters(80, NUM_BINS, SAMPLE_RATE_HZ).argmax(1).double() * SAMPLE_RATE_HZ / WINDOW_SAMPLES
    steps = centres_hz.diff()
    assert steps[:20].max() <= 2 * 40  # about 37 Hz, on a grid of 40 Hz
    ratios = centres_hz[60:][1:] / centres_hz[60:][:-1]
    assert 1.02 < ratios.min() < ratios.max() < 1.06


def test_log_mel_is_the_sum_it_claims_to_be() -> None:
    clip = np.random.default_rng(3).standard_normal(1600) * 0.1
    padded = np.pad(clip, WINDOW_SAMPLES // 2, mode="reflect")
    n = np.arange(WINDOW_SAMPLES)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * n / WINDOW_SAMPLES)
    basis = np.exp(-2j * np.pi * np.outer(np.arange(NUM_BINS), n) / WINDOW_SAMPLES)
    starts = range(0, len(clip), HOP_SAMPLES)
    power = np.stack([np.abs(basis @ (window * padded[i : i + WINDOW_SAMPLES])) ** 2 for i in starts], axis=1)
    log = np.log10(np.maximum(slaney_filters(80, NUM_BINS, SAMPLE_RATE_HZ).double().numpy() @ power, 1e-10))
    expected = (np.maximum(log, log.max() - 8) + 4) / 4
    found = LogMel(80)(torch.from_numpy(clip.astype(np.float32)))
    assert found.shape == (80, 10)
    np.testing.assert_allclose(found.numpy(), expected, atol=2e-4)
