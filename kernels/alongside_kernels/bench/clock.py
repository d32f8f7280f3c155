"""How long a function takes on a device, and what the device can do at best."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from alongside_kernels.recorded import Recorded

_TAKES = 30
_FEWEST_TAKES = 3
_BUDGET_S = 0.3  # of one function: what takes long is taken fewer times
_LONG_S = 1.0  # what takes longer is taken once
Call = Callable[[], object]


def seconds(function: Call, device: torch.device, is_recorded: bool = False) -> float:
    """The median of several runs after two that do not count; on a GPU by its own clock, with a cold L2 cache.

    What `is_recorded` is replayed as a graph, as an engine does it, so that launching costs nothing.
    """
    return beside([Recorded(function, device) if is_recorded else function], device)[0]


def beside(functions: Sequence[Call], device: torch.device) -> list[float]:
    """The medians of functions that take turns, so that whatever else happens on the machine happens to all."""
    num_takes = _num_takes(functions, device)
    take = _on_gpu if device.type == "cuda" else _on_processor
    takes = [[take(function) for function in functions] for _ in range(num_takes)]
    return [statistics.median(column) for column in zip(*takes, strict=True)]


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


def _num_takes(functions: Sequence[Call], device: torch.device) -> int:
    for function in functions:  # compiles, and fills the caches
        function()
    begin = time.perf_counter()
    for function in functions:
        function()
    if device.type == "cuda":
        torch.cuda.synchronize()
    taken = time.perf_counter() - begin
    fewest = 1 if taken > _LONG_S else _FEWEST_TAKES
    return min(max(int(_BUDGET_S * len(functions) / max(taken, 1e-6)), fewest), _TAKES)


def _on_processor(function: Call) -> float:
    """What its thread really ran, on a machine that may be busy with other work; torch's own threads do not count."""
    begin = time.thread_time()
    function()
    return time.thread_time() - begin


def _on_gpu(function: Call) -> float:
    flush: Tensor = torch.empty(2**28, dtype=torch.uint8, device="cuda")  # more than any L2 cache holds
    flush.zero_()
    begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    begin.record()
    function()
    end.record()
    torch.cuda.synchronize()
    return begin.elapsed_time(end) / 1000
