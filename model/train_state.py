"""Where a run of training stands, on disk: everything to resume from, the model as it is served, and light pieces.

What is served is the mean of the weights over the last steps, which a falling rate would come to: a run can be looked
at and go on. The pieces hold weights alone, each small enough for machines that take files of 16 MiB only.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from model.checkpoint import save_checkpoint
from model.train_losses import Learner
from model.types import InputError

LAST = "last.pt"
PIECE_BYTES = 15 * 1024 * 1024
AVERAGE_DECAY = 0.998  # a step; 500 steps
Optimisers = list[torch.optim.Optimizer]


def average_of(learner: Learner) -> AveragedModel:
    """A running mean of the learner's weights, to be updated after each step; it begins at the first of them."""
    return AveragedModel(learner, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE_DECAY))


def save(folder: Path, name: str, learner: Learner, averaged: AveragedModel, optimisers: Optimisers, step: int) -> Path:
    """Everything to resume from, and the averaged model alone, in bfloat16, as it is served: that file."""
    state = {
        "learner": learner.state_dict(),
        "averaged": averaged.state_dict(),
        "optimisers": [optimiser.state_dict() for optimiser in optimisers],
        "step": step,
    }
    _write(folder / LAST, state)
    file = folder / f"{name}.safetensors"
    mean = copy.deepcopy(cast(Learner, averaged.module))
    mean.fold_()
    save_checkpoint(file, mean.model.config, mean.model.to(torch.bfloat16))
    return file


def resume(folder: Path, learner: Learner, averaged: AveragedModel, optimisers: Optimisers) -> int:
    """The step at which the folder's run stands; 0 where there is none. Pieces without optimisers do as well."""
    file = folder / LAST
    if not file.exists():
        return 0
    state = torch.load(file, weights_only=True, map_location="cpu")
    learner.load_state_dict({**learner.state_dict(), **state["learner"]})  # what is new begins as it is
    averaged.load_state_dict({**averaged.state_dict(), **state["averaged"]})
    for optimiser, saved in zip(optimisers, state.get("optimisers", ()), strict=False):
        times = [group["times"] for group in optimiser.param_groups]
        optimiser.load_state_dict(saved)
        for group, factor in zip(optimiser.param_groups, times, strict=True):
            group["times"] = factor
    return int(state["step"])


def load_averaged(folder: Path, learner: Learner) -> int:
    """Fill a learner with the mean that a folder's run serves; the step at which it stands."""
    state = torch.load(folder / LAST, weights_only=True, map_location="cpu")
    averaged = average_of(learner)
    averaged.load_state_dict({**averaged.state_dict(), **state["averaged"]})
    learner.load_state_dict(averaged.module.state_dict())
    return int(state["step"])


def save_pieces(folder: Path, pieces: Path) -> None:
    """The weights of a folder's run as files of PIECE_BYTES."""
    state = torch.load(folder / LAST, weights_only=True, map_location="cpu")
    light = pieces / "light.partial"
    pieces.mkdir(parents=True, exist_ok=True)
    _write(light, {name: state[name] for name in ("learner", "averaged", "step")})
    whole = light.read_bytes()
    for index, start in enumerate(range(0, len(whole), PIECE_BYTES)):
        (pieces / f"last.pt.{index:02d}").write_bytes(whole[start : start + PIECE_BYTES])
    light.unlink()


def load_pieces(pieces: Path, folder: Path) -> None:
    """Make a run of pieces, where the folder has none that is further."""
    files = sorted(pieces.glob("last.pt.*"))
    if not files:
        raise InputError(f"--pieces {pieces}: no last.pt.00 there; name a folder that `--save-pieces` wrote")
    folder.mkdir(parents=True, exist_ok=True)
    joined = folder / "joined.partial"
    joined.write_bytes(b"".join(file.read_bytes() for file in files))
    step = int(torch.load(joined, weights_only=True, map_location="cpu")["step"])
    last = folder / LAST
    if last.exists() and int(torch.load(last, weights_only=True, map_location="cpu")["step"]) >= step:
        joined.unlink()
    else:
        joined.replace(last)


def _write(file: Path, state: Mapping[str, object]) -> None:
    partial = file.with_suffix(".writing")
    torch.save(state, partial)
    partial.replace(file)
