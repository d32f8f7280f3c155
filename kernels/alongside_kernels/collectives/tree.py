"""Sums over ranks in the order of `reference.tree_sum`, over any backend: gloo between processes, NCCL without NVLink.

Each rank gets everybody's numbers of its own share, adds them in the fixed order, and for an all-reduce hands the sums
round. So an all-reduce is a reduce-scatter and an all-gather, bit for bit.
"""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed import ProcessGroup
from torch.nn import functional

from alongside_kernels.collectives.reference import tree_sum


def reduce_scatter(x: Tensor, group: ProcessGroup) -> Tensor:
    """(N,), N a multiple of the ranks, to this rank's share of the sum (N / R,)."""
    received = torch.empty_like(x)
    dist.all_to_all_single(received, x, group=group)
    return tree_sum(received.chunk(group.size()))


def all_reduce(x: Tensor, group: ProcessGroup) -> Tensor:
    """(N,) to the sum (N,), the same bits on every rank."""
    num_ranks, num_elements = group.size(), x.shape[0]
    padded = functional.pad(x, (0, -num_elements % num_ranks)).contiguous()
    share = reduce_scatter(padded, group)
    out = torch.empty_like(padded)
    dist.all_gather(list(out.chunk(num_ranks)), share, group=group)
    return out[:num_elements]
