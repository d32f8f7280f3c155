"""The ops of every layer, as cases: products, norms, rows, attention. Needs Triton.

Shapes: N positions, C channels, K terms of a sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import torch
from torch.nn import functional

from alongside_kernels.attention import Held, Query
from alongside_kernels.attention import kernel as attention_kernel
from alongside_kernels.attention import reference as attention_reference
from alongside_kernels.bench.case import EPSILON, Case, Load, random
from alongside_kernels.bench.sizes import Size
from alongside_kernels.log_softmax import reference as log_softmax_reference
from alongside_kernels.log_softmax.kernel import LogSoftmax
from alongside_kernels.matmul import reference as matmul_reference
from alongside_kernels.matmul.kernel import multiply
from alongside_kernels.mean import reference as mean_reference
from alongside_kernels.mean.kernel import Mean
from alongside_kernels.rms_norm import reference as norm_reference
from alongside_kernels.rms_norm.kernel import RmsNorm


def rms_norm(load: Load, device: torch.device) -> Iterator[Case]:
    for size, sessions, new in load.rows:
        x, gain = random(sessions * new, size.width, device=device), random(size.width, device=device)
        yield Case(
            "rms_norm",
            f"{size.name}, {sessions} x {new}",
            partial(norm_reference.rms_norm, x, gain, EPSILON),
            lambda x=x, gain=gain: RmsNorm.apply(x, gain, EPSILON)[0],
            partial(functional.rms_norm, x, (size.width,), gain, EPSILON),
            "fused",
            num_bytes=2 * x.numel() * x.element_size(),
        )


def matmul(load: Load, device: torch.device) -> Iterator[Case]:
    for size, sessions, new in load.rows:
        count, width, hidden = sessions * new, size.width, size.dense_width
        x, weight = random(count, width, device=device), random(hidden, width, device=device)
        yield Case(
            "matmul",
            f"{size.name}, {sessions} x {new}, {width} to {hidden}",
            partial(matmul_reference.matmul, x, weight.T),
            lambda x=x, weight=weight: multiply(x[None], weight.T[None])[0],
            partial(torch.mm, x, weight.T),
            "cuBLAS",
            num_bytes=x.element_size() * (x.numel() + weight.numel() + count * hidden),
            num_operations=2 * count * width * hidden,
        )


def log_softmax(load: Load, device: torch.device) -> Iterator[Case]:
    for size in load.sizes:
        for sessions in load.sessions:  # one of each is written at a time
            logits = random(sessions, size.num_tokens, device=device)
            yield Case(
                "log_softmax",
                f"{size.name}, {sessions} x {size.num_tokens}",
                partial(log_softmax_reference.log_softmax, logits),
                partial(LogSoftmax.apply, logits),
                partial(torch.log_softmax, logits, -1),
                "torch",
                num_bytes=2 * logits.numel() * logits.element_size(),
            )


def mean(load: Load, device: torch.device) -> Iterator[Case]:
    for size, sessions, new in load.rows:
        x = random(sessions * new, size.width, device=device)
        library = partial(torch.mean, x, -1)
        yield Case(
            "mean",
            f"{size.name}, {sessions} x {new}",
            partial(mean_reference.mean, x),
            partial(Mean.apply, x),
            library,
            "torch",
            num_bytes=x.numel() * x.element_size(),
        )


def attention(load: Load, device: torch.device) -> Iterator[Case]:
    for size, sessions, new in load.rows:
        yield _look(size, sessions, new, "local", size.window, 0, size.window, device)
        yield _look(size, sessions, new, "global", size.memory, size.num_sinks, size.extent, device)


def _look(
    size: Size, sessions: int, new: int, name: str, window: int, num_sinks: int, extent: int, device: torch.device
) -> Case:
    """Sessions whose memory is full; the library gets what is seen in order, and the relative term as a mask."""
    seen = num_sinks + window + new - 1
    queries = random(sessions, size.num_heads, new, size.head_size, device=device)
    near = random(sessions, size.num_heads, new, extent, device=device)
    keys, values = (random(sessions, size.num_groups, seen, size.head_size, device=device) for _ in range(2))
    positions = torch.arange(seen - new, seen, device=device).expand(sessions, -1).contiguous()
    asked = (
        Query(queries, near, positions, window, num_sinks, 1 / size.head_size),
        keys,
        values,
        Held.whole(sessions, seen, device),
    )
    bias = random(1, size.num_heads, new, seen, device=device).expand(sessions, -1, -1, -1)
    library = partial(
        functional.scaled_dot_product_attention, queries, keys, values, bias, scale=1 / size.head_size, enable_gqa=True
    )
    moved = queries.element_size() * (keys.numel() + values.numel() + near.numel() + 2 * queries.numel())
    return Case(
        "attention",
        f"{size.name} {name}, {sessions} x {new} on {seen}",
        partial(attention_reference.attention, *asked),
        partial(attention_kernel.attention, *asked),
        library,
        "SDPA",
        num_bytes=moved,
        num_operations=4 * queries.numel() * seen,
    )
