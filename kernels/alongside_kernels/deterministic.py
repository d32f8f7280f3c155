"""The switch that routes a model through the invariant ops only.

While it is on, what a row becomes does not depend on the other rows, on their number, or on how a sequence was cut into
steps; and a run repeated is the same run. It holds for the whole process, in two ways: torch's own operators are
replaced, and modules that ask `is_deterministic` take an op of this package (attention, experts, norms). What it does
not reach, `escapes.only_invariant` finds and names; compiled graphs, which replace nothing, it cannot see into.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor
from torch.library import Library

from alongside_kernels import invariant_operators as invariant
from alongside_kernels import invariant_signals as signals
from alongside_kernels.invariant_elements import of_elements

Operator = Callable[..., Tensor]

# Only what the library computes in another order, or with another instruction, for other shapes.
_BOTH: dict[str, Operator] = {
    "mm": invariant.mm,
    "addmm": invariant.addmm,
    "bmm": invariant.bmm,
    "baddbmm": invariant.baddbmm,
    "mean.dim": invariant.mean,
    "sum.dim_IntList": invariant.sum_,
    "mv": invariant.mv,
    "dot": invariant.dot,
    "cumsum": invariant.cumsum,
    "_softmax": invariant.softmax,
    "_log_softmax": invariant.log_softmax,
    "_softmax_backward_data": invariant.softmax_backward,
    "_log_softmax_backward_data": invariant.log_softmax_backward,
    "convolution": signals.convolution,
    "_fft_r2c": signals.fft_r2c,
    "_fft_c2r": signals.fft_c2r,
}
_library: Library | None = None


def set_deterministic(is_on: bool) -> None:
    """Switch the invariant ops on or off, for the whole process. Not while other threads run a model."""
    global _library
    if is_on and _library is None:
        _library = Library("aten", "IMPL")
        with warnings.catch_warnings():  # torch warns of every override, and these are meant
            warnings.filterwarnings("ignore", "Warning only once for all operators", UserWarning)
            _replace(_library)
    elif not is_on and _library is not None:
        _library._destroy()  # pyright: ignore[reportPrivateUsage]  # the only way to take overrides back
        _library = None


def is_deterministic() -> bool:
    """Whether the invariant ops are on."""
    return _library is not None


def replaced() -> frozenset[str]:
    """The operators that the processor's invariant forms stand for, as torch names them: "aten::mm"."""
    return frozenset(f"aten::{name}" for name in (*_BOTH, *of_elements()))


def _replace(library: Library) -> None:
    for name, operator in (_BOTH | of_elements()).items():
        library.impl(name, operator, "CPU")
    if torch.cuda.is_available():
        for name, operator in _BOTH.items():
            library.impl(name, operator, "CUDA")
