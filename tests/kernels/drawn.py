"""Shapes and tensors for the kernels' tests: odd sizes drawn from a seed, and outputs that begin as NaN."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from random import Random
from unittest.mock import patch

import torch
from torch import Tensor

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
PRIMES = (2, 3, 5, 7, 13, 37, 61, 97, 131)


def sizes(seed: int, block: int, count: int) -> list[int]:
    """1, one below and one above a block's edge, and primes, in an order drawn from the seed."""
    known = [1, block - 1, block, block + 1, *(prime for prime in PRIMES if prime < 2 * block)]
    return Random(seed).sample(known, count)


def normal(*shape: int, seed: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """A tensor of normal numbers on the tests' device; the same seed gives the same."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(DEVICE, dtype)


@contextmanager
def poisoned_outputs() -> Generator[None]:
    """Memory that a launcher allocates and its kernel does not write is NaN, or the largest number of its type."""
    plain, plain_like = torch.empty, torch.empty_like

    def poison(tensor: Tensor) -> Tensor:
        return tensor.fill_(float("nan") if tensor.is_floating_point() else torch.iinfo(tensor.dtype).max)

    def empty(*size: int, dtype: torch.dtype | None = None, device: torch.device | None = None) -> Tensor:
        return poison(plain(*size, dtype=dtype, device=device))

    def empty_like(tensor: Tensor) -> Tensor:
        return poison(plain_like(tensor))

    with patch.object(torch, "empty", empty), patch.object(torch, "empty_like", empty_like):
        yield


def assert_near(ours: Tensor | None, theirs: Tensor | None, num_terms: int = 1) -> None:
    """Equal up to the rounding of sums of `num_terms` numbers near 1, in the type they are kept in."""
    assert ours is not None and theirs is not None
    assert ours.dtype == theirs.dtype, (ours.dtype, theirs.dtype)
    epsilon = torch.finfo(ours.dtype).eps
    torch.testing.assert_close(ours, theirs, rtol=max(4 * epsilon, 2e-5), atol=max(2 * epsilon, 2e-6) * num_terms**0.5)


def trained(tensor: Tensor) -> Tensor:
    """The same numbers as a leaf that collects a gradient."""
    return tensor.detach().clone().requires_grad_()
