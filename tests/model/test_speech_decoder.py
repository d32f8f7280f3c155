"""The speech decoder steps as it was trained, hears its words, and learns."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from model.config import BackboneConfig, HeadSizes
from model.flow_head import FlowHead, L1Head
from model.init_weights import init_weights_
from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN, to_blocks
from model.speech_decoder import NO_WORD, SpeechDecoder, Words
from model.types import SPOKEN_SAMPLES

WIDTH, NUM_TURNS, NUM_WORDS = 20, 5, 6
CONFIG = BackboneConfig(
    width=32,
    num_layers=2,
    local_heads=HeadSizes(2, 1, 16),
    global_heads=HeadSizes(2, 1, 16),
    global_layers=(),
    num_dense_layers=2,
    dense_width=48,
    window=7,
    memory=1,
)


@pytest.fixture(scope="module")
def decoder() -> SpeechDecoder:
    decoder, generator = SpeechDecoder(WIDTH, num_tokens=50, config=CONFIG), torch.Generator().manual_seed(0)
    init_weights_(decoder, generator)
    with torch.no_grad():
        for weight in decoder.parameters():
            if not weight.any():
                weight.copy_(0.2 * torch.randn(weight.shape, generator=generator))
    return decoder.eval()


def _random(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _words(num_slots: int, seed: int) -> Words:
    generator, shape = torch.Generator().manual_seed(seed), (num_slots, NUM_TURNS, NUM_WORDS)
    return Words(torch.randint(0, 50, shape, generator=generator), torch.randint(-9, 9, shape, generator=generator))


def _turn(words: Words, index: int) -> Words:
    return Words(words.tokens[:, index : index + 1], words.offsets[:, index : index + 1])


@pytest.mark.parametrize("num_flow_steps", [0, 3])
def test_stepping_agrees_with_forward_on_its_own_past(decoder: SpeechDecoder, num_flow_steps: int) -> None:
    """What it made, given back as the past of a whole utterance, leads to the same blocks."""
    hidden, words = _random(2, NUM_TURNS * BLOCKS_PER_MICRO_TURN, WIDTH, seed=1), _words(2, seed=1)
    noise = _random(2, NUM_TURNS * BLOCKS_PER_MICRO_TURN, BLOCK_SIZE, seed=2)
    state, made = decoder.init_state(num_slots=2), list[Tensor]()
    with torch.inference_mode():
        for turn in range(NUM_TURNS):
            part = slice(turn * BLOCKS_PER_MICRO_TURN, (turn + 1) * BLOCKS_PER_MICRO_TURN)
            mel = decoder.step_(hidden[:, part], _turn(words, turn), noise[:, part], state, num_flow_steps)
            made.append(to_blocks(mel))
        blocks = torch.cat(made, dim=1)
        before = torch.cat((torch.zeros_like(blocks[:, :1]), blocks[:, :-1]), dim=1)
        condition = decoder(hidden, words, before)
        again = decoder.flow.sample(condition, noise, num_flow_steps) if num_flow_steps else decoder.l1(condition)
    torch.testing.assert_close(again, blocks, rtol=1e-3, atol=1e-3)


def test_one_micro_turn_is_4800_samples_and_the_same_seed_is_the_same_sound(decoder: SpeechDecoder) -> None:
    hidden, words = _random(2, BLOCKS_PER_MICRO_TURN, WIDTH, seed=3), _turn(_words(2, seed=3), 0)

    def speak(seed: int) -> Tensor:
        noise = _random(2, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE, seed=seed)
        with torch.inference_mode():
            return decoder.speak_(hidden, words, noise, decoder.init_state(2), num_flow_steps=2)

    assert speak(1).shape == (2, SPOKEN_SAMPLES)
    assert speak(1).isfinite().all()
    assert torch.equal(speak(1), speak(1))
    assert not torch.equal(speak(1), speak(2))


def test_words_and_their_offsets_are_heard(decoder: SpeechDecoder) -> None:
    hidden, words = _random(1, NUM_TURNS * BLOCKS_PER_MICRO_TURN, WIDTH, seed=4), _words(1, seed=4)
    before = torch.zeros(1, hidden.shape[1], BLOCK_SIZE)
    with torch.inference_mode():
        heard = decoder(hidden, words, before)
        other_word = decoder(hidden, replace(words, tokens=words.tokens.roll(1, dims=2)), before)
        later = decoder(hidden, replace(words, offsets=words.offsets + 2), before)
        none = decoder(hidden, replace(words, tokens=torch.full_like(words.tokens, NO_WORD)), before)
    assert all(not torch.allclose(heard, other, atol=1e-3) for other in (other_word, later, none))
    assert none.isfinite().all()


def test_reset_begins_a_new_utterance_in_the_masked_slots_only(decoder: SpeechDecoder) -> None:
    hidden, words = _random(2, BLOCKS_PER_MICRO_TURN, WIDTH, seed=5), _turn(_words(2, seed=5), 0)
    noise, state = _random(2, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE, seed=6), decoder.init_state(2)
    with torch.inference_mode():
        first = decoder.speak_(hidden, words, noise, state, num_flow_steps=2)
        state.reset_(torch.tensor([True, False]))
        second = decoder.speak_(hidden, words, noise, state, num_flow_steps=2)
    torch.testing.assert_close(second[0], first[0])
    assert not torch.allclose(second[1], first[1], atol=1e-4)


def test_the_flow_finds_two_answers_where_l1_finds_their_middle() -> None:
    """The reason for a flow: the same condition may sound this way or that way, and never in between."""
    generator = torch.Generator().manual_seed(0)
    flow, l1 = FlowHead(4, width=48, num_layers=2), L1Head(4)
    for head in (flow, l1):
        init_weights_(head, generator)
    optimiser = torch.optim.Adam([*flow.parameters(), *l1.parameters()], lr=2e-3)
    condition = torch.ones(64, 4)
    target = torch.ones(64, BLOCK_SIZE)
    for _ in range(150):
        sign = torch.randint(0, 2, (64, 1), generator=generator) * 2.0 - 1
        target = sign.expand(64, BLOCK_SIZE)
        loss = flow.loss(condition, target, generator).mean() + l1.loss(condition, target).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.inference_mode():
        said = flow.sample(condition, torch.randn(64, BLOCK_SIZE, generator=generator), num_steps=8).mean(1)
    assert said.abs().min() > 0.5
    assert {bool(s) for s in said > 0} == {True, False}
    assert l1.loss(condition, target).mean() > 0.5
