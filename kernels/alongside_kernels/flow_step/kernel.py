"""All Euler steps of the flow head in one launch: one program takes 16 slots through every layer of every step.

What one product leaves for the next lies in `scratch`, 16 rows of a few hundred numbers that stay in the cache of the
program's own multiprocessor. Slots are rows of a product, so a slot's bits are its own.

Memory traffic: all weights once a step for 16 slots, from L2 (1.6M of them at width 256); noise, condition and block
once. For few slots few multiprocessors work: it saves launches, not arithmetic; a graph of larger ones may be faster.

Shapes: B slots, D condition, X block, W width, V waves of time, L layers, S steps.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

from functools import cache

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.dot import dot
from alongside_kernels.flow_step.reference import EPSILON, waves_of
from alongside_kernels.flow_step.weights import FlowWeights
from alongside_kernels.launch import aligned, launch, next_power_of_2

_SLOTS = 16


def flow_step(noise: Tensor, condition: Tensor, weights: FlowWeights, num_steps: int) -> Tensor:
    """`reference.flow_step`: noise (B, X) and condition (B, D) to a block (B, X), for serving."""
    noise, condition = aligned(noise), aligned(condition)
    (num_slots, block), (num_layers, width) = noise.shape, weights.gain.shape
    num_programs = triton.cdiv(num_slots, _SLOTS)
    out = torch.empty_like(noise)
    # what is given, hint, x and inside of W, hidden of 2 W, block of X
    scratch = torch.empty(num_programs, _SLOTS * (6 * width + block), dtype=noise.dtype, device=noise.device)
    waves = _waves(num_steps, weights.time.shape[1], noise.device, noise.dtype)
    parts = (getattr(weights, name) for name in FlowWeights.__dataclass_fields__)
    launch(
        _flow,
        (num_programs,),
        *(noise, condition, waves, *(aligned(part) for part in parts), scratch, out),
        *(num_slots, condition.shape[1], block, width, waves.shape[1], num_layers, num_steps, EPSILON),
        BLOCK_B=_SLOTS,
        BLOCK_W=next_power_of_2(width),
        BLOCK_V=next_power_of_2(waves.shape[1]),
        BLOCK_N=64,
        BLOCK_K=64,
        num_warps=4,
        num_stages=3,
    )
    return out


@cache
@torch.inference_mode(False)  # kept for whoever asks
def _waves(num_steps: int, num_waves: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    return waves_of(num_steps, num_waves, device).to(dtype)


@triton.jit
def _flow(
    noise_ptr,
    condition_ptr,
    waves_ptr,
    enter_ptr,
    enter_bias_ptr,
    given_ptr,
    given_bias_ptr,
    time_ptr,
    time_bias_ptr,
    gain_ptr,
    modulate_ptr,
    modulate_bias_ptr,
    up_ptr,
    up_bias_ptr,
    down_ptr,
    down_bias_ptr,
    last_gain_ptr,
    leave_ptr,
    leave_bias_ptr,
    scratch_ptr,
    out_ptr,
    num_slots,
    condition_width,
    block_size,
    width,
    num_waves,
    num_layers,
    num_steps,
    epsilon,
    BLOCK_B: tl.constexpr,
    BLOCK_W: tl.constexpr,
    BLOCK_V: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_K: tl.constexpr,
):
    kind = scratch_ptr.dtype.element_ty
    slot = tl.program_id(0).to(tl.int64) * BLOCK_B
    given = scratch_ptr + tl.program_id(0).to(tl.int64) * BLOCK_B * (6 * width + block_size)
    hint = given + BLOCK_B * width
    stream = hint + BLOCK_B * width
    inside = stream + BLOCK_B * width
    hidden = inside + BLOCK_B * width
    block = hidden + 2 * BLOCK_B * width
    rows = tl.arange(0, BLOCK_B)[:, None]
    left = num_slots - slot  # slots from this program's first on
    for start in range(0, width, BLOCK_N):
        cols = start + tl.arange(0, BLOCK_N)
        said = _linear(condition_ptr + slot * condition_width, left, given_ptr, given_bias_ptr, cols, condition_width,
                       width, kind, BLOCK_B, BLOCK_N, BLOCK_K)  # fmt: skip
        tl.store(given + rows * width + cols[None, :], said.to(kind), mask=cols[None, :] < width)
    for start in range(0, block_size, BLOCK_N):
        cols = start + tl.arange(0, BLOCK_N)[None, :]
        here = (cols < block_size) & (rows < left)
        first = tl.load(noise_ptr + (slot + rows) * block_size + cols, mask=here, other=0.0)
        tl.store(block + rows * block_size + cols, first, mask=cols < block_size)
    for step in range(num_steps):
        tl.debug_barrier()  # here and below: threads read what others of this program wrote
        _hint(given, hint, waves_ptr + step * num_waves, time_ptr, time_bias_ptr, width, num_waves, kind,
              BLOCK_B, BLOCK_N, BLOCK_V)  # fmt: skip
        for start in range(0, width, BLOCK_N):
            cols = start + tl.arange(0, BLOCK_N)
            said = _linear(block, BLOCK_B, enter_ptr, enter_bias_ptr, cols, block_size, width, kind,
                           BLOCK_B, BLOCK_N, BLOCK_K)  # fmt: skip
            tl.store(stream + rows * width + cols[None, :], said.to(kind), mask=cols[None, :] < width)
        for layer in range(num_layers):
            _layer(stream, hint, inside, hidden, gain_ptr + layer * width,
                   modulate_ptr + layer * 3 * width * width, modulate_bias_ptr + layer * 3 * width,
                   up_ptr + layer * 2 * width * width, up_bias_ptr + layer * 2 * width,
                   down_ptr + layer * 2 * width * width, down_bias_ptr + layer * width,
                   width, epsilon, kind, BLOCK_B, BLOCK_W, BLOCK_N, BLOCK_K)  # fmt: skip
        tl.debug_barrier()
        normal = _normal(stream, last_gain_ptr, width, epsilon, kind, BLOCK_B, BLOCK_W)
        all_cols = tl.arange(0, BLOCK_W)[None, :]
        tl.store(inside + rows * width + all_cols, normal.to(kind), mask=all_cols < width)
        tl.debug_barrier()
        for start in range(0, block_size, BLOCK_N):
            cols = start + tl.arange(0, BLOCK_N)
            said = _linear(inside, BLOCK_B, leave_ptr, leave_bias_ptr, cols, width, block_size, kind,
                           BLOCK_B, BLOCK_N, BLOCK_K)  # fmt: skip
            at = block + rows * block_size + cols[None, :]
            before = tl.load(at, mask=cols[None, :] < block_size, other=0.0).to(tl.float32)
            moved = before + (said / num_steps).to(kind).to(tl.float32)
            tl.store(at, moved.to(kind), mask=cols[None, :] < block_size)
    tl.debug_barrier()
    for start in range(0, block_size, BLOCK_N):
        cols = start + tl.arange(0, BLOCK_N)[None, :]
        done = tl.load(block + rows * block_size + cols, mask=cols < block_size, other=0.0)
        tl.store(out_ptr + (slot + rows) * block_size + cols, done, mask=(cols < block_size) & (rows < left))


@triton.jit
def _hint(
    given, hint, waves_ptr, time_ptr, time_bias_ptr, width, num_waves, kind: tl.constexpr,
    BLOCK_B: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_V: tl.constexpr,
):  # fmt: skip
    rows, waves = tl.arange(0, BLOCK_B)[:, None], tl.arange(0, BLOCK_V)
    wave = tl.load(waves_ptr + waves, mask=waves < num_waves, other=0.0).to(tl.float32)
    for start in range(0, width, BLOCK_N):
        cols = start + tl.arange(0, BLOCK_N)
        is_weight = (cols < width)[:, None] & (waves < num_waves)[None, :]
        weight = tl.load(time_ptr + cols[:, None] * num_waves + waves[None, :], mask=is_weight, other=0.0)
        time = tl.sum(weight.to(tl.float32) * wave[None, :], axis=1)
        time = (time + tl.load(time_bias_ptr + cols, mask=cols < width, other=0.0).to(tl.float32)).to(kind)
        at = rows * width + cols[None, :]
        x = tl.load(given + at, mask=cols[None, :] < width, other=0.0).to(tl.float32) + time.to(tl.float32)[None, :]
        tl.store(hint + at, _silu(x.to(kind).to(tl.float32)).to(kind), mask=cols[None, :] < width)


@triton.jit
def _layer(
    stream, hint, inside, hidden, gain_ptr, modulate_ptr, modulate_bias_ptr, up_ptr, up_bias_ptr, down_ptr,
    down_bias_ptr, width, epsilon, kind: tl.constexpr,
    BLOCK_B: tl.constexpr, BLOCK_W: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    rows, all_cols = tl.arange(0, BLOCK_B)[:, None], tl.arange(0, BLOCK_W)[None, :]
    tl.debug_barrier()
    normal = _normal(stream, gain_ptr, width, epsilon, kind, BLOCK_B, BLOCK_W)
    tl.store(inside + rows * width + all_cols, normal.to(kind), mask=all_cols < width)
    tl.debug_barrier()
    for start in range(0, width, BLOCK_N):
        cols = start + tl.arange(0, BLOCK_N)
        is_col, at = cols[None, :] < width, rows * width + cols[None, :]
        shift = _linear(hint, BLOCK_B, modulate_ptr, modulate_bias_ptr, cols, width, width, kind,
                        BLOCK_B, BLOCK_N, BLOCK_K)  # fmt: skip
        gain = _linear(hint, BLOCK_B, modulate_ptr + width * width, modulate_bias_ptr + width, cols, width, width, kind,
                       BLOCK_B, BLOCK_N, BLOCK_K)  # fmt: skip
        scaled = tl.load(inside + at, mask=is_col, other=0.0).to(tl.float32) * (1.0 + gain).to(kind).to(tl.float32)
        tl.store(inside + at, (scaled.to(kind).to(tl.float32) + shift).to(kind), mask=is_col)
    tl.debug_barrier()
    for start in range(0, 2 * width, BLOCK_N):
        cols = start + tl.arange(0, BLOCK_N)
        said = _linear(inside, BLOCK_B, up_ptr, up_bias_ptr, cols, width, 2 * width, kind, BLOCK_B, BLOCK_N, BLOCK_K)
        tl.store(hidden + rows * 2 * width + cols[None, :], _silu(said).to(kind), mask=cols[None, :] < 2 * width)
    tl.debug_barrier()
    for start in range(0, width, BLOCK_N):
        cols = start + tl.arange(0, BLOCK_N)
        is_col, at = cols[None, :] < width, rows * width + cols[None, :]
        gate = _linear(hint, BLOCK_B, modulate_ptr + 2 * width * width, modulate_bias_ptr + 2 * width, cols, width,
                       width, kind, BLOCK_B, BLOCK_N, BLOCK_K)  # fmt: skip
        said = _linear(hidden, BLOCK_B, down_ptr, down_bias_ptr, cols, 2 * width, width, kind,
                       BLOCK_B, BLOCK_N, BLOCK_K)  # fmt: skip
        x = tl.load(stream + at, mask=is_col, other=0.0).to(tl.float32)
        tl.store(stream + at, (x + (gate * said).to(kind).to(tl.float32)).to(kind), mask=is_col)


@triton.jit
def _linear(
    in_ptr, num_rows, weight_ptr, bias_ptr, cols, inputs, outputs, kind: tl.constexpr,
    BLOCK_B: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Rows of `inputs` numbers to `cols` of a projection, float32 that was rounded to `kind` once."""
    rows = tl.arange(0, BLOCK_B)[:, None]
    total = tl.zeros((BLOCK_B, BLOCK_N), dtype=tl.float32)
    for start in range(0, inputs, BLOCK_K):
        terms = start + tl.arange(0, BLOCK_K)
        is_term = terms < inputs
        x = tl.load(in_ptr + rows * inputs + terms[None, :], mask=is_term[None, :] & (rows < num_rows), other=0.0)
        is_weight = is_term[:, None] & (cols < outputs)[None, :]
        total = dot(x, tl.load(weight_ptr + cols[None, :] * inputs + terms[:, None], mask=is_weight, other=0.0), total)
    bias = tl.load(bias_ptr + cols, mask=cols < outputs, other=0.0).to(tl.float32)
    return (total + bias[None, :]).to(kind).to(tl.float32)


@triton.jit
def _normal(x_ptr, gain_ptr, width, epsilon, kind: tl.constexpr, BLOCK_B: tl.constexpr, BLOCK_W: tl.constexpr):
    rows, cols = tl.arange(0, BLOCK_B)[:, None], tl.arange(0, BLOCK_W)
    is_col = cols < width
    x = tl.load(x_ptr + rows * width + cols[None, :], mask=is_col[None, :], other=0.0).to(tl.float32)
    scale = 1.0 / tl.sqrt(tl.sum(x * x, axis=1) / width + epsilon)
    gain = tl.load(gain_ptr + cols, mask=is_col, other=0.0).to(tl.float32)
    return gain[None, :] * (x * scale[:, None]).to(kind).to(tl.float32)


@triton.jit
def _silu(x):
    return x * tl.sigmoid(x)
