"""The model keeps its bits: trained on or served, whole, in chunks or token by token, alone and in any batch, again."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import nullcontext
from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import Tensor

from alongside_kernels.deterministic import set_deterministic
from model.backbone import Backbone
from model.config import ExpertSizes
from model.dmel import NUM_LEVELS, NUM_MELS
from model.init_weights import init_weights_
from model.interaction import InteractionModel, Positions
from model.mel_frames import BLOCK_SIZE, BLOCKS_PER_MICRO_TURN, from_blocks
from model.sequence import Marks
from model.sizes import NANO_10
from model.speech_decoder import MAX_WORDS, SpeechDecoder, Words
from tests.kernels.drawn import DEVICE, normal
from tests.kernels.short_nano import SHORT, nano
from tests.model.tiny_native import CONFIG

LENGTH = 63  # nine micro-turns: past every window, and around every ring
MICRO_TURNS, SOME_LATE = [7] * 9, [7, 21, 1, 1, 1, 4, 28]
DTYPES = [torch.float32, torch.bfloat16]
MOST_SLOTS = 16
COMPANY, COMPANY_CUTS, SOME_CUTS = 35, [28, 7], [7, 21, 1, 6]

pytestmark = pytest.mark.timeout(60)  # dozens of steps, each in many small products where there is no GPU


@pytest.fixture(autouse=True)
def deterministic() -> Generator[None]:
    set_deterministic(True)
    yield
    set_deterministic(False)


def _sequences(num_slots: int, length: int = LENGTH) -> Positions:
    """Micro-turns of four columns of sound and three tokens of text; slot n is the same for any number of slots."""
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(300, (MOST_SLOTS, length), generator=generator) + 200
    is_sound = torch.arange(length) % 7 < 4
    tokens[:, is_sound] = Marks.AUDIO
    heard, own = (
        torch.randint(NUM_LEVELS, (MOST_SLOTS, int(is_sound.sum()), NUM_MELS), generator=generator, dtype=torch.uint8)
        for _ in range(2)
    )
    micro_turn = (torch.arange(length) // 7).expand(MOST_SLOTS, -1)
    everybody = Positions(tokens, torch.full((MOST_SLOTS,), length), heard, own, micro_turn)
    return _slots(everybody, torch.arange(num_slots))


def _slots(whole: Positions, slots: Tensor) -> Positions:
    assert whole.heard is not None and whole.own is not None and whole.micro_turn is not None
    rows = (whole.tokens[slots], whole.num_valid[slots], whole.heard[slots], whole.own[slots], whole.micro_turn[slots])
    return Positions(*rows).to(DEVICE)


@torch.inference_mode()
def _served(model: InteractionModel, whole: Positions, cuts: list[int]) -> Tensor:
    """What the model thinks at each position, (B, T, V), when it is given the sequences in these pieces."""
    assert whole.heard is not None and whole.own is not None and whole.micro_turn is not None
    state = model.init_state(len(whole.tokens), max(cuts), model.head.weight.dtype)
    said, done, heard = list[Tensor](), 0, 0
    for cut in cuts:
        span = slice(done, done + cut)
        tokens = whole.tokens[:, span]
        columns = slice(heard, heard + int((tokens[0] == Marks.AUDIO).sum()))
        is_heard = columns.stop > columns.start
        piece = Positions(
            tokens,
            torch.full_like(whole.num_valid, cut),
            whole.heard[:, columns] if is_heard else None,
            whole.own[:, columns] if is_heard else None,
            whole.micro_turn[:, span],
        )
        said.append(model.logits(model.step_(piece, state)))
        done, heard = span.stop, columns.stop
    assert done == whole.tokens.shape[1]
    return torch.cat(said, dim=1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_whole_prefill_chunks_and_token_by_token_are_the_same_bits(dtype: torch.dtype) -> None:
    model, one = nano(dtype), _sequences(1)
    whole = _served(model, one, [LENGTH])
    assert whole.std() > 0.1
    for cuts in (MICRO_TURNS, SOME_LATE, [LENGTH - 20, *[1] * 20]):
        assert torch.equal(_served(model, one, cuts), whole), cuts


@pytest.mark.parametrize("kind", ["float32", "bfloat16", "autocast"])
def test_the_forward_pass_that_trains_is_the_step_that_serves_bit_for_bit(kind: str) -> None:
    """Autocast is how training runs: weights in float32, products in bfloat16, on both sides."""
    model, two = nano(torch.bfloat16 if kind == "bfloat16" else torch.float32), _sequences(2)
    with torch.autocast(DEVICE.type, torch.bfloat16) if kind == "autocast" else nullcontext():
        trained = model.logits(model(two))
        assert trained.requires_grad
        assert torch.equal(_served(model, two, MICRO_TURNS), trained.detach())
        assert torch.equal(_served(model, two, SOME_LATE), trained.detach())


def test_without_the_invariant_ops_the_bits_differ() -> None:
    """Else the claims here could not fail."""
    set_deterministic(False)
    model, two = nano(torch.float32), _sequences(2)
    with torch.no_grad():
        trained = model.logits(model(two))
    served = _served(model, two, MICRO_TURNS)
    assert not torch.equal(served, trained)
    assert not torch.equal(_served(model, two, SOME_LATE), served)
    torch.testing.assert_close(served, trained, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("dtype", DTYPES)
def test_so_are_they_beyond_one_split_of_the_past(dtype: torch.dtype) -> None:
    """nano as it ships, whose window is one split, across the splits' border."""
    model, one = nano(dtype, NANO_10), _sequences(1, length=287)
    with torch.no_grad():
        whole = model.logits(model(one))
    assert torch.equal(_served(model, one, [104, 104, 56, 5, 1, 1, 1, 9, 5, 1]), whole)


