"""The buffer that all ranks share for sums in the NVLink switch. It has not run on hardware."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributed import ProcessGroup
from torch.distributed import _symmetric_memory as symmetric_memory

from alongside_kernels.collectives import kernel
from alongside_kernels.collectives.reference import shares
from alongside_kernels.errors import DeviceError, ShapeError


class Multimem:
    """Sums up to `num_elements` over a group. All its ranks call the same methods in the same order."""

    def __init__(self, group: ProcessGroup, num_elements: int, dtype: torch.dtype, device: torch.device) -> None:
        """Raises DeviceError where the switch cannot add: other than bfloat16 and float32, or no NVLink SHARP."""
        if dtype not in (torch.float32, torch.bfloat16):
            raise DeviceError(f"multimem: {dtype} is not added by the switch; use float32 or bfloat16")
        self._granule = kernel.VECTOR_BYTES // dtype.itemsize
        padded = -(-num_elements // (self._granule * group.size())) * self._granule * group.size()
        self._buffer = symmetric_memory.empty(padded, dtype=dtype, device=device)
        self._handle = symmetric_memory.rendezvous(self._buffer, group)
        self._ranks, self._rank = group.size(), group.rank()
        if not self._handle.multicast_ptr:
            raise DeviceError(f"multimem: the GPUs of {group.group_name} share no multicast address; use the tree")

    def all_reduce(self, x: Tensor) -> Tensor:
        """(N,) to the sum (N,), the same bits on every rank."""
        share = self._enter(x)
        kernel.reduce_(self._handle.multicast_ptr, share, None, self._buffer)
        self._handle.barrier()
        return self._buffer[: x.shape[0]].clone()

    def reduce_scatter(self, x: Tensor) -> Tensor:
        """(N,), N a multiple of the ranks and of 16 bytes each, to this rank's share of the sum. Raises ShapeError."""
        if x.shape[0] % (self._ranks * self._granule):
            raise ShapeError(f"x: {x.shape[0]} elements are no multiple of {self._ranks * self._granule}; pad it")
        share = self._enter(x)
        out = torch.empty(len(share), dtype=x.dtype, device=x.device)
        kernel.reduce_(self._handle.multicast_ptr, share, out, self._buffer)
        self._handle.barrier()  # nobody writes what another still adds
        return out

    def _enter(self, x: Tensor) -> range:
        if x.shape[0] > self._buffer.shape[0] or x.dtype != self._buffer.dtype:
            held = f"{self._buffer.shape[0]} {self._buffer.dtype}"
            raise ShapeError(f"x: {x.shape[0]} {x.dtype} do not fit the buffer of {held}")
        padded = -(-x.shape[0] // (self._ranks * self._granule)) * self._ranks * self._granule
        self._buffer[: x.shape[0]].copy_(x)
        self._buffer[x.shape[0] : padded].zero_()
        self._handle.barrier()  # everybody's numbers are there
        return shares(padded, self._ranks, self._granule)[self._rank]
