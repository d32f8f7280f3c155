"""The light embedding's kernel is its formula, forward and backward, and the model's Ear."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from alongside_kernels.bag_embed import bag_embed, reference
from alongside_kernels.bag_embed.kernel import BagEmbed
from alongside_kernels.errors import ShapeError
from model.dmel import NUM_LEVELS, NUM_MELS
from model.interaction import Ear
from tests.kernels.drawn import DEVICE, assert_near, normal, poisoned_outputs, sizes, trained

EPSILON = 1e-6
CASES = [
    (columns, mels, width, index % 2 == 0)
    for index, (columns, mels, width) in enumerate(zip(sizes(6, 32, 4), (1, 7, 13, 80), sizes(7, 128, 4), strict=True))
]


def _levels(columns: int, mels: int, levels: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(levels, (columns, mels), generator=generator, dtype=torch.uint8).to(DEVICE)


@pytest.mark.parametrize(("columns", "mels", "width", "has_own"), CASES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_kernel_equals_the_formula_and_its_gradients(
    columns: int, mels: int, width: int, has_own: bool, dtype: torch.dtype
) -> None:
    heard, own = _levels(columns, mels, 5, seed=1), _levels(columns, mels, 5, seed=2)
    table, own_table = normal(mels * 5, width, seed=3, dtype=dtype), normal(mels * 5, width, seed=4, dtype=dtype)
    gain, dy = normal(width, seed=5, dtype=dtype), normal(columns, width, seed=6, dtype=dtype)
    theirs, ours = [[trained(x) for x in (table, own_table, gain)] for _ in range(2)]
    expected = reference.bag_embed(
        heard, theirs[0], own if has_own else None, theirs[1] if has_own else None, theirs[2], EPSILON
    )
    with poisoned_outputs():
        out = BagEmbed.apply(heard, ours[0], own, ours[1], ours[2], EPSILON, has_own)[0]
        out.backward(dy)
    expected.backward(dy)
    assert_near(out, expected, 4)
    for mine, reference_leaf in zip(ours, theirs, strict=True):
        if reference_leaf.grad is not None:
            assert_near(mine.grad, reference_leaf.grad, 4 * columns)


@pytest.mark.parametrize("hears_itself", [True, False])
def test_the_door_is_the_ear_of_the_model(hears_itself: bool) -> None:
    ear = Ear(24, hears_itself).to(DEVICE)
    heard = _levels(6, NUM_MELS, NUM_LEVELS, seed=7).view(2, 3, NUM_MELS)
    own = _levels(6, NUM_MELS, NUM_LEVELS, seed=8).view(2, 3, NUM_MELS) if hears_itself else None
    own_table = None if ear.own is None else ear.own.weight
    out = bag_embed(heard, ear.heard.weight, ear.norm.gain, own, own_table)
    torch.testing.assert_close(out, ear(heard, own))


def test_a_column_has_the_same_bits_in_any_company() -> None:
    heard, table, gain = _levels(9, 80, 16, seed=9), normal(80 * 16, 48, seed=10), normal(48, seed=11)
    whole = BagEmbed.apply(heard, table, heard, table, gain, EPSILON, False)[0]
    alone = BagEmbed.apply(heard[5:6], table, heard[5:6], table, gain, EPSILON, False)[0]
    assert torch.equal(alone, whole[5:6])


def test_levels_of_another_type_are_named() -> None:
    with pytest.raises(ShapeError, match=r"levels: expected uint8, got torch\.int64"):
        bag_embed(torch.zeros(1, 4, dtype=torch.int64), torch.ones(8, 3), torch.ones(3))
