"""Up to how many positions gathering is quicker than grouping: measured a device at a time, kept beside this file.

What counts is how often an expert is asked: while each has hardly more than one position, a group is no group. So the
point is kept as pairs of position and expert for each expert there is, and serves layers of any size.
`python -m alongside_kernels.bench --set-switch-point` measures it and writes it here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import torch

FILE = Path(__file__).parent / "switch_points.json"
GUESS = 1.0  # pairs for each expert, on a device that nobody has measured


@dataclass(frozen=True, slots=True)
class SwitchPoint:
    """What was found on a device, and how it came about."""

    pairs_per_expert: float  # up to here gathering is taken
    measured: str  # when, and with what


def is_for_few(num_positions: int, num_active: int, num_experts: int, device: torch.device) -> bool:
    """Whether so many positions, each with so many of the experts, are better gathered than grouped."""
    point = switch_points().get(name_of(device))
    most = GUESS if point is None else point.pairs_per_expert
    return num_positions * num_active <= most * num_experts


def name_of(device: torch.device) -> str:
    """Under which name a device's point is kept: a GPU by its model, every processor alike."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "processor"


@cache
def switch_points() -> dict[str, SwitchPoint]:
    """By device, what was measured."""
    return {name: SwitchPoint(**point) for name, point in json.loads(FILE.read_text(encoding="utf-8")).items()}


def set_switch_point(device: torch.device, point: SwitchPoint, file: Path = FILE) -> None:
    """Write a device's point into the package, where `is_for_few` finds it from now on."""
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known[name_of(device)] = asdict(point)
    file.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    switch_points.cache_clear()
