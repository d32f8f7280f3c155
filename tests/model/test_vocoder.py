"""The vocoder makes the same samples in any chunks, nothing before its frame, and learned to keep words."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from model.hibari import HibariVoice
from model.init_weights import init_weights_
from model.measure_vocoder import at_whispers_rate, border_error, resynthesised, whole_hops
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
from model.types import SPOKEN_RATE_HZ
from model.vocoder import Filters, Vocoder, pulse_hops, sound_
from model.vocoder_weights import read_vocoder
from model.whisper import Whisper
from model.word_errors import num_errors, words_of
from tests.model.spoken import weights_or_skip

SENTENCE = "Nine people walked along the river before the rain began."


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


def _split(filters: Filters, cuts: list[int]) -> list[Filters]:
    columns = [getattr(filters, column.name).split(cuts, dim=1) for column in fields(Filters)]
    return [Filters(*part) for part in zip(*columns, strict=True)]


def _mel(num_slots: int, num_frames: int, seed: int) -> Tensor:
    return torch.randn(num_slots, num_frames, NUM_MELS, generator=torch.Generator().manual_seed(seed)) * 2 - 5


CUTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@settings(max_examples=25)
@given(cuts=CUTS, seed=st.integers(0, 1000))
def test_step_equals_forward_on_random_cuts(cuts: list[int], seed: int) -> None:
    vocoder = _vocoder()
    mel = _mel(2, sum(cuts), seed)
    state = vocoder.init_state(num_slots=2)
    with torch.inference_mode():
        whole = vocoder(mel)
        parts = [vocoder.step_(part, state) for part in mel.split(cuts, dim=1)]
    assert whole.shape == (2, sum(cuts) * HOP_SAMPLES)
    assert whole.std() > 1e-5
    # A rounding of the pitch adds up in the phase of the highest harmonics; the next test is the exact one.
    apart = (torch.cat(parts, dim=1) - whole).square().mean().sqrt()
    assert apart < 0.02 * whole.std()


@settings(max_examples=25)
@given(cuts=CUTS, seed=st.integers(0, 1000))
def test_sources_and_filters_meet_in_any_chunks(cuts: list[int], seed: int) -> None:
    vocoder = _vocoder()
    mel = _mel(2, sum(cuts), seed)
    state, network, sources = (vocoder.init_state(num_slots=2) for _ in range(3))
    with torch.inference_mode():
        filters = vocoder.filters_(mel, state)
        whole = sound_(filters, state)
        by_parts = [vocoder.filters_(part, network) for part in mel.split(cuts, dim=1)]
        sound = [sound_(part, sources) for part in _split(filters, cuts)]
    torch.testing.assert_close(torch.cat([f.harmonic for f in by_parts], 1), filters.harmonic, rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(torch.cat([f.noise for f in by_parts], 1), filters.noise, rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(torch.cat([f.pitch_hz for f in by_parts], 1), filters.pitch_hz, rtol=1e-4, atol=0)
    torch.testing.assert_close(torch.cat(sound, dim=1), whole, rtol=0, atol=1e-4 * float(whole.std()))


def test_pulses_repeat_at_their_pitch_and_hold_every_harmonic_alike() -> None:
    num_hops, pitch_hz = 80, 200.0  # a second in which 200 periods end
    turned = torch.arange(num_hops).double() * (pitch_hz * HOP_SAMPLES / SPOKEN_RATE_HZ)
    pulses = pulse_hops(torch.full((1, num_hops + 1), pitch_hz), torch.ones(1, num_hops + 1), turned[None])
    spectrum = torch.fft.rfft(pulses.flatten()).abs() / (num_hops * HOP_SAMPLES / 2)  # a bin for each Hz
    harmonics = spectrum[200:11_001:200]
    torch.testing.assert_close(harmonics, torch.ones(55), rtol=0, atol=1e-3)
    assert spectrum.square().sum() - harmonics.square().sum() < 1e-3


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


@pytest.mark.weights
def test_the_shipped_vocoder_keeps_the_words_and_the_borders() -> None:
    whisper = Whisper.read(weights_or_skip("whisper-base"))
    vocoder = read_vocoder()
    hibari = HibariVoice()
    try:
        pcm = whole_hops(hibari.say(SENTENCE).pcm)
    finally:
        hibari.close()
    with torch.inference_mode():
        heard = whisper.transcribe(at_whispers_rate(resynthesised(vocoder, pcm)), "en").text
        assert border_error(vocoder, pcm) < 0.05
    assert num_errors(words_of(SENTENCE), words_of(heard)) <= 1, heard
