"""Sums over the ranks of a model that is spread over several processes, in an order that is always the same.

An all-reduce (tensor parallel) and a reduce-scatter (sequence parallel) give an element the same bits.
"""

from __future__ import annotations

import logging

import torch
from torch import Tensor
from torch.distributed import ProcessGroup

from alongside_kernels.collectives import tree
from alongside_kernels.errors import DeviceError, ShapeError, check_float

logger = logging.getLogger(__name__)


class Collectives:
    """Chooses once, when it is made: the switch where the GPUs share one, else the fixed-order tree.

    All ranks make one together, with the same arguments, and call the same methods in the same order.
    """

    def __init__(self, group: ProcessGroup, num_elements: int, dtype: torch.dtype, device: torch.device) -> None:
        self._group = group
        self._multimem = None
        if device.type != "cuda":
            return
        from alongside_kernels.collectives.multimem import Multimem, NvlinkSwitch  # need Triton, which only a GPU does

        try:
            self._multimem = Multimem(NvlinkSwitch(group, num_elements, dtype, device))
        except DeviceError as error:
            logger.info("sums over ranks take the tree: %s", error)

    def all_reduce(self, x: Tensor) -> Tensor:
        """(N,) to the sum (N,), the same bits on every rank. Raises ShapeError."""
        self._check(x)
        return self._multimem.all_reduce(x) if self._multimem else tree.all_reduce(x, self._group)

    def reduce_scatter(self, x: Tensor) -> Tensor:
        """(N,), N a multiple of the ranks, to this rank's share of the sum (N / R,). Raises ShapeError."""
        self._check(x)
        if x.shape[0] % self._group.size():
            raise ShapeError(f"x: {x.shape[0]} elements are no multiple of {self._group.size()} ranks; pad it")
        return self._multimem.reduce_scatter(x) if self._multimem else tree.reduce_scatter(x, self._group)

    def _check(self, x: Tensor) -> None:
        check_float("x", x)
        if x.ndim != 1 or not x.is_contiguous():
            raise ShapeError(f"x: expected (N,) contiguous, got {tuple(x.shape)}; flatten it")
