"""Sums over ranks have one order: an all-reduce is its reduce-scatters, on every rank, every time, bit for bit."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch import Tensor

from alongside_kernels.collectives import Collectives
from alongside_kernels.collectives.multimem import Multimem, padded
from alongside_kernels.collectives.reference import multimem_sum, shares, tree_sum
from alongside_kernels.errors import ShapeError
from tests.kernels.drawn import poisoned_outputs

RANKS = 3
CASES = [(1, torch.float32), (37, torch.float32), (96, torch.bfloat16), (97, torch.bfloat16)]


def _part(rank: int, num_elements: int, dtype: torch.dtype) -> Tensor:
    """What a rank holds: numbers so unlike that the order of their sum shows."""
    generator = torch.Generator().manual_seed(rank)
    return (torch.randn(num_elements, generator=generator) * 10.0 ** torch.arange(num_elements).fmod(7)).to(dtype)


def _run_rank(rank: int, store: Path, answer: Connection) -> None:
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=RANKS)
    group = dist.group.WORLD
    assert group is not None
    said: list[tuple[list[float], ...]] = []
    for num_elements, dtype in CASES:
        collectives = Collectives(group, num_elements, dtype, torch.device("cpu"))
        part = _part(rank, num_elements, dtype)
        whole = torch.nn.functional.pad(part, (0, -num_elements % RANKS))
        with poisoned_outputs():
            results = (collectives.all_reduce(part), collectives.all_reduce(part), collectives.reduce_scatter(whole))
        said.append(tuple(result.double().tolist() for result in results))
    answer.send(said)
    dist.destroy_process_group()


def test_ranks_in_processes_sum_in_the_order_of_the_tree(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")  # a rank needs no torch of its own
    pipes = [context.Pipe(duplex=False) for _ in range(RANKS)]
    ranks = [
        context.Process(target=_run_rank, args=(rank, tmp_path / "store", sender), name=f"rank {rank}")
        for rank, (_, sender) in enumerate(pipes)
    ]
    for process in ranks:
        process.start()
    for _, sender in pipes:
        sender.close()  # so that a rank that dies ends the wait for its answer
    answers = [receiver.recv() for receiver, _ in pipes]
    for process in ranks:
        process.join()
    for index, (num_elements, dtype) in enumerate(CASES):
        expected = tree_sum([_part(rank, num_elements, dtype) for rank in range(RANKS)]).double().tolist()
        scattered: list[float] = []
        for whole, again, share in (answer[index] for answer in answers):
            assert whole == expected and again == expected, f"{num_elements} {dtype}"
            scattered += share
        assert scattered[:num_elements] == expected


@dataclass
class _EmulatedSwitch:
    """A switch among threads: it adds what lies in the ranks' buffers now, vector by vector, as the hardware would."""

    buffers: list[Tensor]
    rank: int
    everybody: threading.Barrier

    @property
    def buffer(self) -> Tensor:
        return self.buffers[self.rank]

    @property
    def num_ranks(self) -> int:
        return len(self.buffers)

    def add_up(self, share: range, out: Tensor | None) -> None:
        granule = 16 // self.buffer.dtype.itemsize
        for start in range(share.start, share.stop, granule):
            vector = slice(start, start + granule)
            total = multimem_sum([buffer[vector] for buffer in self.buffers])
            for target in self.buffers if out is None else [out]:
                shift = 0 if out is None else share.start
                target[start - shift : start - shift + granule] = total

    def barrier(self) -> None:
        self.everybody.wait(timeout=10)


@pytest.mark.parametrize("num_ranks", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_ranks_on_a_switch_wait_for_one_another_and_agree_in_every_bit(num_ranks: int, dtype: torch.dtype) -> None:
    """The ranks run what runs on GPUs, but for the one instruction; buffers begin as NaN and are used again at once."""
    most = 40 * num_ranks
    buffers = [torch.full((padded(most, num_ranks, dtype),), float("nan"), dtype=dtype) for _ in range(num_ranks)]
    everybody = threading.Barrier(num_ranks)
    counts = [most, num_ranks, 8 * num_ranks, 37 * num_ranks, most]

    def run(rank: int) -> list[tuple[Tensor, Tensor]]:
        multimem = Multimem(_EmulatedSwitch(buffers, rank, everybody))
        parts = [_part(rank + count, count, dtype) for count in counts]
        return [(multimem.all_reduce(part), multimem.reduce_scatter(part)) for part in parts]

    with ThreadPoolExecutor(num_ranks, "rank") as pool:
        said = list(pool.map(run, range(num_ranks)))
    for index, count in enumerate(counts):
        expected = multimem_sum([_part(rank + count, count, dtype) for rank in range(num_ranks)])
        for whole, _ in (answers[index] for answers in said):
            assert torch.equal(whole, expected), count
        assert torch.equal(torch.cat([answers[index][1] for answers in said]), expected), count


def test_more_than_the_buffer_holds_is_named() -> None:
    switch = _EmulatedSwitch([torch.zeros(8)], 0, threading.Barrier(1))
    with pytest.raises(ShapeError, match=r"x: 9 torch\.float32 do not fit the buffer of 8 torch\.float32"):
        Multimem(switch).all_reduce(torch.zeros(9))


@pytest.mark.parametrize("num_ranks", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("form", [tree_sum, multimem_sum])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_placement_changes_no_bit(num_ranks: int, form: Callable[[list[Tensor]], Tensor], dtype: torch.dtype) -> None:
    """The sum of a share is the share of the sum: sequence parallel and tensor parallel agree."""
    parts = [_part(rank, 83, dtype) for rank in range(num_ranks)]
    whole = form(parts)
    pieces = [form([part[share.start : share.stop] for part in parts]) for share in shares(83, num_ranks, granule=8)]
    assert torch.equal(torch.cat(pieces), whole)
    exact = torch.stack(parts).double().sum(0)
    scale = torch.stack(parts).double().abs().sum(0)
    assert bool(((whole.double() - exact).abs() <= 2 * torch.finfo(dtype).eps * scale).all())


def test_the_order_of_addition_shows() -> None:
    """Else the tests above could not fail: ranks in another order round another way."""
    parts = [_part(rank, 97, torch.float32) for rank in range(5)]
    assert not torch.equal(tree_sum(parts), tree_sum(parts[1:] + parts[:1]))
    assert not torch.equal(tree_sum(parts), multimem_sum(parts))


@pytest.mark.parametrize(("num_elements", "num_ranks"), [(0, 3), (1, 4), (83, 5), (64, 8)])
def test_shares_cover_every_element_once(num_elements: int, num_ranks: int) -> None:
    covered = [index for share in shares(num_elements, num_ranks, granule=8) for index in share]
    assert covered == list(range(num_elements))


def test_what_does_not_divide_is_named(tmp_path: Path) -> None:
    dist.init_process_group("gloo", init_method=f"file://{tmp_path / 'store'}", rank=0, world_size=1)
    try:
        group = dist.group.WORLD
        assert group is not None
        collectives = Collectives(group, 4, torch.float32, torch.device("cpu"))
        with pytest.raises(ShapeError, match=r"x: expected \(N,\) contiguous, got \(2, 2\)"):
            collectives.all_reduce(torch.zeros(2, 2))
        assert collectives.reduce_scatter(torch.ones(4)).tolist() == [1, 1, 1, 1]
    finally:
        dist.destroy_process_group()
