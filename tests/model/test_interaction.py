"""The whole model says the same in micro-turns as in one piece, and hears everything that it is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from model.dmel import NUM_LEVELS, NUM_MELS
from model.hmlp import FRAMES_PER_PATCH, NUM_COLOURS, PATCH_PIXELS
from model.init_weights import init_weights_
from model.interaction import InteractionModel, Positions, last_valid
from model.sequence import NO_CLOCK, Marks, MicroTurnTokens, clock_of, join, text_tokens
from model.sizes import SIZES
from tests.model.tiny_native import MUTE_CONFIG

MAX_CHUNK = 12
CONFIG = replace(MUTE_CONFIG, backbone=replace(MUTE_CONFIG.backbone, window=9, memory=20))


@cache
def _model() -> InteractionModel:
    model, generator = InteractionModel(CONFIG), torch.Generator().manual_seed(0)
    init_weights_(model, generator)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if not weight.any():  # terms that start at nothing shall count here
                weight.copy_(0.5 * torch.randn(weight.shape, generator=generator))
            assert weight.any(), name
    return model.eval()


@dataclass(frozen=True)
class _Sequence:
    """One slot's conversation: its tokens and, in order, what was heard and seen at them."""

    tokens: list[int]
    clock: list[int]
    heard: Tensor  # (A, M) uint8
    own: Tensor  # (A, M) uint8
    patches: Tensor  # (P, 2, 40, 40, 3)

    def piece(self, start: int, count: int, length: int) -> tuple[Tensor, ...]:
        """Positions start … start + count, padded to `length`, with their columns and patches padded likewise."""
        before, within = self.tokens[:start], self.tokens[start : start + count]
        column, patch = before.count(Marks.AUDIO), before.count(Marks.PATCH)
        columns = slice(column, column + within.count(Marks.AUDIO))
        patches = slice(patch, patch + within.count(Marks.PATCH))
        pad = length - len(within)
        return (
            torch.tensor(within + [int(Marks.PAD)] * pad),
            torch.tensor(self.clock[start : start + count] + [NO_CLOCK] * pad),
            _padded(self.heard[columns], length),
            _padded(self.own[columns], length),
            _padded(self.patches[patches], 4),
        )


def _padded(rows: Tensor, length: int) -> Tensor:
    return torch.cat((rows, rows.new_zeros(length - len(rows), *rows.shape[1:])))


def _sequence(seed: int) -> _Sequence:
    generator = torch.Generator().manual_seed(seed)
    hello = tuple(text_tokens("hello there"))
    tokens = join(
        [
            MicroTurnTokens(2, (), (), False),
            MicroTurnTokens(0, (Marks.LOUDEST, *text_tokens("ana"), Marks.END), hello[:3], is_speaking=True),
            MicroTurnTokens(1, (), (Marks.HUSH,), False),
            MicroTurnTokens(0, (), hello[:2], is_speaking=bool(seed % 2)),
        ]
    )
    column = (tokens.count(Marks.AUDIO), NUM_MELS)
    patch = (tokens.count(Marks.PATCH), FRAMES_PER_PATCH, PATCH_PIXELS, PATCH_PIXELS, NUM_COLOURS)
    return _Sequence(
        tokens,
        clock_of(tokens, first_micro_turn=seed),
        torch.randint(0, NUM_LEVELS, column, generator=generator).to(torch.uint8),
        torch.randint(0, NUM_LEVELS, column, generator=generator).to(torch.uint8),
        torch.randn(patch, generator=generator),
    )


def _batch(sequences: list[_Sequence], starts: list[int], counts: list[int], length: int) -> Positions:
    pieces = [s.piece(start, n, length) for s, start, n in zip(sequences, starts, counts, strict=True)]
    tokens, clock, heard, own, patches = (torch.stack(parts) for parts in zip(*pieces, strict=True))
    return Positions(tokens, torch.tensor(counts), heard, own, clock, patches)


@settings(deadline=None, max_examples=5)
@given(cuts=st.lists(st.tuples(st.integers(0, MAX_CHUNK), st.integers(0, MAX_CHUNK)), max_size=6))
def test_step_equals_forward_on_random_cuts(cuts: list[tuple[int, int]]) -> None:
    """Cuts fall anywhere, between the four columns of a micro-turn too, and differently for each slot."""
    model, sequences = _model(), [_sequence(0), _sequence(1)]
    lengths = [len(s.tokens) for s in sequences]
    state, done = model.init_state(2, MAX_CHUNK), [0, 0]
    heard: list[list[Tensor]] = [[], []]
    with torch.inference_mode():
        whole = model.logits(model(_batch(sequences, [0, 0], lengths, max(lengths))))
        for cut in (*cuts, *[(MAX_CHUNK, MAX_CHUNK)] * 5):
            counts = [min(n, length - at) for n, length, at in zip(cut, lengths, done, strict=True)]
            logits = model.logits(model.step_(_batch(sequences, done, counts, MAX_CHUNK), state))
            for slot, count in enumerate(counts):
                heard[slot].append(logits[slot, :count])
            done = [at + count for at, count in zip(done, counts, strict=True)]
    assert done == lengths
    for slot, length in enumerate(lengths):
        torch.testing.assert_close(torch.cat(heard[slot]), whole[slot, :length], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("sense", ["heard", "own", "micro_turn", "patches"])
def test_every_sense_reaches_what_follows_and_nothing_before(sense: str) -> None:
    model, sequence = _model(), _sequence(0)
    length = len(sequence.tokens)
    whole = _batch([sequence], [0], [length], length)
    changed: Tensor = getattr(whole, sense).clone()
    if sense == "micro_turn":
        at = int((changed[0] >= 0).nonzero()[2])  # the third micro-turn says it is later
        changed[0, at] += 1000
    else:
        index = 2 if sense == "patches" else 9
        changed[0, index] = 1 - changed[0, index] if sense == "patches" else 15 - changed[0, index]
        token = Marks.PATCH if sense == "patches" else Marks.AUDIO
        at = [i for i, t in enumerate(sequence.tokens) if t == token][index]
    with torch.inference_mode():
        before, after = model(whole), model(replace(whole, **{sense: changed}))
    torch.testing.assert_close(before[:, :at], after[:, :at], rtol=1e-5, atol=1e-5)
    assert not torch.allclose(before[0, at], after[0, at], atol=1e-2)


def test_the_last_valid_position_is_read() -> None:
    hidden = torch.arange(12.0).view(2, 3, 2)
    assert last_valid(hidden, torch.tensor([3, 1])).tolist() == [[4.0, 5.0], [6.0, 7.0]]


@pytest.mark.parametrize(("name", "millions"), [("nano10", (10, 15)), ("nano25", (20, 25)), ("small", (135, 400))])
def test_sizes_are_as_promised(name: str, millions: tuple[int, int]) -> None:
    with torch.device("meta"):
        model = InteractionModel(SIZES[name])
    num_weights = sum(weight.numel() for weight in model.parameters())
    assert millions[0] * 1e6 < num_weights < millions[1] * 1e6
    config = SIZES[name].backbone
    assert config.window == (256 if name == "nano10" else 512)
    assert len(config.global_layers) * 6 == config.num_layers
