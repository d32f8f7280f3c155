"""What is measured: each op at the model's sizes, beside its formula and the best that torch has.

Positions are sessions times new positions of a micro-turn: 1, 8, 64, 256 sessions with 4 or 16 each. Needs a GPU.

Shapes: N positions, C channels, K terms of a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from alongside_kernels.attention import Held, Query, attention
from alongside_kernels.attention import reference as attention_reference
from alongside_kernels.bag_embed import bag_embed
from alongside_kernels.bag_embed import reference as bag_reference
from alongside_kernels.dmel import Tables, dmel_
from alongside_kernels.dmel import reference as dmel_reference
from alongside_kernels.flow_step import FlowWeights, flow_step
from alongside_kernels.flow_step import reference as flow_reference
from alongside_kernels.log_softmax import log_softmax
from alongside_kernels.log_softmax import reference as log_softmax_reference
from alongside_kernels.matmul import matmul
from alongside_kernels.matmul import reference as matmul_reference
from alongside_kernels.moe import ExpertWeights, Route, gather, grouped
from alongside_kernels.moe import reference as moe_reference
from alongside_kernels.rms_norm import reference as norm_reference
from alongside_kernels.rms_norm import rms_norm

SESSIONS = (1, 8, 64, 256)
NEW_POSITIONS = (4, 16)
COUNTS = (1, 2, 4, 8, 16, 64, 256)
# size: channels, width of an expert or of the MLP, routed experts, active ones
SIZES = {"nano": (384, 1024, 4, 1), "small": (768, 768, 16, 2), "inkling-small layer": (4096, 1024, 256, 6)}
KIND = torch.bfloat16
Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table. What bounds it: bytes moved, or operations done."""

    op: str
    shape: str
    reference: Call
    library: Call | None  # the best of torch, where it has the op
    ours: Call
    num_bytes: float = 0
    num_operations: float = 0


def cases(
    device: torch.device,
    names: Sequence[str] = tuple(SIZES),
    sessions: Sequence[int] = SESSIONS,
    counts: Sequence[int] = COUNTS,
) -> Iterator[Case]:
    """Made one by one, because each holds its tensors. `counts` are the positions that experts are measured with."""
    for name in names:
        width, hidden, num_experts, num_active = SIZES[name]
        for many in sessions:
            for new in NEW_POSITIONS:
                shape = f"{name}, {many} x {new}"
                yield from _dense(shape, many * new, width, hidden, device)
                yield _attention(shape, many, new, width, device)
        for count in counts:
            yield from _experts(f"{name}, {count} positions", count, width, hidden, num_experts, num_active, device)
    for many in sessions:
        yield from _ear(many, device)
        yield _flow(many, device)


def _random(*shape: int, device: torch.device, kind: torch.dtype = KIND) -> Tensor:
    return torch.randn(shape, device=device, dtype=torch.float32).to(kind)


def _dense(shape: str, count: int, width: int, hidden: int, device: torch.device) -> Iterator[Case]:
    x, weight, gain = (
        _random(count, width, device=device),
        _random(hidden, width, device=device),
        _random(width, device=device),
    )
    item = x.element_size()
    library_norm = partial(functional.rms_norm, x, (width,), gain, 1e-6)
    yield Case("rms_norm", shape, partial(norm_reference.rms_norm, x, gain, 1e-6), library_norm,
               partial(rms_norm, x, gain), num_bytes=2 * x.numel() * item)  # fmt: skip
    moved = item * (x.numel() + weight.numel() + count * hidden)
    yield Case("matmul", shape, partial(matmul_reference.matmul, x, weight.T), partial(torch.mm, x, weight.T),
               partial(matmul, x, weight.T), num_bytes=moved, num_operations=2 * count * width * hidden)  # fmt: skip
    logits = _random(count, 8192, device=device)
    yield Case("log_softmax", shape, partial(log_softmax_reference.log_softmax, logits),
               partial(torch.log_softmax, logits, -1), partial(log_softmax, logits),
               num_bytes=2 * logits.numel() * item)  # fmt: skip


