"""The model at nano keeps its bits: whole, in chunks and token by token; alone and in any batch; run and run again."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import Tensor

from alongside_kernels.deterministic import is_deterministic, set_deterministic
from model.backbone import Backbone
from model.dmel import NUM_LEVELS, NUM_MELS
from model.init_weights import init_weights_
from model.interaction import InteractionModel, Positions
from model.sequence import Marks
from model.sizes import NANO_10
from model.speech_decoder import MAX_WORDS, Words
from tests.kernels.drawn import DEVICE, normal, trained

LENGTH = 14
DTYPES = [torch.float32, torch.bfloat16]
# A shorter memory than it ships with, so that a test is quick; every layer is as wide as it is.
NANO = replace(NANO_10, backbone=replace(NANO_10.backbone, memory=100, window=100))


@pytest.fixture(autouse=True)
def deterministic() -> Generator[None]:
    set_deterministic(True)
    yield
    set_deterministic(False)


@cache
def _model(dtype: torch.dtype) -> InteractionModel:
    """nano, with every term that starts at nothing made to count."""
    model, generator = InteractionModel(NANO), torch.Generator().manual_seed(0)
    init_weights_(model, generator)
    with torch.no_grad():
        for weight in model.parameters():
            if not weight.any():
                weight.copy_(0.05 * torch.randn(weight.shape, generator=generator))
    return model.to(DEVICE, dtype).eval()


def _sequences(num_slots: int) -> Positions:
    """Micro-turns of four columns of sound and three tokens of text; slot n is the same for any number of slots."""
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(300, (16, LENGTH), generator=generator) + 200
    is_sound = torch.arange(LENGTH) % 7 < 4
    tokens[:, is_sound] = Marks.AUDIO
    heard, own = (
        torch.randint(NUM_LEVELS, (16, int(is_sound.sum()), NUM_MELS), generator=generator, dtype=torch.uint8)
        for _ in range(2)
    )
    micro_turn = (torch.arange(LENGTH) // 7).expand(16, -1)
    whole = Positions(tokens, torch.full((16,), LENGTH), heard, own, micro_turn)
    return _slots(whole, torch.arange(num_slots))


def _slots(whole: Positions, slots: Tensor) -> Positions:
    assert whole.heard is not None and whole.own is not None and whole.micro_turn is not None
    return Positions(
        whole.tokens[slots], whole.num_valid[slots], whole.heard[slots], whole.own[slots], whole.micro_turn[slots]
    ).to(DEVICE)


def _say(model: InteractionModel, whole: Positions, cuts: list[int]) -> Tensor:
    """What the model thinks at each position, (B, T, V), when it is given the sequences in these pieces."""
    assert whole.heard is not None and whole.own is not None and whole.micro_turn is not None
    state = model.init_state(len(whole.tokens), LENGTH, model.head.weight.dtype)
    said, done, heard = list[Tensor](), 0, 0
    for cut in cuts:
        span = slice(done, done + cut)
        tokens = whole.tokens[:, span]
        columns = slice(heard, heard + int((tokens[0] == Marks.AUDIO).sum()))
        piece = Positions(
            tokens,
            torch.full_like(whole.num_valid, cut),
            whole.heard[:, columns] if columns.stop > columns.start else None,
            whole.own[:, columns] if columns.stop > columns.start else None,
            whole.micro_turn[:, span],
        )
        with torch.inference_mode():
            said.append(model.logits(model.step_(piece, state)))
        done, heard = span.stop, columns.stop
    return torch.cat(said, dim=1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cuts", [[7, 7], [1] * LENGTH, [5, 1, 6, 2]], ids=["chunks", "token by token", "uneven"])
def test_prefill_is_the_same_bits_in_any_pieces(dtype: torch.dtype, cuts: list[int]) -> None:
    model, one = _model(dtype), _sequences(1)
    assert torch.equal(_say(model, one, cuts), _say(model, one, [LENGTH]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("num_slots", [2, 3, 7, 16])
def test_alone_is_the_same_bits_as_in_a_batch_in_any_slot(dtype: torch.dtype, num_slots: int) -> None:
    model, everybody = _model(dtype), _sequences(16)
    alone = _say(model, _slots(everybody, torch.tensor([0])), [4, LENGTH - 4])
    for slot in {0, num_slots - 1} if num_slots < 16 else {11}:
        order = torch.arange(1, num_slots + 1) % 16
        order[slot] = 0
        assert torch.equal(_say(model, _slots(everybody, order), [4, LENGTH - 4])[slot], alone[0]), slot


@pytest.mark.parametrize("dtype", DTYPES)
def test_speech_is_the_same_bits_alone_and_in_a_batch(dtype: torch.dtype) -> None:
    speech = _model(dtype).speech
    assert speech is not None
    hidden, noise = normal(5, 4, NANO_10.backbone.width, seed=2, dtype=dtype), normal(5, 4, 320, seed=3, dtype=dtype)
    tokens = torch.arange(5 * MAX_WORDS, device=DEVICE).view(5, 1, MAX_WORDS) % 400
    words = Words(tokens, tokens % 9 - 4)

    def speak(slots: slice) -> Tensor:
        state = speech.init_state(len(hidden[slots]))
        state.decoder = speech.backbone.init_state(len(hidden[slots]), 1, dtype)
        given = Words(words.tokens[slots], words.offsets[slots])
        with torch.inference_mode():
            return speech.step_(hidden[slots], given, noise[slots], state, num_flow_steps=2)

    together = speak(slice(0, 5))
    assert torch.equal(speak(slice(3, 4)), together[3:4])


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_run_repeated_is_the_same_run_and_so_is_its_gradient(dtype: torch.dtype) -> None:
    backbone = _model(dtype).backbone
    assert isinstance(backbone, Backbone)
    x = trained(normal(2, 9, NANO_10.backbone.width, seed=4, dtype=dtype))

    def run() -> tuple[Tensor, Tensor]:
        out = backbone(x)
        return out, torch.autograd.grad(out.float().square().sum(), x)[0]

    first, second = run(), run()
    assert torch.equal(first[0], second[0]) and torch.equal(first[1], second[1])
    assert bool(first[1].isfinite().all()) and bool(first[1].any())


def test_what_it_replaces_still_computes_the_same() -> None:
    a, b, bias = normal(2, 5, 37, seed=5), normal(2, 37, 3, seed=6), normal(3, seed=7)

    def compute() -> dict[str, Tensor]:
        return {
            "mm": a[0] @ b[0],
            "linear": torch.nn.functional.linear(a, b[0].T, bias),
            "bmm": a @ b,
            "baddbmm": torch.baddbmm(bias.expand(2, 5, 3), a, b, beta=0.5, alpha=2),
            "double": a[0].double() @ b[0].double(),
            "whole numbers": torch.arange(7).sum() + torch.ones(3, 4, dtype=torch.int32).sum((0, 1)),
            "sum": a.sum((0, 2)),
            "kept sum": a.sum(1, keepdim=True),
            "empty sum": a[:, :0].sum(1),
            "mean": a.mean((1, 2), keepdim=True),
            "softmax": a.softmax(1),
            "log_softmax": a.log_softmax(-1),
            "silu": torch.nn.functional.silu(a),
            "sigmoid": a.sigmoid(),
            "log": a.square().log(),
            "waves": a.sin() + a.cos() + a.square().rsqrt() + a.exp(),
        }

    ours = compute()
    set_deterministic(False)
    for name, expected in compute().items():
        torch.testing.assert_close(
            ours[name], expected, rtol=2e-5, atol=2e-5, msg=lambda text, name=name: f"{name}: {text}"
        )


def test_it_can_be_switched_off_and_on_again() -> None:
    assert is_deterministic()
    set_deterministic(True)
    set_deterministic(False)
    assert not is_deterministic()
    set_deterministic(True)
    assert is_deterministic()
