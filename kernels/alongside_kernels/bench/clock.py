"""How long a function takes on a device, and what the device can do at best."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

_WARM_UPS = 5
_TAKES = 30
Call = Callable[[], object]


def seconds(function: Call, device: torch.device, is_recorded: bool = False) -> float:
    """The median of several runs after a few that do not count; on a GPU by its own clock, with a cold L2 cache.

    What `is_recorded` is replayed as a graph, as an engine does it, so that launching costs nothing.
    """
    for _ in range(_WARM_UPS):
        function()
    if device.type != "cuda":
        return statistics.median(_wall_seconds(function))
    return statistics.median(_gpu_seconds(_replayed(function) if is_recorded else function))


def copy_rate(device: torch.device) -> float:
    """Bytes a second of a large copy, read and written: what a memory-bound op is measured by."""
    source = torch.empty(2**30 if device.type == "cuda" else 2**24, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    return 2 * source.numel() / seconds(lambda: target.copy_(source), device)


def matrix_rate(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second of a large square product of random numbers: what a compute-bound op is measured by."""
    side = 8192 if device.type == "cuda" else 512
    a = torch.randn(side, side, device=device).to(dtype)
    return 2 * side**3 / seconds(lambda: a @ a, device)


def _replayed(function: Call) -> Call:
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        function()
    return graph.replay


def _wall_seconds(function: Call) -> list[float]:
    taken: list[float] = []
    for _ in range(_TAKES):
        begin = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begin)
    return taken


def _gpu_seconds(function: Call) -> list[float]:
    flush: Tensor = torch.empty(2**28, dtype=torch.uint8, device="cuda")  # more than any L2 cache holds
    taken: list[float] = []
    for _ in range(_TAKES):
        flush.zero_()
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        function()
        end.record()
        torch.cuda.synchronize()
        taken.append(begin.elapsed_time(end) / 1000)
    return taken
