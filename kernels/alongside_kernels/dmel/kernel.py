"""dMel in one launch, one program a mel frame: the transform as two small matrix products, then each mel bin's band.

Memory traffic: 2 hops of sound and the tables (about 60 KB, from L2) in, M bytes out; the magnitudes of a frame go once
through `scratch`, which stays in L2, so that the mel bins can pick their frequencies.

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


def dmel(pcm: Tensor, past: Tensor, tables: Tables) -> Tensor:
    """`reference.dmel`: sound (B, S) after `past` (B, W / 2) to levels (B, T, M) uint8."""
    num_sessions, num_samples = pcm.shape
    hop, num_mels, root = past.shape[1], tables.filters.shape[1], tables.root
    num_frames = num_samples // hop
    out = torch.empty(num_sessions, num_frames, num_mels, dtype=torch.uint8, device=pcm.device)
    scratch = torch.empty(num_sessions, num_frames, 2 * hop, dtype=torch.float32, device=pcm.device)
    launch(
        _dmel,
        (num_frames, num_sessions),
        *(pcm.contiguous(), past.contiguous(), tables.window, tables.turns, tables.twist),
        *(tables.band_start, tables.band, scratch, out),
        *(num_samples, hop, num_mels, tables.band.shape[0], FLOOR, LOWEST, HIGHEST, 1 / _STEP),
        ROOT=root,
        BLOCK_R=max(next_power_of_2(root), 16),
        BLOCK_K=max(next_power_of_2(root // 2 + 1), 16),
        BLOCK_M=next_power_of_2(num_mels),
        num_warps=8,
    )
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
):
    frame, session = tl.program_id(0).to(tl.int64), tl.program_id(1).to(tl.int64)
    scratch_ptr += (session * tl.num_programs(0) + frame) * 2 * hop
    _magnitudes(
        pcm_ptr + session * num_samples, past_ptr + session * hop, window_ptr, turns_ptr, twist_ptr, scratch_ptr,
        frame, hop, floor, ROOT, BLOCK_R, BLOCK_K,
    )  # fmt: skip
    tl.debug_barrier()  # the threads of this program now read what others of them wrote
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
def _magnitudes(
    pcm_ptr, past_ptr, window_ptr, turns_ptr, twist_ptr, scratch_ptr, frame, hop, floor,
    ROOT: tl.constexpr, BLOCK_R: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """The (R, R) samples of a window to the magnitude of its frequencies k1 + R k2, written in their order."""
    rows, cols = tl.arange(0, BLOCK_R)[:, None], tl.arange(0, BLOCK_R)[None, :]
    square = (rows < ROOT) & (cols < ROOT)
    index = rows * ROOT + cols  # within the window, and within a table
    at = frame * hop - hop + index  # within the chunk; negative in the past
    fresh = tl.load(pcm_ptr + at, mask=square & (at >= 0), other=0.0)
    sound = fresh + tl.load(past_ptr + hop + at, mask=square & (at < 0), other=0.0)
    sound *= tl.load(window_ptr + index, mask=square, other=0.0)
    cosine = tl.load(turns_ptr + index, mask=square, other=0.0)
    sine = tl.load(turns_ptr + ROOT * ROOT + index, mask=square, other=0.0)
    nothing = tl.zeros((BLOCK_R, BLOCK_R), dtype=tl.float32)
    real, imaginary = dot(cosine, sound, nothing), dot(sine, sound, nothing)  # over n1: (k1, n2)
    twist_cosine = tl.load(twist_ptr + index, mask=square, other=0.0)
    twist_sine = tl.load(twist_ptr + ROOT * ROOT + index, mask=square, other=0.0)
    twisted = real * twist_cosine - imaginary * twist_sine
    twisted_imaginary = real * twist_sine + imaginary * twist_cosine

    k2 = tl.arange(0, BLOCK_K)[None, :]  # up to half: the rest mirrors it
    half = (rows < ROOT) & (k2 < ROOT)
    cosine = tl.load(turns_ptr + rows * ROOT + k2, mask=half, other=0.0)
    sine = tl.load(turns_ptr + ROOT * ROOT + rows * ROOT + k2, mask=half, other=0.0)
    nothing = tl.zeros((BLOCK_R, BLOCK_K), dtype=tl.float32)
    real = dot(twisted, cosine, nothing) - dot(twisted_imaginary, sine, nothing)  # over n2: (k1, k2)
    imaginary = dot(twisted, sine, nothing) + dot(twisted_imaginary, cosine, nothing)
    magnitude = tl.sqrt(tl.maximum(real * real + imaginary * imaginary, floor))
    frequency = rows + ROOT * k2
    tl.store(scratch_ptr + frequency, magnitude, mask=(rows < ROOT) & (frequency <= hop))
