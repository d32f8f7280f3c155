"""Many launches as one: what a function does to tensors of fixed shapes, recorded once on a GPU and replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import torch
from torch import Tensor

_WARM_UPS = 2  # kernels are compiled and libraries opened before anything is recorded

Said = TypeVar("Said")


class Recorded(Generic[Said]):
    """Calls `act`, on a GPU by replaying its recording: it reads and writes the same tensors each time.

    So `act` takes its inputs from tensors that the caller fills, waits for no value, and what it returns is overwritten
    by the next call. On a processor it is simply called.
    """

    def __init__(self, act: Callable[[], Said], device: torch.device, changed: Iterable[Tensor] = ()) -> None:
        """Runs `act` on a GPU a few times to record it; `changed` are the tensors that are then put back."""
        self._act = act
        self._graph = None
        if device.type != "cuda":
            return
        before = [(tensor, tensor.clone()) for tensor in changed]
        with torch.cuda.device(device):
            aside = torch.cuda.Stream()
            aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(aside):
                for _ in range(_WARM_UPS):
                    act()
            torch.cuda.current_stream().wait_stream(aside)
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                self._said = act()
        for tensor, was in before:
            tensor.copy_(was)

    def __call__(self) -> Said:
        if self._graph is None:
            return self._act()
        self._graph.replay()
        return self._said
