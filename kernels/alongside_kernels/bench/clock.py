"""How long a function takes on a device, and what the device can do at best."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

_WARM_UPS = 5
_TAKES = 30


def seconds(function: Callable[[], object], device: torch.device) -> float:
    """The median of several runs after a few that do not count; on a GPU by its own clock, with a cold L2 cache."""
    for _ in range(_WARM_UPS):
        function()
    return statistics.median(_gpu_seconds(function) if device.type == "cuda" else _wall_seconds(function))


def copy_rate(device: torch.device) -> float:
    """Bytes a second of a large copy, read and written: what a memory-bound op is measured by."""
    source = torch.empty(2**28 if device.type == "cuda" else 2**24, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    return 2 * source.numel() / seconds(lambda: target.copy_(source), device)


def matrix_rate(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second of a large square product of the library: what a compute-bound op is measured by."""
    side = 8192 if device.type == "cuda" else 512
    a = torch.ones(side, side, dtype=dtype, device=device)
    return 2 * side**3 / seconds(lambda: a @ a, device)


def _wall_seconds(function: Callable[[], object]) -> list[float]:
    taken: list[float] = []
    for _ in range(_TAKES):
        begin = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begin)
    return taken


def _gpu_seconds(function: Callable[[], object]) -> list[float]:
    flush: Tensor = torch.empty(2**27, dtype=torch.uint8, device="cuda")  # more than any L2 cache holds
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
