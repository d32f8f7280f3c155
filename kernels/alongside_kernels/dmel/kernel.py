"""dMel in one launch, one program a mel frame: the transform as two small matrix products, then each mel bin's band.

Memory traffic: 2 hops of sound and the tables (about 60 KB, from L2) in, M bytes out, and for each session its last hop
of sound. What one step of the transform leaves for the next goes through `scratch`, which stays in L2. All products are
float32: no tf32, no tensor cores.

Shapes: B sessions, S samples, T mel frames, R root of the window, U frequencies of the widest mel bin, M mel bins.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.dmel.reference import FLOOR, HIGHEST, LOWEST, NUM_LEVELS
from alongside_kernels.dmel.tables import Tables
from alongside_kernels.dot import dot
from alongside_kernels.launch import launch, next_power_of_2

_STEP = (HIGHEST - LOWEST) / (NUM_LEVELS - 1)  # 0.6


def dmel_(pcm: Tensor, past: Tensor, tables: Tables) -> Tensor:
    """`reference.dmel`: sound (B, S) after `past` (B, W / 2), which takes its last hop, to levels (B, T, M) uint8."""
    num_sessions, num_samples = pcm.shape
    hop, num_mels, root = past.shape[1], tables.filters.shape[1], tables.root
    num_frames, kept = num_samples // hop, past.contiguous()
    out = torch.empty(num_sessions, num_frames, num_mels, dtype=torch.uint8, device=pcm.device)
    scratch = torch.empty(num_sessions, num_frames, 6 * hop, dtype=torch.float32, device=pcm.device)
    launch(
        _dmel,
        (num_frames, num_sessions),
        *(pcm.contiguous(), kept, tables.window, tables.turns, tables.twist),
        *(tables.band_start, tables.band, scratch, out),
        *(num_samples, hop, num_mels, tables.band.shape[0], FLOOR, LOWEST, HIGHEST, 1 / _STEP),
        ROOT=root,
        BLOCK_R=max(next_power_of_2(root), 16),
        BLOCK_K=max(next_power_of_2(root // 2 + 1), 16),
        BLOCK_M=next_power_of_2(num_mels),
        BLOCK_T=16,
        BLOCK_H=next_power_of_2(hop),
        num_warps=8,
    )
    if kept is not past:
        past.copy_(kept)
    return out


@triton.jit
def _dmel(
    pcm_ptr,
    past_ptr,
    window_ptr,
    turns_ptr,
    twist_ptr,
    band_start_ptr,
    band_ptr,
    scratch_ptr,
    out_ptr,
    num_samples,
    hop,
    num_mels,
    widest,
    floor,
    lowest,
    highest,
    per_step,
    ROOT: tl.constexpr,
    BLOCK_R: tl.constexpr,
    BLOCK_K: tl.constexpr,
    BLOCK_M: tl.constexpr,
    BLOCK_T: tl.constexpr,
    BLOCK_H: tl.constexpr,
):
    frame, session = tl.program_id(0).to(tl.int64), tl.program_id(1).to(tl.int64)
    scratch_ptr += (session * tl.num_programs(0) + frame) * 6 * hop
    twisted_ptr = scratch_ptr + 2 * hop  # the magnitudes lie before it
    pcm_ptr += session * num_samples
    past_ptr += session * hop
    _first_half(
        pcm_ptr, past_ptr, window_ptr, turns_ptr, twist_ptr, twisted_ptr, frame, hop, ROOT, BLOCK_R, BLOCK_T
    )  # fmt: skip
    tl.debug_barrier()  # the threads of this program now read what others of them wrote
    if frame == 0:  # the only one that reads `past`, and it has
        newest = tl.arange(0, BLOCK_H)
        sound = tl.load(pcm_ptr + num_samples - hop + newest, mask=newest < hop, other=0.0)
        tl.store(past_ptr + newest, sound, mask=newest < hop)
    _second_half(turns_ptr, twisted_ptr, scratch_ptr, hop, floor, ROOT, BLOCK_R, BLOCK_K, BLOCK_T)
    tl.debug_barrier()
    mels = tl.arange(0, BLOCK_M)
    inside = mels < num_mels
    start = tl.load(band_start_ptr + mels, mask=inside, other=0)
    total = tl.zeros((BLOCK_M,), dtype=tl.float32)
    for offset in range(widest):
        weight = tl.load(band_ptr + offset * num_mels + mels, mask=inside, other=0.0)
        total += weight * tl.load(scratch_ptr + start + offset, mask=weight > 0, other=0.0)
    log_mel = tl.log2(tl.maximum(total, floor)) * 0.30102999566398120  # of base 10
    level = tl.floor((tl.minimum(tl.maximum(log_mel, lowest), highest) - lowest) * per_step + 0.5)
    out_ptr += (session * tl.num_programs(0) + frame) * num_mels
    tl.store(out_ptr + mels, level.to(tl.uint8), mask=inside)


@triton.jit
def _first_half(
    pcm_ptr, past_ptr, window_ptr, turns_ptr, twist_ptr, twisted_ptr, frame, hop,
    ROOT: tl.constexpr, BLOCK_R: tl.constexpr, BLOCK_T: tl.constexpr,
):  # fmt: skip
    """The samples (n1, n2) of a window, transformed over n1 and twisted: (k1, n2), real parts before imaginary ones."""
    rows, cols = tl.arange(0, BLOCK_R)[:, None], tl.arange(0, BLOCK_R)[None, :]
    real = tl.zeros((BLOCK_R, BLOCK_R), dtype=tl.float32)
    imaginary = tl.zeros((BLOCK_R, BLOCK_R), dtype=tl.float32)
    for start in range(0, ROOT, BLOCK_T):
        terms = start + tl.arange(0, BLOCK_T)
        is_turn = (rows < ROOT) & (terms[None, :] < ROOT)
        turn = turns_ptr + rows * ROOT + terms[None, :]
        index = terms[:, None] * ROOT + cols  # within the window
        inside = (terms[:, None] < ROOT) & (cols < ROOT)
        at = frame * hop - hop + index  # within the chunk; negative in the past
        fresh = tl.load(pcm_ptr + at, mask=inside & (at >= 0), other=0.0)
        sound = fresh + tl.load(past_ptr + hop + at, mask=inside & (at < 0), other=0.0)
        sound *= tl.load(window_ptr + index, mask=inside, other=0.0)
        real = dot(tl.load(turn, mask=is_turn, other=0.0), sound, real)
        imaginary = dot(tl.load(turn + ROOT * ROOT, mask=is_turn, other=0.0), sound, imaginary)
    square = (rows < ROOT) & (cols < ROOT)
    index = rows * ROOT + cols
    cosine = tl.load(twist_ptr + index, mask=square, other=0.0)
    sine = tl.load(twist_ptr + ROOT * ROOT + index, mask=square, other=0.0)
    tl.store(twisted_ptr + index, real * cosine - imaginary * sine, mask=square)
    tl.store(twisted_ptr + ROOT * ROOT + index, real * sine + imaginary * cosine, mask=square)


@triton.jit
def _second_half(
    turns_ptr, twisted_ptr, magnitude_ptr, hop, floor,
    ROOT: tl.constexpr, BLOCK_R: tl.constexpr, BLOCK_K: tl.constexpr, BLOCK_T: tl.constexpr,
):  # fmt: skip
    """Transformed over n2 to (k1, k2), k2 up to half, which the rest mirrors: magnitudes of frequencies k1 + R k2."""
    rows, cols = tl.arange(0, BLOCK_R)[:, None], tl.arange(0, BLOCK_K)[None, :]
    real = tl.zeros((BLOCK_R, BLOCK_K), dtype=tl.float32)
    imaginary = tl.zeros((BLOCK_R, BLOCK_K), dtype=tl.float32)
    for start in range(0, ROOT, BLOCK_T):
        terms = start + tl.arange(0, BLOCK_T)
        is_left = (rows < ROOT) & (terms[None, :] < ROOT)
        left = twisted_ptr + rows * ROOT + terms[None, :]
        left_real = tl.load(left, mask=is_left, other=0.0)
        left_imaginary = tl.load(left + ROOT * ROOT, mask=is_left, other=0.0)
        is_turn = (terms[:, None] < ROOT) & (cols < ROOT)
        turn = turns_ptr + terms[:, None] * ROOT + cols
        cosine = tl.load(turn, mask=is_turn, other=0.0)
        sine = tl.load(turn + ROOT * ROOT, mask=is_turn, other=0.0)
        real = dot(left_real, cosine, real)
        real = dot(-left_imaginary, sine, real)
        imaginary = dot(left_real, sine, imaginary)
        imaginary = dot(left_imaginary, cosine, imaginary)
    magnitude = tl.sqrt(tl.maximum(real * real + imaginary * imaginary, floor))
    frequency = rows + ROOT * cols
    tl.store(magnitude_ptr + frequency, magnitude, mask=(rows < ROOT) & (frequency <= hop))