@cache
def _alone(dtype: torch.dtype, slot: int) -> Tensor:
    whole = _slots(_sequences(MOST_SLOTS, length=COMPANY), torch.tensor([slot]))
    return _served(nano(dtype), whole, COMPANY_CUTS)[0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("num_slots", [2, 3, 7, MOST_SLOTS])
def test_alone_is_the_same_bits_as_in_a_batch_in_every_slot(dtype: torch.dtype, num_slots: int) -> None:
    """A conversation in each slot, every one another, and the same conversation in another slot."""
    order = torch.arange(num_slots)
    for slots in (order, order.flip(0)):
        together = _served(nano(dtype), _slots(_sequences(MOST_SLOTS, length=COMPANY), slots), COMPANY_CUTS)
        for slot, said in zip(slots.tolist(), together, strict=True):
            assert torch.equal(said, _alone(dtype, slot)), (slot, slots)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_conversation_served_twice_is_the_same_conversation(dtype: torch.dtype) -> None:
    model, two = nano(dtype), _sequences(2, length=COMPANY)
    assert torch.equal(_served(model, two, SOME_CUTS), _served(model, two, SOME_CUTS))


@pytest.mark.parametrize("dtype", DTYPES)
def test_experts_keep_their_bits_too(dtype: torch.dtype) -> None:
    """Trained on, in pieces, and alone: nano has none, larger sizes do."""
    experts = ExpertSizes(num_experts=5, num_active=2, num_shared=1, width=12, route_scale=2.0)
    backbone = Backbone(replace(CONFIG.backbone, num_dense_layers=1, experts=experts))
    init_weights_(backbone, torch.Generator().manual_seed(0))
    with torch.no_grad():
        for weight in backbone.parameters():
            if not weight.any():
                weight.copy_(0.3 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(1)))
    x = normal(3, 50, CONFIG.backbone.width, seed=2, dtype=dtype)
    backbone.to(DEVICE, dtype)
    trained = backbone(x)
    for slots, cuts in ((slice(0, 3), [9, 30, 11]), (slice(2, 3), [20, 1, 1, 28])):
        state = backbone.init_state(len(x[slots]), max(cuts), dtype)
        with torch.no_grad():
            pieces = [
                backbone.step_(piece, torch.full_like(state.length, piece.shape[1]), state)
                for piece in x[slots].split(cuts, dim=1)
            ]
        assert torch.equal(torch.cat(pieces, dim=1), trained[slots])


