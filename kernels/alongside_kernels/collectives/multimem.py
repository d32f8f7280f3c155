"""Sums over ranks in the NVLink switch: who adds which elements, and who waits for whom. It has not run on hardware."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor
from torch.distributed import ProcessGroup
from torch.distributed import _symmetric_memory as symmetric_memory

from alongside_kernels.collectives import kernel
from alongside_kernels.collectives.reference import shares
from alongside_kernels.errors import DeviceError, ShapeError


class Switch(Protocol):
    """One rank's buffer, whose elements a switch can add to those of the other ranks' buffers."""

    @property
    def buffer(self) -> Tensor: ...

    @property
    def num_ranks(self) -> int: ...

    @property
    def rank(self) -> int: ...

    def add_up(self, share: range, out: Tensor | None) -> None:
        """The sums of elements `share` of all buffers: into `out`, or else into all buffers."""
        ...

    def barrier(self) -> None:
        """Return when every rank is here, and what it wrote is there for all."""
        ...


class NvlinkSwitch:
    """The real one, through the symmetric memory of a group's GPUs."""

    def __init__(self, group: ProcessGroup, num_elements: int, dtype: torch.dtype, device: torch.device) -> None:
        """Raises DeviceError where the switch cannot add: other than bfloat16 and float32, or no NVLink SHARP."""
        if dtype not in (torch.float32, torch.bfloat16):
            raise DeviceError(f"multimem: {dtype} is not added by the switch; use float32 or bfloat16")
        self.num_ranks, self.rank = group.size(), group.rank()
        size = padded(num_elements, self.num_ranks, dtype)
        try:
            self.buffer = symmetric_memory.empty(size, dtype=dtype, device=device)
            self._handle = symmetric_memory.rendezvous(self.buffer, group)
        except RuntimeError as error:
            raise DeviceError(f"multimem: these GPUs share no memory ({error}); use the tree") from error
        if not self._handle.multicast_ptr:
            raise DeviceError(f"multimem: the GPUs of {group.group_name} share no multicast address; use the tree")

    def add_up(self, share: range, out: Tensor | None) -> None:
        kernel.reduce_(self._handle.multicast_ptr, share, out, self.buffer)

    def barrier(self) -> None:
        self._handle.barrier()


class Multimem:
    """Sums of up to as many elements as the buffer has. All ranks call the same methods in the same order."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._granule = kernel.VECTOR_BYTES // switch.buffer.dtype.itemsize

    def all_reduce(self, x: Tensor) -> Tensor:
        """(N,) to the sum (N,), the same bits on every rank."""
        self._switch.add_up(self._enter(x), None)
        self._switch.barrier()
        return self._switch.buffer[: x.shape[0]].clone()

    def reduce_scatter(self, x: Tensor) -> Tensor:
        """(N,), N a multiple of the ranks, to this rank's share of the sum (N / R,)."""
        num_ranks, rank = self._switch.num_ranks, self._switch.rank
        if x.shape[0] % (num_ranks * self._granule):  # shares that are no whole vectors
            return self.all_reduce(x).chunk(num_ranks)[rank]
        share = self._enter(x)
        out = torch.empty(len(share), dtype=x.dtype, device=x.device)
        self._switch.add_up(share, out)
        self._switch.barrier()  # nobody writes what another still adds
        return out

    def _enter(self, x: Tensor) -> range:
        buffer, num_ranks = self._switch.buffer, self._switch.num_ranks
        if x.shape[0] > buffer.shape[0] or x.dtype != buffer.dtype:
            raise ShapeError(f"x: {x.shape[0]} {x.dtype} do not fit the buffer of {buffer.shape[0]} {buffer.dtype}")
        size = padded(x.shape[0], num_ranks, x.dtype)
        buffer[: x.shape[0]].copy_(x)
        buffer[x.shape[0] : size].zero_()
        self._switch.barrier()  # everybody's numbers are there
        return shares(size, num_ranks, self._granule)[self._switch.rank]


def padded(num_elements: int, num_ranks: int, dtype: torch.dtype) -> int:
    """The number of elements that are whole vectors for every rank."""
    granule = kernel.VECTOR_BYTES // dtype.itemsize * num_ranks
    return -(-num_elements // granule) * granule
