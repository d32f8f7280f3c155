"""The vocoder makes the same samples in any chunks, and nothing before its frame."""

from __future__ import annotations

from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from model.init_weights import init_weights_
from model.mel_frames import (
    BLOCK_SIZE,
    BLOCKS_PER_MICRO_TURN,
    FRAMES_PER_BLOCK,
    HOP_SAMPLES,
    NUM_MELS,
    SILENCE,
    from_blocks,
    mel_frames,
    to_blocks,
)
from model.vocoder import Vocoder


@cache
def _vocoder() -> Vocoder:
    vocoder, generator = Vocoder(width=32, num_blocks=2), torch.Generator().manual_seed(0)
    init_weights_(vocoder, generator)
    with torch.no_grad():
        for weight in vocoder.parameters():
            if not weight.any():
                weight.copy_(0.2 * torch.randn(weight.shape, generator=generator))
    return vocoder.eval()


@pytest.fixture
def vocoder() -> Vocoder:
    return _vocoder()


def _mel(num_slots: int, num_frames: int, seed: int) -> Tensor:
    return torch.randn(num_slots, num_frames, NUM_MELS, generator=torch.Generator().manual_seed(seed)) * 2 - 5


@settings(deadline=None, max_examples=25)
@given(cuts=st.lists(st.integers(1, 9), min_size=1, max_size=6), seed=st.integers(0, 1000))
def test_step_equals_forward_on_random_cuts(cuts: list[int], seed: int) -> None:
    vocoder = _vocoder()
    mel = _mel(2, sum(cuts), seed)
    state = vocoder.init_state(num_slots=2)
    with torch.inference_mode():
        whole = vocoder(mel)
        parts = [vocoder.step_(part, state) for part in mel.split(cuts, dim=1)]
    assert whole.shape == (2, sum(cuts) * HOP_SAMPLES)
    assert whole.std() > 1e-5
    torch.testing.assert_close(torch.cat(parts, dim=1), whole, rtol=1e-4, atol=1e-6)


def test_no_sample_hears_a_later_frame(vocoder: Vocoder) -> None:
    mel = _mel(1, 12, seed=1)
    changed = mel.clone()
    changed[:, 7] += 1
    with torch.inference_mode():
        before, after = vocoder(mel), vocoder(changed)
    torch.testing.assert_close(before[:, : 7 * HOP_SAMPLES], after[:, : 7 * HOP_SAMPLES], rtol=1e-5, atol=1e-7)
    assert not torch.allclose(before[:, 7 * HOP_SAMPLES : 8 * HOP_SAMPLES], after[:, 7 * HOP_SAMPLES : 8 * HOP_SAMPLES])


def test_reset_silences_only_the_masked_slots(vocoder: Vocoder) -> None:
    mel, state = _mel(2, 8, seed=2), vocoder.init_state(2)
    with torch.inference_mode():
        fresh = vocoder.step_(mel, state)
        state.reset_(torch.tensor([True, False]))
        again = vocoder.step_(mel, state)
    torch.testing.assert_close(again[0], fresh[0])
    assert not torch.allclose(again[1], fresh[1], atol=1e-5)


def test_mel_frames_look_only_back_and_know_silence() -> None:
    pcm = torch.randn(1, 20 * HOP_SAMPLES, generator=torch.Generator().manual_seed(3)) * 0.1
    changed = pcm.clone()
    changed[:, 10 * HOP_SAMPLES :] = 0
    before, after = mel_frames(pcm), mel_frames(changed)
    assert before.shape == (1, 20, NUM_MELS)
    torch.testing.assert_close(before[:, :10], after[:, :10])
    assert (after[:, 14:] - SILENCE).abs().max() < 1e-3


def test_blocks_are_a_fold_of_mel_frames() -> None:
    mel = _mel(2, BLOCKS_PER_MICRO_TURN * FRAMES_PER_BLOCK, seed=4)
    blocks = to_blocks(mel)
    assert blocks.shape == (2, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE)
    torch.testing.assert_close(from_blocks(blocks), mel)
    assert abs(float(blocks.mean())) < 0.1
