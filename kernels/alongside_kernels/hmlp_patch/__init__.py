"""Patches to tokens: the stages of a hierarchical MLP, each one launch."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from alongside_kernels.errors import check_float, check_shape
from alongside_kernels.hmlp_patch import reference
from alongside_kernels.hmlp_patch.stage import Stage

__all__ = ["Stage", "hmlp_patch"]


def hmlp_patch(patches: Tensor, stages: Sequence[Stage]) -> Tensor:
    """(P, F, H, W, C) through all stages to (P, F', H', W', O); on a GPU for serving only. Raises ShapeError."""
    check_float("patches", patches)
    check_shape("patches", patches, (None, None, None, None, None))
    x = patches
    for stage in stages:
        stage.check(tuple(x.shape))
        x = _apply(x, stage)
    return x


def _apply(x: Tensor, stage: Stage) -> Tensor:
    if not x.is_cuda:
        return reference.stage(x, stage)
    from alongside_kernels.hmlp_patch import kernel  # needs Triton, which only a GPU does

    return kernel.stage(x, stage)
