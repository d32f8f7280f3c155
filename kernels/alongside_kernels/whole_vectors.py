"""Functions of single elements on the processor, whose bits do not hang on where in memory an element lies.

The library computes most elements with vector instructions and those behind the last whole vector one by one, with
another exponential. So elements are padded to whole vectors, and handed over in pieces that threads never share.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

WHOLE = 64  # elements: a multiple of what any processor takes at once
_PIECE = 16_384  # elements: below the number from which the library shares them among threads

Function = Callable[..., Tensor]


def whole_vectors(function: Function, *tensors: Tensor) -> Tensor:
    """`function` of each element of tensors of one shape; differentiable if `function` is. A GPU needs no padding."""
    first = tensors[0]
    if first.is_cuda or not first.numel():
        return function(*tensors)
    padding = (0, -first.numel() % WHOLE)
    flat = [functional.pad(x.reshape(-1), padding).split(_PIECE) for x in tensors]
    pieces = [function(*(piece.contiguous() for piece in one)) for one in zip(*flat, strict=True)]
    return torch.cat(pieces)[: first.numel()].view(first.shape)
