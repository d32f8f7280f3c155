"""Attention over fixed, left-aligned splits of the past: one kernel for a split, one that joins them.

A split is the same positions for every query and every way of asking, its keys are walked in the same blocks, and the
splits are joined from the left: a decoded position, a chunk and a whole prefill get the same bits. Queries come in
blocks of 16 rows always, because another number would be another tensor-core instruction.

Memory traffic: keys and values of what is seen once for every 16 queries of a key head; scratch of (D + 2) floats a
query and split, written and read once; `near` is read by element, E floats a query, from L2.

Shapes: B slots, H query heads, G key heads, R queries that share keys (H / G * T), S places, I splits, D head size,
E relative extent.
"""
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# (the parameters of a kernel are Triton's tensors, which have no Python type)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from alongside_kernels.attention.held import Held
from alongside_kernels.attention.query import Query
from alongside_kernels.attention.reference import SPLIT
from alongside_kernels.dot import dot
from alongside_kernels.launch import launch, next_power_of_2

_ROWS = 16
_KEYS = 64


def attention(query: Query, keys: Tensor, values: Tensor, held: Held, split: int = SPLIT) -> Tensor:
    """`reference.attention`: queries (B, H, T, D) on keys and values (B, G, S, D) to (B, H, T, D)."""
    (batch, heads, count, size), (_, groups, places, _) = query.queries.shape, keys.shape
    rows = heads // groups * count
    sink_splits = triton.cdiv(query.num_sinks, split)
    splits = sink_splits + triton.cdiv(query.window + count - 1, split) + 1
    largest = torch.empty(batch, groups, splits, rows, dtype=torch.float32, device=keys.device)
    weight = torch.empty_like(largest)
    seen = torch.empty(batch, groups, splits, rows, size, dtype=torch.float32, device=keys.device)
    out = torch.empty(batch, heads, count, size, dtype=values.dtype, device=keys.device)
    block_d = max(next_power_of_2(size), 16)
    launch(
        _split,
        (triton.cdiv(rows, _ROWS), splits, batch * groups),
        *(query.queries.contiguous(), query.near.contiguous(), query.positions.contiguous()),
        *(keys, values, held.positions.contiguous(), largest, weight, seen),
        *(groups, rows, count, places, size, query.near.shape[3], query.window, query.num_sinks, sink_splits),
        *(held.num_sinks, held.ring, query.scale, *keys.stride()[:3], *values.stride()[:3]),
        SPLIT=split,
        BLOCK_R=_ROWS,
        BLOCK_S=min(_KEYS, split),
        BLOCK_D=block_d,
        num_warps=4,
    )
    launch(
        _join,
        (triton.cdiv(rows, _ROWS), batch * groups),
        *(largest, weight, seen, out, rows, splits, size),
        BLOCK_R=_ROWS,
        BLOCK_D=block_d,
        num_warps=4,
    )
    return out


