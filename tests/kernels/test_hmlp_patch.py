"""The eye's stages: kernel and formula agree, and the formula is the model's."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from alongside_kernels.errors import ShapeError
from alongside_kernels.hmlp_patch import Stage, hmlp_patch, kernel, reference
from model.hmlp import HMLP, plan_scales
from tests.kernels.drawn import DEVICE, assert_near, normal, poisoned_outputs, sizes

# patches, video frames, pixels high and wide, channels; frames and pixels of the fold; channels after: fused to 512
CASES = [
    ((patches, fold[0] * more, fold[1] * (more + 1), fold[1] * more, channels), *fold, outputs)
    for patches, fold, more, channels, outputs in zip(
        sizes(61, 16, 4),
        ((1, 3), (2, 2), (1, 5), (2, 1)),
        (1, 2, 1, 1),
        sizes(62, 4, 4),
        sizes(63, 512, 4),
        strict=True,
    )
]


def _stage(channels: int, frames: int, pixels: int, outputs: int, dtype: torch.dtype, has_gelu: bool = True) -> Stage:
    inputs = frames * pixels**2 * channels
    weight = normal(outputs, inputs, seed=1, dtype=dtype) * inputs**-0.5
    return Stage(frames, pixels, weight, 1 + 0.1 * normal(outputs, seed=2, dtype=dtype), has_gelu)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("shape", "frames", "pixels", "outputs"), CASES)
def test_kernel_equals_the_formula(
    shape: tuple[int, ...], frames: int, pixels: int, outputs: int, dtype: torch.dtype
) -> None:
    x, stage = normal(*shape, seed=3, dtype=dtype), _stage(shape[-1], frames, pixels, outputs, dtype)
    with poisoned_outputs():
        out = kernel.stage(x, stage)
    assert_near(out, reference.stage(x, stage), 16)


def test_without_gelu_a_stage_only_normalises() -> None:
    x, stage = normal(2, 1, 4, 4, 3, seed=4), _stage(3, 1, 2, 9, torch.float32, has_gelu=False)
    out = kernel.stage(x, stage)
    assert_near(out, reference.stage(x, stage), 4)
    assert bool((out < -0.5).any())  # which GELU would not let through


def test_a_patch_has_the_same_bits_in_any_company() -> None:
    x, stage = normal(5, 1, 6, 6, 2, seed=5), _stage(2, 1, 3, 11, torch.float32)
    assert torch.equal(kernel.stage(x[3:4], stage), kernel.stage(x, stage)[3:4])


@pytest.mark.parametrize("num_stages", [2, 5])
def test_the_formula_is_the_models(num_stages: int) -> None:
    eye = HMLP(num_stages, width=24).to(DEVICE)
    with torch.no_grad():
        for index, weight in enumerate(eye.parameters()):
            if weight.ndim == 2:
                weight.copy_(normal(*weight.shape, seed=index) * weight.shape[1] ** -0.5)
        scales = plan_scales(num_stages)
        stages = [
            Stage(
                after.frames // before.frames,
                after.pixels // before.pixels,
                eye.get_parameter(f"stages.{index}.projection.weight"),
                eye.norm.gain if index == num_stages - 1 else eye.get_parameter(f"stages.{index}.norm.gain"),
                has_gelu=index < num_stages - 1,
            )
            for index, (before, after) in enumerate(pairwise(scales))
        ]
        patches = normal(2, 2, 40, 40, 3, seed=6)
        assert_near(hmlp_patch(patches, stages).view(2, 24), eye(patches), 16)


def test_pixels_that_do_not_fold_are_named() -> None:
    with pytest.raises(ShapeError, match="patches: 1 video frames of 5x4 do not fold by 1 and 2"):
        hmlp_patch(torch.zeros(1, 1, 5, 4, 3), [_stage(3, 1, 2, 9, torch.float32)])
