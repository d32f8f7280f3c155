"""Measured pitch."""

from __future__ import annotations

import pytest
import torch

from model.pitch import measure_pitch
from model.types import SPOKEN_RATE_HZ


@pytest.mark.parametrize("pitch_hz", [85.0, 123.4, 210.0, 333.0])
def test_a_voiced_sound_has_its_pitch(pitch_hz: float) -> None:
    at = torch.arange(SPOKEN_RATE_HZ) / SPOKEN_RATE_HZ
    sound = sum((torch.sin(2 * torch.pi * pitch_hz * k * at) / k for k in range(1, 9)), torch.zeros(()))
    found = measure_pitch(0.05 * sound)[5:-5]
    assert (found / pitch_hz - 1).abs().max() < 0.01


def test_noise_and_silence_have_none() -> None:
    noise = 0.1 * torch.randn(SPOKEN_RATE_HZ, generator=torch.Generator().manual_seed(0))
    assert (measure_pitch(noise) == 0).float().mean() > 0.95
    assert not measure_pitch(torch.zeros(SPOKEN_RATE_HZ)).any()
