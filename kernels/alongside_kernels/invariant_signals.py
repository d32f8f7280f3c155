"""torch's convolution and Fourier transforms as invariant products, with torch's own signatures.

Shapes: B batch, C channels, T positions, K taps, N points of a transform, F frequencies (N / 2 + 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from alongside_kernels.errors import ShapeError
from alongside_kernels.invariant_operators import mm

MAX_POINTS = 4096  # of a transform, whose matrix has twice the square of it


def convolution(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
) -> Tensor:
    """Over one dimension: (B, C, T) to (B, C', T'). Raises ShapeError for others, which have no invariant form here."""
    if transposed or x.ndim != 3:
        raise ShapeError(f"convolution: expected (B, C, T), not transposed, got {tuple(x.shape)}; unfold it yourself")
    reach = (weight.shape[2] - 1) * dilation[0] + 1
    seen = functional.pad(x, (padding[0], padding[0])).unfold(2, reach, stride[0])[..., :: dilation[0]]  # (B, C, T', K)
    if groups == x.shape[1] == weight.shape[0]:
        out = _each_channel(seen, weight[:, 0])
    else:
        parts = zip(seen.chunk(groups, 1), weight.chunk(groups, 0), strict=True)
        out = torch.cat([_all_channels(part, of) for part, of in parts], dim=1)
    return out if bias is None else out + bias[:, None]


def fft_r2c(x: Tensor, dim: Sequence[int], normalization: int, onesided: bool) -> Tensor:
    """Real numbers to their frequencies, by a matrix. Raises ShapeError for what no real transform over one axis is."""
    if x.dtype == torch.float64:
        return torch.ops.aten._fft_r2c.out(x, dim, normalization, onesided, out=x.new_empty(0, dtype=torch.complex128))
    (axis,) = _one_axis(dim, onesided)
    num_points = x.shape[axis]
    rows = x.movedim(axis, -1)
    product = mm(rows.reshape(-1, num_points), _forward(num_points, x.device)) * _scale(num_points, normalization)
    found = torch.view_as_complex(product.unflatten(-1, (-1, 2)))  # (rows, F)
    return found.view(*rows.shape[:-1], -1).movedim(-1, axis)


def fft_c2r(x: Tensor, dim: Sequence[int], normalization: int, last_dim_size: int) -> Tensor:
    """The inverse: frequencies to `last_dim_size` real numbers."""
    if x.dtype == torch.complex128:
        out = torch.empty(0, dtype=torch.float64, device=x.device)
        return torch.ops.aten._fft_c2r.out(x, dim, normalization, last_dim_size, out=out)
    (axis,) = _one_axis(dim, True)
    rows = x.movedim(axis, -1).resolve_conj()
    numbers = torch.view_as_real(rows.contiguous()).flatten(-2).reshape(-1, 2 * x.shape[axis])
    out = mm(numbers, _backward(last_dim_size, x.device)) * _scale(last_dim_size, normalization)
    return out.view(*rows.shape[:-1], last_dim_size).movedim(-1, axis)


def _each_channel(seen: Tensor, taps: Tensor) -> Tensor:
    """(B, C, T, K) and a channel's own taps (C, K) to (B, C, T), from the first tap to the last."""
    total = seen[..., 0].float() * taps[:, :1].float()
    for tap in range(1, taps.shape[1]):
        total = total + seen[..., tap].float() * taps[:, tap : tap + 1].float()
    return total.to(seen.dtype)


def _all_channels(seen: Tensor, weight: Tensor) -> Tensor:
    """(B, C, T, K) and (C', C, K) to (B, C', T)."""
    rows = seen.movedim(1, 2).flatten(2)  # (B, T, C K)
    return mm(rows.flatten(0, 1), weight.flatten(1).T).unflatten(0, rows.shape[:2]).mT.contiguous()


def _one_axis(dim: Sequence[int], onesided: bool) -> tuple[int]:
    if len(dim) != 1 or not onesided:
        raise ShapeError(f"Fourier transform: expected one axis and half the frequencies, got axes {list(dim)}")
    return (dim[0],)


def _scale(num_points: int, normalization: int) -> float:
    """What torch's numbers for it mean: none, by the root, by all."""
    return (1.0, num_points**-0.5, 1 / num_points)[normalization]


@torch.inference_mode(False)  # what is kept must also serve training
def _turns(num_points: int) -> tuple[Tensor, Tensor]:
    """Cosine and sine of n k / N turns, (N, F) float64, exact in which turn it is."""
    if num_points > MAX_POINTS:
        raise ShapeError(f"Fourier transform: {num_points} points, at most {MAX_POINTS}; cut the signal into windows")
    turn = torch.outer(torch.arange(num_points), torch.arange(num_points // 2 + 1)) % num_points
    angle = turn.double() * (2 * math.pi / num_points)
    return angle.cos(), angle.sin()


@cache
@torch.inference_mode(False)
def _forward(num_points: int, device: torch.device) -> Tensor:
    """(N, 2 F): each frequency's real and imaginary part."""
    cosine, sine = _turns(num_points)
    return torch.stack((cosine, -sine), dim=-1).flatten(1).float().to(device)


@cache
@torch.inference_mode(False)
def _backward(num_points: int, device: torch.device) -> Tensor:
    """(2 F, N): every frequency counts twice, for its mirror, but the first and the middle one."""
    cosine, sine = _turns(num_points)
    counts = torch.full((cosine.shape[1],), 2.0, dtype=torch.float64)
    counts[0] = 1
    if num_points % 2 == 0:
        counts[-1] = 1
    return torch.stack((cosine * counts, -sine * counts), dim=-1).flatten(1).T.contiguous().float().to(device)
