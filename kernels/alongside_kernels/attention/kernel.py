"""Attention over fixed, left-aligned splits of the past: one kernel for a split, one that joins them.

A split is the same positions for every query and every way of asking, its keys are walked in the same blocks, and the
splits are joined from the left: a decoded position, a chunk and a whole prefill get the same bits. Queries come in
blocks of 16 rows always, because another number would be another tensor-core instruction. The heads that share keys
lie beside one another in a block, so that its queries are near in time and look at few splits.

Memory traffic: keys and values of what is seen once for every 16 queries of a key head; scratch of (D + 2) floats a
query and split, written and read once; `near` is read by element, E floats a query, from L2. A prefill takes so many
queries at a time that its scratch stays within `_SCRATCH_BYTES`.

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
_SCRATCH_BYTES = 2**28


def attention(
    query: Query, keys: Tensor, values: Tensor, held: Held, split: int = SPLIT, scratch_bytes: int = _SCRATCH_BYTES
) -> Tensor:
    """`reference.attention`: queries (B, H, T, D) on keys and values, which lie as `held` says, to (B, H, T, D)."""
    (batch, heads, count, size), groups = query.queries.shape, keys.shape[1]
    share = heads // groups  # heads of one key head
    rows = share * count
    span = min(count, _ROWS // share + 2)  # positions between the first and the last query of a block, at most
    sink_splits = triton.cdiv(query.num_sinks, split)
    splits = sink_splits + triton.cdiv(query.window + span - 1, split) + 1
    at_once = scratch_bytes // (batch * groups * splits * (size + 2) * 4) // _ROWS * _ROWS
    at_once = min(max(at_once, _ROWS), rows)
    largest = torch.empty(batch, groups, splits, at_once, dtype=torch.float32, device=keys.device)
    weight = torch.empty_like(largest)
    seen = torch.empty(batch, groups, splits, at_once, size, dtype=torch.float32, device=keys.device)
    out = torch.empty(batch, heads, count, size, dtype=values.dtype, device=keys.device)
    block_d = max(next_power_of_2(size), 16)
    asked = (query.queries.contiguous(), query.near.contiguous(), query.positions.contiguous())
    keys, values = (x if x.stride(3) == 1 else x.contiguous() for x in (keys, values))
    positions = held.positions.contiguous()
    table = positions if held.pages is None else held.pages.table.contiguous()
    for first in range(0, rows, at_once):
        launch(
            _split,
            (triton.cdiv(at_once, _ROWS), splits, batch * groups),
            *(*asked, keys, values, positions, table, largest, weight, seen),
            *(groups, rows, first, at_once, share, count, positions.shape[1], size, query.near.shape[3]),
            *(query.window, query.num_sinks, sink_splits, held.num_sinks, held.ring, query.scale),
            *(table.shape[1], 1 if held.pages is None else held.pages.size, *keys.stride()[:3], *values.stride()[:3]),
            IS_PAGED=held.pages is not None,
            SPLIT=split,
            BLOCK_R=_ROWS,
            BLOCK_S=min(_KEYS, split),
            BLOCK_D=block_d,
            num_warps=4,
        )
        launch(
            _join,
            (triton.cdiv(at_once, _ROWS), batch * groups),
            *(largest, weight, seen, out, rows, first, at_once, share, count, splits, size),
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
    table_ptr,
    largest_ptr,
    weight_ptr,
    seen_ptr,
    num_groups,
    num_rows,
    first_row,
    rows_at_once,
    share,
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
    num_pages,
    page_size,
    key_slot_stride,
    key_head_stride,
    key_place_stride,
    value_slot_stride,
    value_head_stride,
    value_place_stride,
    IS_PAGED: tl.constexpr,
    SPLIT: tl.constexpr,
    BLOCK_R: tl.constexpr,
    BLOCK_S: tl.constexpr,
    BLOCK_D: tl.constexpr,
):
    index, pair = tl.program_id(1), tl.program_id(2).to(tl.int64)
    slot, group = pair // num_groups, pair % num_groups
    here = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)  # in the scratch
    rows = first_row + here
    is_row = (here < rows_at_once) & (rows < num_rows)
    at = tl.load(at_ptr + slot * count + rows // share, mask=is_row, other=-1)
    newest = tl.max(at, axis=0)
    oldest = tl.min(tl.where(is_row, at, newest), axis=0) - window + 1  # that a query of this block sees in its window
    oldest = tl.maximum(oldest, 0)
    is_sink = index < sink_splits
    first = tl.where(is_sink, index, oldest // SPLIT + index - sink_splits)
    is_new = is_sink | (first >= sink_splits)  # the sinks' splits come once
    newest = tl.where(is_new, newest, -1)

    cols = tl.arange(0, BLOCK_D)
    is_col = cols < size
    query_rows = _query_rows(pair, rows, share, count)[:, None]
    queries = tl.load(
        queries_ptr + query_rows * size + cols[None, :], mask=is_row[:, None] & is_col[None, :], other=0.0
    )
    largest = tl.full((BLOCK_R,), float("-inf"), dtype=tl.float32)
    weight = tl.zeros((BLOCK_R,), dtype=tl.float32)
    seen = tl.zeros((BLOCK_R, BLOCK_D), dtype=tl.float32)
    begin = first * SPLIT
    # blocks before the window are passed over; nothing would be seen of them, which changes no bit
    unseen = tl.where(is_sink, 0, tl.maximum(oldest - begin, 0) // BLOCK_S * BLOCK_S)
    for start in range(begin + unseen, tl.minimum(begin + SPLIT, newest + 1), BLOCK_S):
        position = start + tl.arange(0, BLOCK_S)
        place = tl.where(position < held_sinks, position, held_sinks + (position - held_sinks) % ring)
        is_place = place < num_places
        held = tl.load(held_ptr + slot * num_places + place, mask=is_place, other=-1)
        is_held = held == position
        distance = at[:, None] - position[None, :]
        is_seen = (distance >= 0) & ((distance < window) | (position < num_sinks)[None, :])
        is_seen = is_seen & is_held[None, :] & is_row[:, None]
        inside = is_held[:, None] & is_col[None, :]
        home = slot + tl.zeros((BLOCK_S,), dtype=tl.int64)
        if IS_PAGED:
            home = tl.load(table_ptr + slot * num_pages + place // page_size, mask=is_held, other=0)
            place = place % page_size
        key_rows = home * key_slot_stride + group * key_head_stride + place * key_place_stride
        value_rows = home * value_slot_stride + group * value_head_stride + place * value_place_stride
        keys = tl.load(keys_ptr + key_rows[:, None] + cols[None, :], mask=inside, other=0.0)
        values = tl.load(values_ptr + value_rows[:, None] + cols[None, :], mask=inside, other=0.0)
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
    part = (pair * tl.num_programs(1) + index) * rows_at_once + here
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
    first_row,
    rows_at_once,
    share,
    count,
    num_splits,
    size,
    BLOCK_R: tl.constexpr,
    BLOCK_D: tl.constexpr,
):
    pair = tl.program_id(1).to(tl.int64)
    here = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    rows = first_row + here
    cols = tl.arange(0, BLOCK_D)[None, :]
    is_row = (here < rows_at_once) & (rows < num_rows)
    inside = is_row[:, None] & (cols < size)
    first = pair * num_splits * rows_at_once + here
    largest = tl.full((BLOCK_R,), float("-inf"), dtype=tl.float32)
    for index in range(num_splits):
        part = first + tl.cast(index, tl.int64) * rows_at_once
        largest = tl.maximum(largest, tl.load(largest_ptr + part, mask=is_row, other=0.0))
    base = tl.where(largest == float("-inf"), 0.0, largest)
    weight = tl.zeros((BLOCK_R,), dtype=tl.float32)
    seen = tl.zeros((BLOCK_R, BLOCK_D), dtype=tl.float32)
    for index in range(num_splits):
        part = first + tl.cast(index, tl.int64) * rows_at_once
        share_of_split = tl.exp(tl.load(largest_ptr + part, mask=is_row, other=0.0) - base)
        weight += tl.load(weight_ptr + part, mask=is_row, other=0.0) * share_of_split
        seen += tl.load(seen_ptr + part[:, None] * size + cols, mask=inside, other=0.0) * share_of_split[:, None]
    out = seen / tl.where(weight == 0.0, 1.0, weight)[:, None]  # a query that sees nothing gets zeros
    out_rows = _query_rows(pair, rows, share, count)[:, None]
    tl.store(out_ptr + out_rows * size + cols, out.to(out_ptr.dtype.element_ty), mask=inside)


@triton.jit
def _query_rows(pair, rows, share, count):
    """Where among (B, H, T) the rows lie that are counted through positions, and within one through heads."""
    return (pair * share + rows % share) * count + rows // share
