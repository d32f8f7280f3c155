"""Functions of single elements on the processor, whose bits do not hang on where in memory an element lies.

The library computes most elements with vector instructions and those behind the last whole vector one by one, with
another exponential. So elements are padded to whole vectors, and handed over in pieces that threads never share.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

_VECTORS = 64  # elements: a multiple of what any processor takes at once
_PIECE = 16_384  # elements: below the number from which the library shares them among threads

Function = Callable[[Tensor], Tensor]


def whole_vectors(function: Function, x: Tensor) -> Tensor:
    """`function` of each element of x, any shape; differentiable if `function` is. A GPU needs no padding."""
    if x.is_cuda:
        return function(x)
    flat = x.reshape(-1)
    padded = functional.pad(flat, (0, -flat.shape[0] % _VECTORS))
    pieces = [function(piece.contiguous()) for piece in padded.split(_PIECE)] if flat.shape[0] else [padded]
    return torch.cat(pieces)[: flat.shape[0]].view(x.shape)
