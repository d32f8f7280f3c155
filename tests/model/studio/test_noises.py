"""Noises: as long as asked, as loud as speech, another for each draw, and told apart by their spectra."""

from __future__ import annotations

import random

import numpy as np
import pytest

from model.studio.noises import KINDS, make_noise
from model.types import HEARD_RATE_HZ, InputError


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("duration_s", [0.05, 0.3, 1.0, 2.7])
def test_a_noise_is_as_long_as_asked_and_neither_silent_nor_broken(kind: str, duration_s: float) -> None:
    pcm = make_noise(kind, duration_s, random.Random(2))
    assert (pcm.shape, pcm.dtype) == ((round(duration_s * HEARD_RATE_HZ),), np.float32)
    assert np.isfinite(pcm).all()
    assert 0.03 < np.abs(pcm).max() <= 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_noise_is_the_same_for_a_seed_and_another_for_another(kind: str) -> None:
    first, again, other = (make_noise(kind, 1.0, random.Random(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert abs(float(np.corrcoef(first, other)[0, 1])) < 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_noise_starts_and_ends_without_a_click(kind: str) -> None:
    pcm = make_noise(kind, 1.0, random.Random(1))
    assert max(abs(float(pcm[0])), abs(float(pcm[-1]))) < 0.05


def test_kinds_sound_unlike_each_other() -> None:
    means: list[np.ndarray] = []
    for kind in ("phone", "cough", "hm", "door"):
        spectra = [np.abs(np.fft.rfft(make_noise(kind, 1.0, random.Random(seed))))[:8000] for seed in range(8)]
        bands = np.log10(np.mean(spectra, axis=0).reshape(40, 200).mean(axis=1))
        means.append(bands - bands.mean())
    distances = [np.abs(a - b).mean() for index, a in enumerate(means) for b in means[:index]]
    assert min(distances) > 0.05


def test_an_unknown_kind_and_no_time_are_refused() -> None:
    with pytest.raises(InputError, match="vuvuzela"):
        make_noise("vuvuzela", 1.0, random.Random(0))
    with pytest.raises(InputError, match="duration_s"):
        make_noise("cough", 0.0, random.Random(0))
