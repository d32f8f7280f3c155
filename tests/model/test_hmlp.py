"""The eye sees what Inkling's image processor and vision tower see."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from model.hmlp import HMLP, num_patches, patches_of, plan_scales
from model.types import InputError
from tests.model import inkling_reference as reference


@pytest.mark.parametrize(("height", "width"), [(1, 1), (40, 40), (39, 41), (120, 160), (123, 77)])
def test_patches_equal_inklings(height: int, width: int) -> None:
    rgb = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
    ours = patches_of(torch.from_numpy(rgb)[None])
    assert len(ours) == num_patches(height, width)
    torch.testing.assert_close(ours, reference.patches(rgb), rtol=1e-5, atol=1e-5)


def test_a_frame_pair_of_the_small_model_fills_the_bound() -> None:
    assert num_patches(height=120, width=160) == 15


def test_a_pair_keeps_its_frames_apart() -> None:
    pair = torch.randint(0, 256, (2, 80, 80, 3), dtype=torch.uint8)
    for index in (0, 1):
        assert torch.equal(patches_of(pair)[:, index], patches_of(pair[index : index + 1])[:, 0])


@pytest.mark.parametrize("num_stages", [2, 3, 4, 5])
def test_tower_equals_inklings(num_stages: int) -> None:
    theirs = reference.vision_tower(num_stages, width=64, seed=num_stages)
    ours = HMLP(num_stages, width=64)
    ours.load_state_dict({_our_name(name): weight for name, weight in theirs.state_dict().items()})
    patches = torch.randn(3, 2, 40, 40, 3, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(ours(patches), theirs(patches).pooler_output[:, 0], rtol=1e-4, atol=1e-5)
        assert ours(patches[None]).shape == (1, 3, 64)


def _our_name(name: str) -> str:
    for theirs, ours in (
        ("encoder_layers", "stages"),
        ("layer_norm.weight", "norm.gain"),
        ("final_norm.weight", "norm.gain"),
    ):
        name = name.replace(theirs, ours)
    return name


def test_five_stages_fold_space_then_time() -> None:
    scales = plan_scales(5)
    assert [(s.frames, s.pixels) for s in scales] == [(1, 1), (1, 5), (1, 10), (1, 20), (1, 40), (2, 40)]
    assert [s.channels for s in scales[:-1]] == [3, 128, 320, 1216, 4800]


def test_bad_pictures_are_named() -> None:
    with pytest.raises(InputError, match=r"picture: 0x5 is not between"):
        patches_of(torch.zeros(1, 5, 0, 3, dtype=torch.uint8))
    with pytest.raises(InputError, match=r"picture: 5000x5000 is not between .* scale it"):
        patches_of(torch.zeros(1, dtype=torch.uint8).expand(1, 5000, 5000, 3))
    with pytest.raises(InputError, match=r"expected \(1 or 2, H, W, 3\) uint8, got \(1, 5, 5, 4\)"):
        patches_of(torch.zeros(1, 5, 5, 4, dtype=torch.uint8))
    with pytest.raises(InputError, match="a pair of video frames, got 3"):
        patches_of(torch.zeros(3, 5, 5, 3, dtype=torch.uint8))
    with pytest.raises(ValueError, match="num_stages: 6"):
        plan_scales(6)
