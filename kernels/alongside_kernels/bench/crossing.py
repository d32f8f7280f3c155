"""Where the experts' two forms cross: both by the clock, side by side, and from that the switch point of a device.

Knows both devices: a GPU's kernels, and the processor's forms, which are torch's own products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import torch
from torch import Tensor

from alongside_kernels.bench.case import KIND, random
from alongside_kernels.bench.clock import Call, beside
from alongside_kernels.bench.sizes import SIZES, SMALL, ExpertsSize, Size
from alongside_kernels.moe import ExpertWeights, Route, on_processor
from alongside_kernels.moe.switch_point import SwitchPoint
from alongside_kernels.recorded import Recorded

COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 32, 64)
HEAD = ("| device | size | type | positions | gathered, us | grouped, us | gathered by grouped |", "|---" * 7 + "|")
Form = Callable[[Tensor, Route, ExpertWeights], Tensor]


@dataclass(frozen=True, slots=True)
class Race:
    """Both forms at a number of positions."""

    num_positions: int
    gathered_s: float
    grouped_s: float


def most_for_gathering(races: Sequence[Race]) -> int:
    """Up to how many positions gathering was the quicker at every number that was tried; 0 if at none."""
    most = 0
    for race in sorted(races, key=lambda race: race.num_positions):
        if race.gathered_s > race.grouped_s:
            break
        most = race.num_positions
    return most


def measured(device: torch.device, counts: Sequence[int] = COUNTS) -> Iterator[str | SwitchPoint]:
    """A line for each race, and in the end the switch point: the lowest of all sizes and types that ran."""
    found: list[float] = []
    yield from HEAD
    for size, kind in _layers(device):
        experts = size.experts
        assert experts is not None, size.name
        races: list[Race] = []
        for race in _races(size, experts, kind, counts, device):
            races.append(race)
            numbers = f"{race.gathered_s * 1e6:.0f} | {race.grouped_s * 1e6:.0f}"
            ratio = race.gathered_s / race.grouped_s
            name = str(kind).removeprefix("torch.")
            yield f"| {device.type} | {size.name} | {name} | {race.num_positions} | {numbers} | {ratio:.2f} |"
        found.append(most_for_gathering(races) * experts.num_active / experts.num_experts)
    how = f"{datetime.now(UTC):%Y-%m-%d}, torch {torch.__version__}, {len(found)} layers, up to {max(counts)} positions"
    yield SwitchPoint(min(found), how)


def tried(size: Size, counts: Sequence[int] = (1, 2)) -> Iterator[str]:
    """The same with the GPU's kernels in the interpreter, without numbers, which would not be speeds."""
    assert size.experts is not None, size.name
    device = torch.device("cpu")
    weights = weights_of(size, size.experts, device)
    with torch.inference_mode():
        for count in counts:
            asked = asked_of(size, size.experts, count, weights)
            for form in _kernels():
                Recorded(partial(form, *asked), device)()
            yield f"| interpreter | {size.name} | bfloat16 | {count} | | | no speed: interpreted |"


def asked_of(
    size: Size, experts: ExpertsSize, count: int, weights: ExpertWeights, kind: torch.dtype = KIND
) -> tuple[Tensor, Route, ExpertWeights]:
    """Positions that choose at random, and what they ask of a layer."""
    device = weights.down.device
    chosen = torch.rand(count, experts.num_experts, device=device).argsort(1)[:, : experts.num_active].contiguous()
    constant = torch.ones(count, experts.num_shared, dtype=kind, device=device)
    return (
        random(count, size.width, device=device, kind=kind),
        Route(chosen, torch.ones_like(chosen, dtype=kind), constant),
        weights,
    )


def weights_of(size: Size, experts: ExpertsSize, device: torch.device, kind: torch.dtype = KIND) -> ExpertWeights:
    """A layer's experts, drawn at random."""
    width, hidden = size.width, experts.width
    return ExpertWeights(
        random(experts.num_experts, 2 * hidden, width, device=device, kind=kind) * width**-0.5,
        random(experts.num_experts, width, hidden, device=device, kind=kind) * hidden**-0.5,
        random(experts.num_shared, 2 * hidden, width, device=device, kind=kind) * width**-0.5,
        random(experts.num_shared, width, hidden, device=device, kind=kind) * hidden**-0.5,
    )


def _layers(device: torch.device) -> list[tuple[Size, torch.dtype]]:
    """A GPU holds every size; a processor is asked for `small`, in both types that it serves."""
    if device.type == "cuda":
        return [(size, KIND) for size in SIZES if size.experts is not None]
    return [(SMALL, torch.float32), (SMALL, torch.bfloat16)]


def _races(
    size: Size, experts: ExpertsSize, kind: torch.dtype, counts: Sequence[int], device: torch.device
) -> Iterator[Race]:
    weights = weights_of(size, experts, device, kind)
    with torch.inference_mode():
        for count in counts:
            asked = asked_of(size, experts, count, weights, kind)
            calls: list[Call] = [Recorded(partial(form, *asked), device) for form in _forms(device)]
            yield Race(count, *beside(calls, device))


def _forms(device: torch.device) -> tuple[Form, Form]:
    return _kernels() if device.type == "cuda" else (on_processor.gathered, on_processor.grouped)


def _kernels() -> tuple[Form, Form]:
    from alongside_kernels.moe import gather, grouped  # need Triton, which a processor does not

    return gather.experts, grouped.experts
