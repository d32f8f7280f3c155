"""The eye: pictures to patches, and a hierarchical MLP that makes one token of each (arXiv 2203.09795).

Each stage folds a square of space, or the pair of video frames, into channels and projects them. Knows nothing of what
comes before or after.

Shapes: P patches, F video frames of a patch (2), H, W pixels, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import ceil, log, prod

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.norms import RMSNorm
from model.types import InputError

PATCH_PIXELS = 40
FRAMES_PER_PATCH = 2
NUM_COLOURS = 3
MAX_PICTURE_PIXELS = 4096 * 4096
_OUTSIDE = -1.0  # the value of pixels beyond the picture, before normalisation
_MEAN = (0.48145466, 0.4578275, 0.40821073)  # of CLIP's training pictures, by colour
_DEVIATION = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True, slots=True)
class Scale:
    """How many frames and pixels one position covers after a stage, and how many channels hold them."""

    frames: int
    pixels: int
    channels: int

    @property
    def size(self) -> int:
        return self.frames * self.pixels**2


def plan_scales(num_stages: int) -> list[Scale]:
    """The num_stages + 1 scales whose growth is nearest to even in the logarithm; first and last are fixed."""
    ladder = _ladder()
    even = [i * log(ladder[-1].size * NUM_COLOURS) / num_stages for i in range(num_stages + 1)]

    def distance(scales: tuple[Scale, ...]) -> float:
        return sum(abs(ideal - log(scale.size)) for ideal, scale in zip(even, scales, strict=True))

    if num_stages >= len(ladder):
        raise ValueError(f"num_stages: {num_stages} is over {len(ladder) - 1}, the folds a patch has")
    best = min(combinations(ladder, num_stages + 1), key=distance)
    return [ladder[0], *best[1:-1], ladder[-1]]


def num_patches(height: int, width: int) -> int:
    """How many patches a picture makes: there is always one column more than fits whole."""
    return ceil(height / PATCH_PIXELS) * (width // PATCH_PIXELS + 1)


def patches_of(frames: Tensor) -> Tensor:
    """A video frame pair, or one still, (1 or 2, H, W, 3) uint8 to (P, 2, 40, 40, 3) normalised, row by row."""
    _check(frames)
    _, height, width, _ = frames.shape
    columns = width // PATCH_PIXELS + 1
    pair = frames.float().expand(FRAMES_PER_PATCH, -1, -1, -1)  # a still is shown twice
    right, below = columns * PATCH_PIXELS - width, -height % PATCH_PIXELS
    padded = functional.pad(pair, (0, 0, 0, right, 0, below), value=_OUTSIDE)
    rows = padded.unflatten(1, (-1, PATCH_PIXELS)).unflatten(
        3, (columns, PATCH_PIXELS)
    )  # (2, rows, 40, columns, 40, 3)
    patches = rows.permute(1, 3, 0, 2, 4, 5).flatten(0, 1)
    return (patches - 255 * torch.tensor(_MEAN)) / (255 * torch.tensor(_DEVIATION))


class HMLP(nn.Module):
    """Patches to tokens in a few folding stages. `num_stages` 2 has 4M parameters at width 384, 5 has 28M."""

    def __init__(self, num_stages: int, width: int) -> None:
        super().__init__()
        scales = plan_scales(num_stages)
        last = num_stages - 1
        self.stages = nn.ModuleList(
            _Stage(before, after, width if i == last else after.channels, is_last=i == last)
            for i, (before, after) in enumerate(pairwise(scales))
        )
        self.norm = RMSNorm(width)

    def forward(self, patches: Tensor) -> Tensor:
        """(…, F, 40, 40, 3) normalised to (…, C)."""
        x = patches.flatten(0, -5) if patches.ndim > 5 else patches
        for stage in self.stages:
            x = stage(x)
        return self.norm(x).view(*patches.shape[:-4], -1)


class _Stage(nn.Module):
    def __init__(self, before: Scale, after: Scale, width: int, is_last: bool) -> None:
        super().__init__()
        self.fold_frames = after.frames // before.frames
        self.fold_pixels = after.pixels // before.pixels
        folded = before.channels * self.fold_frames * self.fold_pixels**2
        self.projection = nn.Linear(folded, width, bias=False)
        self.norm = None if is_last else RMSNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        """(P, F, H, W, C) to (P, F / f, H / p, W / p, width)."""
        x = x.unflatten(3, (-1, self.fold_pixels)).unflatten(2, (-1, self.fold_pixels))
        x = x.unflatten(1, (-1, self.fold_frames))  # (P, F', f, H', p, W', p, C)
        x = self.projection(x.permute(0, 1, 3, 5, 2, 4, 6, 7).flatten(4))
        return x if self.norm is None else functional.gelu(self.norm(x))


def _ladder() -> list[Scale]:
    """Every scale on the way from a pixel to a patch: space first, then time, channels in multiples of 64."""
    scales, pixels = [Scale(1, 1, NUM_COLOURS)], 1
    for fold in (5, 2, 2, 2):
        pixels *= fold
        scales.append(Scale(1, pixels, ceil(pixels**2 * NUM_COLOURS / 64) * 64))
    whole = prod((FRAMES_PER_PATCH, PATCH_PIXELS, PATCH_PIXELS, NUM_COLOURS))
    return [*scales, Scale(FRAMES_PER_PATCH, PATCH_PIXELS, whole)]


def _check(frames: Tensor) -> None:
    if frames.dtype != torch.uint8 or frames.ndim != 4 or frames.shape[3] != NUM_COLOURS:
        raise InputError(f"picture: expected (1 or 2, H, W, 3) uint8, got {tuple(frames.shape)} {frames.dtype}")
    num_frames, height, width, _ = frames.shape
    if num_frames not in (1, FRAMES_PER_PATCH):
        raise InputError(f"picture: expected a still or a pair of video frames, got {num_frames}")
    if not 0 < height * width <= MAX_PICTURE_PIXELS:
        raise InputError(f"picture: {width}x{height} is not between 1 and {MAX_PICTURE_PIXELS} pixels; scale it")