def _attention(shape: str, sessions: int, new: int, width: int, device: torch.device) -> Case:
    size, past, window = 64, 2048, 512
    heads, groups = width // size, max(width // size // 3, 1)
    heads = heads // groups * groups
    queries, near = (_random(sessions, heads, new, last, device=device) for last in (size, window))
    keys, values = (_random(sessions, groups, past, size, device=device) for _ in range(2))
    positions = torch.arange(past - new, past, device=device).expand(sessions, -1).contiguous()
    query = Query(queries, near, positions, window, 0, 1 / size)
    held = Held.whole(sessions, past, device)
    seen = slice(past - window - new + 1, past)
    near_keys, near_values = keys[:, :, seen].contiguous(), values[:, :, seen].contiguous()
    bias = _random(sessions, heads, new, near_keys.shape[2], device=device)
    library = partial(
        functional.scaled_dot_product_attention, queries, near_keys, near_values, bias, scale=1 / size, enable_gqa=True
    )
    moved = (2 * near_keys.numel() + near.numel() + 2 * queries.numel()) * queries.element_size()
    asked = (query, keys, values, held)
    return Case("attention", f"{shape}, window {window}", partial(attention_reference.attention, *asked),
                library, partial(attention, *asked), num_bytes=moved)  # fmt: skip


def _experts(
    shape: str, count: int, width: int, hidden: int, num_experts: int, num_active: int, device: torch.device
) -> Iterator[Case]:
    weights = ExpertWeights(
        _random(num_experts, 2 * hidden, width, device=device) * width**-0.5,
        _random(num_experts, width, hidden, device=device) * hidden**-0.5,
        _random(1, 2 * hidden, width, device=device) * width**-0.5,
        _random(1, width, hidden, device=device) * hidden**-0.5,
    )
    x = _random(count, width, device=device)
    chosen = torch.stack([torch.randperm(num_experts, device=device)[:num_active] for _ in range(count)])
    routes = Route(chosen, torch.ones_like(chosen, dtype=KIND), torch.ones(count, 1, dtype=KIND, device=device))
    num_read = int(chosen.unique().numel()) + 1
    moved = x.element_size() * num_read * 3 * hidden * width
    for name, form in (("moe gather", gather.experts), ("moe grouped", grouped.experts)):
        yield Case(name, shape, partial(moe_reference.experts, x, routes, weights), None,
                   partial(form, x, routes, weights), num_bytes=moved)  # fmt: skip


def _ear(sessions: int, device: torch.device) -> Iterator[Case]:
    tables = Tables.of_filters(torch.rand(801, 80, device=device))
    pcm, past = (_random(sessions, count, device=device, kind=torch.float32) for count in (3200, 800))
    yield Case("dmel", f"{sessions} sessions, 200 ms", partial(dmel_reference.dmel, pcm, past, tables), None,
               partial(dmel_, pcm, past, tables), num_bytes=pcm.numel() * 4)  # fmt: skip
    levels = torch.randint(16, (sessions * 4, 80), device=device, dtype=torch.uint8)
    table, gain = _random(1280, 384, device=device), _random(384, device=device)
    formula = partial(bag_reference.bag_embed, levels, table, levels, table, gain, 1e-6)
    yield Case("bag_embed", f"{sessions} x 4 columns", formula,
               None, partial(bag_embed, levels, table, gain, levels, table),
               num_bytes=2 * 2 * 80 * 384 * levels.shape[0])  # fmt: skip


def _flow(sessions: int, device: torch.device) -> Case:
    width, block, num_layers, num_steps = 256, 320, 3, 4
    shapes = (
        *((width, block), (width,), (width, width), (width,), (width, 32), (width,), (num_layers, width)),
        *((num_layers, 3 * width, width), (num_layers, 3 * width), (num_layers, 2 * width, width)),
        *((num_layers, 2 * width), (num_layers, width, 2 * width), (num_layers, width), (width,)),
        *((block, width), (block,)),
    )
    parts = [_random(*shape, device=device) * shape[-1] ** -0.5 for shape in shapes]
    noise, given = _random(sessions, block, device=device), _random(sessions, width, device=device)
    asked = (noise, given, FlowWeights(*parts), num_steps)
    moved = sum(part.numel() for part in parts) * 2 * num_steps * -(-sessions // 16)
    return Case("flow_step", f"{sessions} sessions, {num_steps} steps", partial(flow_reference.flow_step, *asked), None,
                partial(flow_step, *asked), num_bytes=moved)  # fmt: skip