def _words(num_slots: int) -> Words:
    tokens = torch.arange(num_slots * MAX_WORDS, device=DEVICE).view(num_slots, 1, MAX_WORDS) % 400
    return Words(tokens, tokens % 9 - 4)


def _decoder(dtype: torch.dtype) -> SpeechDecoder:
    speech = nano(dtype).speech
    assert speech is not None
    return speech


@torch.inference_mode()
def _spoken(speech: SpeechDecoder, hidden: Tensor, noise: Tensor, words: Words) -> tuple[Tensor, Tensor]:
    """Mel frames and sound of one micro-turn."""
    state = speech.init_state(len(hidden))
    state.decoder = speech.backbone.init_state(len(hidden), 1, hidden.dtype)
    mel = speech.step_(hidden, words, noise, state, num_flow_steps=2)
    return mel, speech.vocoder.step_(mel, state.vocoder)


@pytest.mark.parametrize("dtype", DTYPES)
def test_speech_is_the_same_bits_alone_and_in_a_batch(dtype: torch.dtype) -> None:
    speech, width = _decoder(dtype), SHORT.backbone.width
    hidden, noise = normal(5, 4, width, seed=2, dtype=dtype), normal(5, 4, BLOCK_SIZE, seed=3, dtype=dtype)
    words = _words(5)
    together = _spoken(speech, hidden, noise, words)
    for slot in (0, 3):
        row = slice(slot, slot + 1)
        alone = _spoken(speech, hidden[row], noise[row], Words(words.tokens[row], words.offsets[row]))
        for mine, theirs in zip(alone, together, strict=True):
            assert torch.equal(mine, theirs[row])


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_decoder_that_trains_is_the_one_that_speaks(dtype: torch.dtype) -> None:
    """Given the blocks that it made, the whole pass makes them again."""
    speech, hidden = _decoder(dtype), normal(2, 4, SHORT.backbone.width, seed=4, dtype=dtype)
    noise, words = normal(2, 4, BLOCK_SIZE, seed=5, dtype=dtype), _words(2)
    mel, _ = _spoken(speech, hidden, noise, words)
    before = torch.zeros(2, BLOCKS_PER_MICRO_TURN, BLOCK_SIZE, dtype=dtype, device=DEVICE)
    blocks = torch.zeros_like(before)
    for _ in range(BLOCKS_PER_MICRO_TURN):  # one more block each time has the right one before it
        before[:, 1:] = blocks[:, :-1]
        blocks = speech.flow.sample(speech(hidden, words, before), noise, num_steps=2).detach()
    assert torch.equal(from_blocks(blocks), mel)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_run_repeated_is_the_same_run_and_so_is_every_gradient(dtype: torch.dtype) -> None:
    model, two = nano(dtype), _sequences(2, length=28)

    def run() -> tuple[Tensor, dict[str, Tensor]]:
        model.zero_grad()
        logits = model.logits(model(two))
        logits.float().log_softmax(-1)[..., 3].mean().backward()
        named = model.named_parameters()
        return logits.detach(), {name: weight.grad for name, weight in named if weight.grad is not None}

    (first, gradients), (second, again) = run(), run()
    model.zero_grad()
    assert torch.equal(first, second)
    assert gradients.keys() == again.keys()
    for name, gradient in gradients.items():
        assert torch.equal(gradient, again[name]), name
        assert bool(gradient.isfinite().all()) and bool(gradient.any()), name
    elsewhere = ("eye.", "speech.")  # nothing was seen or spoken
    assert gradients.keys() == {name for name, _ in model.named_parameters() if not name.startswith(elsewhere)}
