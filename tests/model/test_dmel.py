"""The ear hears what Inkling's feature extractor hears, in any chunks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from model.dmel import FRAMES_PER_CHUNK, HOP_SAMPLES, NUM_LEVELS, NUM_MELS, Dmel, dmel_of_clip
from model.types import HEARD_RATE_HZ, HEARD_SAMPLES, InputError
from tests.model import inkling_reference as reference

_PROMPTS = Path("/usr/share/asterisk/sounds")


def _noise(num_samples: int, seed: int, level: float) -> Tensor:
    return torch.randn(num_samples, generator=torch.Generator().manual_seed(seed)) * level


def _speech() -> Tensor:
    """A human prompt where the machine has one, else espeak-ng's voice; float32 at 16 kHz."""
    prompts = sorted(_PROMPTS.glob("en*/agent-loginok.g722"))
    if prompts and shutil.which("ffmpeg"):
        command = ["ffmpeg", "-v", "error", "-f", "g722", "-i", str(prompts[0]), "-ar", "16000", "-f", "s16le", "-"]
        raw = subprocess.run(command, capture_output=True, check=True).stdout
        return torch.from_numpy(np.frombuffer(raw, np.int16).astype(np.float32) / 32768)
    if espeak := shutil.which("espeak-ng"):
        wav = subprocess.run([espeak, "--stdout", "We are listening."], capture_output=True, check=True).stdout
        return torch.from_numpy(np.frombuffer(wav[44:], np.int16).astype(np.float32) / 32768)
    pytest.skip("neither the Asterisk prompts nor espeak-ng are installed")


@pytest.mark.parametrize("level", [0.0, 1e-4, 0.01, 0.3])
@pytest.mark.parametrize("num_samples", [1, HOP_SAMPLES, 12_345, 10 * HEARD_RATE_HZ])
def test_levels_equal_inklings_on_noise(num_samples: int, level: float) -> None:
    pcm = _noise(num_samples, seed=num_samples, level=level)
    assert torch.equal(dmel_of_clip(pcm, HEARD_RATE_HZ), reference.levels(pcm))


def test_levels_equal_inklings_on_speech() -> None:
    pcm = _speech()
    levels = dmel_of_clip(pcm, HEARD_RATE_HZ)
    assert len(torch.unique(levels)) > NUM_LEVELS // 2  # it is speech, not silence
    assert torch.equal(levels, reference.levels(pcm))


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**31), num_chunks=st.integers(1, 12))
def test_stepping_gives_the_same_bits_as_the_whole(seed: int, num_chunks: int) -> None:
    pcm = _noise(num_chunks * HEARD_SAMPLES, seed, level=0.1)
    dmel = Dmel()
    stepped = torch.cat([dmel.step_(chunk) for chunk in pcm.split(HEARD_SAMPLES)])
    assert stepped.shape == (num_chunks * FRAMES_PER_CHUNK, NUM_MELS)
    assert torch.equal(stepped, dmel_of_clip(pcm, HEARD_RATE_HZ))


def test_reset_forgets_the_sound_before() -> None:
    dmel, pcm = Dmel(), _noise(HEARD_SAMPLES, 1, 0.1)
    fresh = dmel.step_(pcm)
    assert not torch.equal(dmel.step_(pcm), fresh)
    dmel.reset_()
    assert torch.equal(dmel.step_(pcm), fresh)


def test_bad_sound_is_named() -> None:
    broken = torch.zeros(HEARD_SAMPLES)
    broken[17] = float("nan")
    with pytest.raises(InputError, match="sample 17 is not finite"):
        Dmel().step_(broken)
    with pytest.raises(InputError, match=r"expected \(3200,\) float32, got \(3199,\)"):
        Dmel().step_(torch.zeros(HEARD_SAMPLES - 1))
    with pytest.raises(InputError, match="expected 16000 Hz, got 48000 Hz"):
        dmel_of_clip(torch.zeros(HEARD_SAMPLES), rate_hz=48_000)
    with pytest.raises(InputError, match=r"got \(0,\)"):
        dmel_of_clip(torch.zeros(0), HEARD_RATE_HZ)
