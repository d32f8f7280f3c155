"""One line of the table, and how much of everything is measured. Knows no op.

Positions are sessions times new positions of a micro-turn: 1, 8, 64, 256 sessions with 4 or 16 each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from alongside_kernels.bench.clock import Call
from alongside_kernels.bench.sizes import SIZES, Size

SESSIONS = (1, 8, 64, 256)
NEW_POSITIONS = (4, 16)
COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 4096)  # all sessions times new positions, and what lies before
MOST_GATHERED = 64
KIND = torch.bfloat16
EPSILON = 1e-6
COMPILED = "compile"  # of the formula


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table. What bounds it: bytes moved, or operations done."""

    op: str
    shape: str
    reference: Call
    ours: Call
    library: Call | None = None  # the best of torch, where it has one
    library_name: str = ""
    num_bytes: float = 0
    num_operations: float = 0


@dataclass(frozen=True, slots=True)
class Load:
    """How much of everything is measured."""

    sizes: tuple[Size, ...] = SIZES
    sessions: tuple[int, ...] = SESSIONS
    new_positions: tuple[int, ...] = NEW_POSITIONS
    counts: tuple[int, ...] = COUNTS  # positions that experts are measured with
    most_gathered: int = MOST_GATHERED  # of them by gathering, which reads each position's experts anew

    @property
    def rows(self) -> Iterator[tuple[Size, int, int]]:
        """Every size with every number of sessions and of new positions."""
        for size in self.sizes:
            for sessions in self.sessions:
                for new in self.new_positions:
                    yield size, sessions, new


Maker = Callable[[Load, torch.device], Iterator[Case]]


def random(*shape: int, device: torch.device, kind: torch.dtype = KIND) -> Tensor:
    """Normal numbers."""
    return torch.randn(shape, device=device, dtype=torch.float32).to(kind)


@cache
def compiled(formula: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The library's compiler on a formula, for any number of rows: each other shape would be compiled anew."""
    return torch.compile(formula, dynamic=True)
