"""Sums over the ranks inside the NVLink switch (SHARP): one load returns the sum of the same address on every rank.

An all-reduce and a reduce-scatter ask for an element with the same instruction, so they get the same sum; bfloat16 is
accumulated in float32. This file has been compiled for Hopper and its PTX read; it has not run on hardware.

Memory traffic, a rank of R with N elements: the switch reads N of every rank and returns N / R of them; an all-reduce
writes its N / R sums once, and the switch copies them to all.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.launch import launch

VECTOR_BYTES = 16  # of one load: eight bfloat16 or four float32
_BLOCK = 512  # vectors of one program


def reduce_(multicast: int, share: range, out: Tensor | None, like: Tensor) -> None:
    """Adds up elements `share` of all ranks' buffers at `multicast`, an address: into `out`, or else into all buffers.

    `like` is this rank's buffer: its type, and the GPU to run on. Between barriers of all ranks.
    """
    vectors = len(share) * like.element_size() // VECTOR_BYTES
    launch(
        _reduce,
        (triton.cdiv(vectors, _BLOCK),),
        *(like if out is None else out, multicast + share.start * like.element_size(), vectors),
        IS_FLOAT32=like.dtype == torch.float32,
        TO_ALL=out is None,
        BLOCK=_BLOCK,
        num_warps=4,
    )


@triton.jit
def _reduce(out_ptr, multicast, num_vectors, IS_FLOAT32: tl.constexpr, TO_ALL: tl.constexpr, BLOCK: tl.constexpr):
    vector = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = (vector < num_vectors).to(tl.int32)
    address = multicast + vector * 16
    if IS_FLOAT32:
        a, b, c, d = tl.inline_asm_elementwise(
            """{ .reg .pred p; setp.ne.s32 p, $5, 0; mov.b32 $0, 0; mov.b32 $1, 0; mov.b32 $2, 0; mov.b32 $3, 0;
            @p multimem.ld_reduce.relaxed.sys.global.add.v4.f32 {$0, $1, $2, $3}, [$4]; }""",
            "=&r,=&r,=&r,=&r,l,r",
            args=[address, inside],
            dtype=(tl.int32, tl.int32, tl.int32, tl.int32),
            is_pure=False,
            pack=1,
        )
    else:
        a, b, c, d = tl.inline_asm_elementwise(
            """{ .reg .pred p; setp.ne.s32 p, $5, 0; mov.b32 $0, 0; mov.b32 $1, 0; mov.b32 $2, 0; mov.b32 $3, 0;
            @p multimem.ld_reduce.relaxed.sys.global.add.acc::f32.v4.bf16x2 {$0, $1, $2, $3}, [$4]; }""",
            "=&r,=&r,=&r,=&r,l,r",
            args=[address, inside],
            dtype=(tl.int32, tl.int32, tl.int32, tl.int32),
            is_pure=False,
            pack=1,
        )
    if TO_ALL:
        tl.inline_asm_elementwise(
            """{ .reg .pred p; setp.ne.s32 p, $6, 0; mov.b32 $0, 0;
            @p multimem.st.relaxed.sys.global.v4.f32 [$1], {$2, $3, $4, $5}; }""",
            "=&r,l,r,r,r,r,r",
            args=[address, a, b, c, d, inside],
            dtype=tl.int32,
            is_pure=False,
            pack=1,
        )
    else:
        words = out_ptr.to(tl.pointer_type(tl.int32)) + vector * 4
        is_vector = vector < num_vectors
        tl.store(words, a, mask=is_vector)
        tl.store(words + 1, b, mask=is_vector)
        tl.store(words + 2, c, mask=is_vector)
        tl.store(words + 3, d, mask=is_vector)
