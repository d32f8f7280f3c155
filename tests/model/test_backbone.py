"""A conversation in steps is the conversation as a whole, and nobody's neighbours matter."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch._subclasses import FakeTensorMode  # pyright: ignore[reportPrivateUsage]  # has no public name

from model.backbone import Backbone
from model.config import BackboneConfig, ConfigError, ExpertSizes, HeadSizes
from model.init_weights import init_weights_
from model.kv_cache import NOWHERE, BackboneState

MAX_CHUNK = 8
CONFIG = BackboneConfig(
    width=24,
    num_layers=4,
    local_heads=HeadSizes(4, 2, 6),
    global_heads=HeadSizes(2, 1, 8),
    global_layers=(1, 3),
    num_dense_layers=2,
    dense_width=32,
    experts=ExpertSizes(num_experts=5, num_active=2, num_shared=1, width=16, route_scale=2.0),
    window=5,
    num_sinks=3,
    memory=11,
    relative_size=3,
    relative_extent=7,
    log_floor=6,
)


LONG_CONFIG = replace(CONFIG, memory=40)  # over three times its curves' reach and a chunk


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return _random_backbone(CONFIG)


def _random_backbone(config: BackboneConfig) -> Backbone:
    backbone = Backbone(config)
    generator = torch.Generator().manual_seed(0)
    init_weights_(backbone, generator)
    with torch.no_grad():
        for name, weight in backbone.named_parameters():  # zeros at the start would hide what a term does
            if name.endswith(("conv.weight", "curves", "out.weight", "down.weight", "routed.down", "shared.down")):
                weight.copy_(0.5 * torch.randn(weight.shape, generator=generator))
    return backbone.eval()


def _inputs(num_slots: int, length: int, seed: int) -> Tensor:
    return torch.randn(num_slots, length, CONFIG.width, generator=torch.Generator().manual_seed(seed))


def _step(backbone: Backbone, state: BackboneState, x: Tensor, num_valid: list[int]) -> Tensor:
    """One step of MAX_CHUNK positions, whatever counts of them; what does not count is noise."""
    noise = _inputs(len(x), MAX_CHUNK, seed=99)
    noise[:, : x.shape[1]] = x
    with torch.inference_mode():
        return backbone.step_(noise, torch.tensor(num_valid), state)


CUT = st.tuples(*[st.integers(0, MAX_CHUNK)] * 3)


@settings(deadline=None, max_examples=8)
@given(cuts=st.lists(CUT, max_size=8), seed=st.integers(0, 1000))
def test_step_equals_forward_on_random_cuts(cuts: list[tuple[int, ...]], seed: int) -> None:
    """Slots of one batch are cut differently, sit some steps out, and go far past window and memory."""
    stepped, whole = _stepped_and_whole(CONFIG, 32, cuts, seed)
    torch.testing.assert_close(stepped, whole, rtol=1e-4, atol=1e-5)


@settings(deadline=None, max_examples=4)
@given(cuts=st.lists(CUT, max_size=8), seed=st.integers(0, 1000))
def test_step_equals_forward_where_the_memory_is_far_longer_than_the_curves(
    cuts: list[tuple[int, ...]], seed: int
) -> None:
    stepped, whole = _stepped_and_whole(LONG_CONFIG, 96, cuts, seed)
    torch.testing.assert_close(stepped, whole, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_memory_in_fewer_bits_is_near_where_no_experts_are_chosen(seed: int) -> None:
    """Hidden states are around 1; where experts are chosen, one that is nearly as good may be taken."""
    config = replace(LONG_CONFIG, num_dense_layers=LONG_CONFIG.num_layers, experts=None)
    stepped, whole = _stepped_and_whole(config, 96, [(3, 1, 0), (8, 2, 5)], seed, torch.bfloat16)
    assert not torch.allclose(stepped, whole, rtol=1e-4, atol=1e-5)  # it is not the same
    torch.testing.assert_close(stepped, whole, rtol=0.03, atol=0.03)


def _stepped_and_whole(
    config: BackboneConfig,
    length: int,
    cuts: list[tuple[int, ...]],
    seed: int,
    global_dtype: torch.dtype | None = None,
) -> tuple[Tensor, Tensor]:
    backbone, num_slots = _random_backbone(config), 3
    x = _inputs(num_slots, length, seed)
    with torch.inference_mode():
        whole = backbone(x)
    state = backbone.init_state(num_slots, MAX_CHUNK, global_dtype=global_dtype)
    done, heard = [0] * num_slots, torch.zeros_like(whole)
    for cut in (*cuts, *[(MAX_CHUNK,) * num_slots] * (length // MAX_CHUNK)):
        counts = [min(count, length - at) for count, at in zip(cut, done, strict=True)]
        chunk = torch.zeros(num_slots, MAX_CHUNK, CONFIG.width)
        for slot, (at, count) in enumerate(zip(done, counts, strict=True)):
            chunk[slot, :count] = x[slot, at : at + count]
        out = _step(backbone, state, chunk, counts)
        for slot, (at, count) in enumerate(zip(done, counts, strict=True)):
            heard[slot, at : at + count] = out[slot, :count]
        done = [at + count for at, count in zip(done, counts, strict=True)]
    assert state.length.tolist() == [length] * num_slots
    return heard, whole


@pytest.mark.parametrize("global_dtype", [None, torch.bfloat16])
@pytest.mark.parametrize("config", [CONFIG, LONG_CONFIG], ids=["short", "long"])
def test_who_joins_or_leaves_changes_nobody_elses_bits(
    config: BackboneConfig, global_dtype: torch.dtype | None
) -> None:
    x, backbone = _inputs(num_slots=3, length=24, seed=1), _random_backbone(config)

    def talk(with_neighbours: bool) -> Tensor:
        state, said = backbone.init_state(3, MAX_CHUNK, global_dtype=global_dtype), list[Tensor]()
        for step, chunk in enumerate(x.split(4, dim=1)):
            if with_neighbours and step == 3:
                state.reset_(torch.tensor([True, False, False]))  # one leaves, another joins in its slot
            busy = 4 if with_neighbours else 0
            said.append(_step(backbone, state, chunk, [busy, 4, busy if step % 2 else 0])[1, :4])
        return torch.cat(said)

    assert torch.equal(talk(with_neighbours=True), talk(with_neighbours=False))


@pytest.mark.parametrize("config", [CONFIG, LONG_CONFIG], ids=["short", "long"])
def test_a_chunk_taken_in_without_an_answer_leaves_what_a_step_leaves(config: BackboneConfig) -> None:
    backbone = _random_backbone(config)
    stepped, taken = backbone.init_state(2, MAX_CHUNK), backbone.init_state(2, MAX_CHUNK)
    for seed in range(8):
        x, num_valid = _inputs(2, MAX_CHUNK, seed), [MAX_CHUNK, MAX_CHUNK - seed % 4 % 3]
        expected = _step(backbone, stepped, x, num_valid)
        if seed % 4 == 3:
            found = _step(backbone, taken, x, num_valid)
            torch.testing.assert_close(found[:, backbone.reach :], expected[:, backbone.reach :])
            continue
        with torch.inference_mode():
            backbone.take_in_(x, torch.tensor(num_valid), taken)
    for mine, theirs in zip(taken.layers, stepped.layers, strict=True):
        for here, there in zip((mine.keys, *mine.histories), (theirs.keys, *theirs.histories), strict=True):
            torch.testing.assert_close(here, there)


def test_reset_clears_only_the_masked_slots(backbone: Backbone) -> None:
    first, second = _inputs(2, 8, seed=2), _inputs(2, 8, seed=3)
    state = backbone.init_state(2, MAX_CHUNK)
    _step(backbone, state, first, [8, 8])
    state.reset_(torch.tensor([True, False]))
    assert state.length.tolist() == [0, 8]
    after = _step(backbone, state, second, [8, 8])
    fresh = _step(backbone, backbone.init_state(2, MAX_CHUNK), second, [8, 8])
    assert torch.equal(after[0], fresh[0])
    assert not torch.allclose(after[1], fresh[1], atol=1e-3)


def test_memory_is_bounded_and_keeps_sinks_and_the_newest(backbone: Backbone) -> None:
    state = backbone.init_state(1, MAX_CHUNK)
    sizes = {layer.keys.shape[2] for layer in state.layers}
    for seed in range(30):
        _step(backbone, state, _inputs(1, MAX_CHUNK, seed), [MAX_CHUNK])
    length = 30 * MAX_CHUNK
    assert {layer.keys.shape[2] for layer in state.layers} == sizes
    held = state.global_places.positions[0].tolist()
    assert held[: CONFIG.num_sinks] == [0, 1, 2]
    newest = range(length - CONFIG.memory - MAX_CHUNK, length)
    assert sorted(held[CONFIG.num_sinks : -1]) == list(newest)
    assert held[-1] == NOWHERE


@pytest.mark.parametrize("config", [CONFIG, LONG_CONFIG], ids=["short", "long"])
def test_a_step_is_free_of_choices_by_value(config: BackboneConfig) -> None:
    """It can be recorded once and replayed: tracing sees no branch, no shape and no number taken from a tensor."""
    backbone = _random_backbone(config)
    state = backbone.init_state(2, MAX_CHUNK)
    with torch.inference_mode(), FakeTensorMode(allow_non_fake_inputs=True):
        fake = torch.empty(2, 4, CONFIG.width)
        assert backbone.step_(fake, torch.empty(2, dtype=torch.int64), state).shape == fake.shape


def test_what_lies_ahead_is_not_heard(backbone: Backbone) -> None:
    x = _inputs(1, 20, seed=5)
    changed = x.clone()
    changed[:, 12:] += 1
    with torch.inference_mode():
        before, after = backbone(x), backbone(changed)
    torch.testing.assert_close(before[:, :12], after[:, :12], rtol=1e-5, atol=1e-6)
    assert not torch.allclose(before[:, 12], after[:, 12], atol=1e-2)


def test_sizes_that_cannot_be_built_are_named() -> None:
    with pytest.raises(ConfigError, match="5 is no multiple of num_kv_heads 2"):
        HeadSizes(5, 2, 8)
    with pytest.raises(ConfigError, match=r"num_active 3 is not in 1\.\.2"):
        ExpertSizes(num_experts=2, num_active=3, num_shared=1, width=4, route_scale=1.0)
