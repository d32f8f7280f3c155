"""A stage of the eye in one launch: the fold is an address, the projection a matrix product, the rest its epilogue.

A row's norm needs all of its channels in one program: up to 512 they are, beyond the norm is a second launch. The tile
hangs on the stage's sizes alone, so a patch's bits do not depend on how many patches there are.

Memory traffic: pictures in and channels out once (channels three times where the norm is a launch of its own), weights
once for 16 rows, from L2.

Shapes: P patches, F video frames, H, W pixels, C channels, N rows after the fold, I folded and O projected channels.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.dot import dot
from alongside_kernels.hmlp_patch.stage import Stage
from alongside_kernels.launch import aligned, launch, next_power_of_2

_ROWS = 16
_TERMS = 32
_MOST_FUSED = 512  # channels: 16 rows of them in float32 are 32 registers of each of 256 threads


def stage(x: Tensor, of: Stage) -> Tensor:
    """`reference.stage`: (P, F, H, W, C) to (P, F / frames, H / pixels, W / pixels, O), for serving."""
    x = aligned(x)
    patches, frames, height, width, channels = x.shape
    outputs, inputs = of.weight.shape
    shape = (patches, frames // of.frames, height // of.pixels, width // of.pixels, outputs)
    out = torch.empty(*shape, dtype=x.dtype, device=x.device)
    rows = out.numel() // outputs
    is_fused = outputs <= _MOST_FUSED
    block = max(next_power_of_2(outputs), 16) if is_fused else 128
    launch(
        _project,
        (triton.cdiv(rows, _ROWS), triton.cdiv(outputs, block)),
        *(x, aligned(of.weight), of.gain, out, rows, inputs, outputs, of.epsilon),
        *(shape[1], shape[2], shape[3], of.frames, of.pixels, height, width, channels),
        IS_FUSED=is_fused,
        HAS_GELU=of.has_gelu,
        BLOCK_N=_ROWS,
        BLOCK_O=block,
        BLOCK_I=_TERMS,
        num_warps=8 if block > 256 else 4,
        num_stages=2,
    )
    if not is_fused:
        block = next_power_of_2(outputs)
        launch(
            _finish_rows, (rows,), out, of.gain, outputs, of.epsilon, HAS_GELU=of.has_gelu, BLOCK_O=block, num_warps=8
        )
    return out


@triton.jit
def _project(
    x_ptr,
    weight_ptr,
    gain_ptr,
    out_ptr,
    num_rows,
    inputs,
    outputs,
    epsilon,
    out_frames,
    out_height,
    out_width,
    fold_frames,
    fold_pixels,
    height,
    width,
    channels,
    IS_FUSED: tl.constexpr,
    HAS_GELU: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_O: tl.constexpr,
    BLOCK_I: tl.constexpr,
):
    rows = tl.program_id(0).to(tl.int64) * BLOCK_N + tl.arange(0, BLOCK_N)
    cols = tl.program_id(1) * BLOCK_O + tl.arange(0, BLOCK_O)
    across, down = rows % out_width, rows // out_width % out_height
    frame = rows // (out_width * out_height)  # of all patches
    corner = ((frame * fold_frames * height + down * fold_pixels) * width + across * fold_pixels) * channels
    total = tl.zeros((BLOCK_N, BLOCK_O), dtype=tl.float32)
    for start in range(0, inputs, BLOCK_I):
        term = start + tl.arange(0, BLOCK_I)
        channel, pixel = term % channels, term // channels
        inner = pixel // (fold_pixels * fold_pixels) * height + pixel // fold_pixels % fold_pixels
        offset = (inner * width + pixel % fold_pixels) * channels + channel
        is_x = (rows < num_rows)[:, None] & (term < inputs)[None, :]
        x = tl.load(x_ptr + corner[:, None] + offset[None, :], mask=is_x, other=0.0)
        is_weight = (term < inputs)[:, None] & (cols < outputs)[None, :]
        weight = tl.load(weight_ptr + cols[None, :].to(tl.int64) * inputs + term[:, None], mask=is_weight, other=0.0)
        total = dot(x, weight, total)
    if IS_FUSED:
        gain = tl.load(gain_ptr + cols, mask=cols < outputs, other=0.0)
        total = _finish(total, gain[None, :], outputs, epsilon, out_ptr.dtype.element_ty, HAS_GELU)
    inside = (rows < num_rows)[:, None] & (cols < outputs)[None, :]
    tl.store(out_ptr + rows[:, None] * outputs + cols[None, :], total.to(out_ptr.dtype.element_ty), mask=inside)


@triton.jit
def _finish_rows(out_ptr, gain_ptr, outputs, epsilon, HAS_GELU: tl.constexpr, BLOCK_O: tl.constexpr):
    row, cols = tl.program_id(0).to(tl.int64), tl.arange(0, BLOCK_O)
    inside = cols < outputs
    x = tl.load(out_ptr + row * outputs + cols, mask=inside, other=0.0).to(tl.float32)
    gain = tl.load(gain_ptr + cols, mask=inside, other=0.0)
    out = _finish(x[None, :], gain[None, :], outputs, epsilon, out_ptr.dtype.element_ty, HAS_GELU)
    tl.store(out_ptr + row * outputs + cols[None, :], out.to(out_ptr.dtype.element_ty), mask=inside[None, :])


@triton.jit
def _finish(x, gain, outputs, epsilon, kind: tl.constexpr, HAS_GELU: tl.constexpr):
    """Norm and GELU of rows, rounded to `kind` where the formula rounds."""
    x = x.to(kind).to(tl.float32)
    scale = 1.0 / tl.sqrt(tl.sum(x * x, axis=1) / outputs + epsilon)
    out = gain.to(tl.float32) * (x * scale[:, None]).to(kind).to(tl.float32)
    if HAS_GELU:
        out = out.to(kind).to(tl.float32)
        out = 0.5 * out * (1.0 + tl.erf(out * 0.7071067811865476))
    return out