@triton.jit
def _split(
    queries_ptr,
    near_ptr,
    at_ptr,
    keys_ptr,
    values_ptr,
    held_ptr,
    largest_ptr,
    weight_ptr,
    seen_ptr,
    num_groups,
    num_rows,
    count,
    num_places,
    size,
    extent,
    window,
    num_sinks,
    sink_splits,
    held_sinks,
    ring,
    scale,
    key_slot_stride,
    key_head_stride,
    key_place_stride,
    value_slot_stride,
    value_head_stride,
    value_place_stride,
    SPLIT: tl.constexpr,
    BLOCK_R: tl.constexpr,
    BLOCK_S: tl.constexpr,
    BLOCK_D: tl.constexpr,
):
    index, pair = tl.program_id(1), tl.program_id(2).to(tl.int64)
    slot, group = pair // num_groups, pair % num_groups
    rows = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    is_row = rows < num_rows
    at = tl.load(at_ptr + slot * count + rows % count, mask=is_row, other=-1)
    oldest = tl.load(at_ptr + slot * count) - window + 1  # that any query of this slot sees through its window
    first = tl.maximum(oldest, 0) // SPLIT + index - sink_splits
    is_sink = index < sink_splits
    first = tl.where(is_sink, index, first)
    is_new = is_sink | (first >= sink_splits)  # the sinks' splits come once
    newest = tl.where(is_new, tl.max(at, axis=0), -1)

    cols = tl.arange(0, BLOCK_D)
    is_col = cols < size
    query_rows = (pair * num_rows + rows)[:, None]
    queries = tl.load(
        queries_ptr + query_rows * size + cols[None, :], mask=is_row[:, None] & is_col[None, :], other=0.0
    )
    largest = tl.full((BLOCK_R,), float("-inf"), dtype=tl.float32)
    weight = tl.zeros((BLOCK_R,), dtype=tl.float32)
    seen = tl.zeros((BLOCK_R, BLOCK_D), dtype=tl.float32)
    begin = first * SPLIT
    for start in range(begin, tl.minimum(begin + SPLIT, newest + 1), BLOCK_S):
        position = start + tl.arange(0, BLOCK_S)
        place = tl.where(position < held_sinks, position, held_sinks + (position - held_sinks) % ring)
        is_place = place < num_places
        held = tl.load(held_ptr + slot * num_places + place, mask=is_place, other=-1)
        distance = at[:, None] - position[None, :]
        is_seen = (distance >= 0) & ((distance < window) | (position < num_sinks)[None, :])
        is_seen = is_seen & (held == position)[None, :] & is_row[:, None]
        inside = (held == position)[:, None] & is_col[None, :]
        key_rows = slot * key_slot_stride + group * key_head_stride + place[:, None] * key_place_stride
        value_rows = slot * value_slot_stride + group * value_head_stride + place[:, None] * value_place_stride
        keys = tl.load(keys_ptr + key_rows + cols[None, :], mask=inside, other=0.0)
        values = tl.load(values_ptr + value_rows + cols[None, :], mask=inside, other=0.0)
        scores = dot(queries, tl.trans(keys), tl.zeros((BLOCK_R, BLOCK_S), dtype=tl.float32)) * scale
        is_near = is_seen & (distance < extent)
        scores += tl.load(near_ptr + query_rows * extent + distance, mask=is_near, other=0.0).to(tl.float32)
        scores = tl.where(is_seen, scores, float("-inf"))
        higher = tl.maximum(largest, tl.max(scores, axis=1))
        base = tl.where(higher == float("-inf"), 0.0, higher)
        shrink = tl.exp(largest - base)
        shares = tl.exp(scores - base[:, None])
        weight = weight * shrink + tl.sum(shares, axis=1)
        seen = dot(shares.to(values.dtype), values, seen * shrink[:, None])
        largest = higher
    part = (pair * tl.num_programs(1) + index) * num_rows + rows
    tl.store(largest_ptr + part, largest, mask=is_row)
    tl.store(weight_ptr + part, weight, mask=is_row)
    tl.store(seen_ptr + part[:, None] * size + cols[None, :], seen, mask=is_row[:, None] & is_col[None, :])


@triton.jit
def _join(
    largest_ptr,
    weight_ptr,
    seen_ptr,
    out_ptr,
    num_rows,
    num_splits,
    size,
    BLOCK_R: tl.constexpr,
    BLOCK_D: tl.constexpr,
):
    pair = tl.program_id(1).to(tl.int64)
    rows = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    cols = tl.arange(0, BLOCK_D)[None, :]
    is_row = rows < num_rows
    inside = is_row[:, None] & (cols < size)
    first = pair * num_splits * num_rows + rows
    largest = tl.full((BLOCK_R,), float("-inf"), dtype=tl.float32)
    for index in range(num_splits):
        largest = tl.maximum(largest, tl.load(largest_ptr + first + index * num_rows, mask=is_row, other=0.0))
    base = tl.where(largest == float("-inf"), 0.0, largest)
    weight = tl.zeros((BLOCK_R,), dtype=tl.float32)
    seen = tl.zeros((BLOCK_R, BLOCK_D), dtype=tl.float32)
    for index in range(num_splits):
        part = first + index * num_rows
        share = tl.exp(tl.load(largest_ptr + part, mask=is_row, other=0.0) - base)
        weight += tl.load(weight_ptr + part, mask=is_row, other=0.0) * share
        seen += tl.load(seen_ptr + part[:, None] * size + cols, mask=inside, other=0.0) * share[:, None]
    out = seen / tl.where(weight == 0.0, 1.0, weight)[:, None]  # a query that sees nothing gets zeros
    tl.store(out_ptr + (pair * num_rows + rows)[:, None] * size + cols, out.to(out_ptr.dtype.element_ty), mask=inside)
