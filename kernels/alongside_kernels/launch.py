"""The one door to every kernel: runs it on its tensors' GPU, or compiles it for a GPU that is not here."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor

_compiled: ContextVar[list[Any] | None] = ContextVar("compiled kernels", default=None)


def launch(kernel: Any, grid: tuple[int, ...], *arguments: object, **constants: object) -> None:
    """Run `kernel` over `grid`. `kernel` is Any because Triton's decorator changes what a function takes."""
    if 0 in grid:
        return
    # Products and sums are not fused into one rounding: where the compiler would do so may hang on the shapes.
    constants = {"enable_fp_fusion": False, **constants}
    compiled = _compiled.get()
    if compiled is not None:
        compiled.append(kernel.warmup(*arguments, grid=grid, **constants))
        return
    first = next(argument for argument in arguments if isinstance(argument, Tensor))
    with torch.cuda.device(first.device) if first.is_cuda else nullcontext():
        kernel[grid](*arguments, **constants)


@contextmanager
def only_compile() -> Generator[list[Any]]:
    """Inside, kernels are compiled and collected (Triton's CompiledKernel) but not run; outputs stay unwritten."""
    compiled: list[Any] = []
    token = _compiled.set(compiled)
    try:
        yield compiled
    finally:
        _compiled.reset(token)


def aligned(tensor: Tensor) -> Tensor:
    """The same, contiguous from a 16-byte border on: alignment decides how threads share a row, and so its sum."""
    tensor = tensor.contiguous()
    return tensor if tensor.data_ptr() % 16 == 0 else tensor.clone()


def next_power_of_2(number: int) -> int:
    """The least power of two that is not below `number`."""
    return 1 << max(number - 1, 0).bit_length()
