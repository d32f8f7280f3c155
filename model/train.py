"""Trains the interaction model on composed calls: hearing, deciding, writing. Reads top to bottom.

python -m model.train --config nano      # composes calls as it goes, resumes from its last checkpoint

A recipe is a row of stages. First nothing but sound, with the phones at about their places; then the phones alone;
then whole calls among the sound; at last the rate falls to nothing. Numbers go to metrics.jsonl, curves to curves.png.
"""

from __future__ import annotations

import argparse
import json
import signal
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from model.config import ModelConfig
from model.copying_head import give_copying_head_
from model.init_weights import init_weights_
from model.interaction import InteractionModel
from model.sizes import SIZES
from model.studio.batches import Batch, Bucket
from model.studio.streaming import Mixture, composing, stream
from model.train_curves import draw_curves
from model.train_losses import Learner, losses_of
from model.train_state import average_of, load_pieces, resume, save, save_pieces

LOOKS = ("query_norm.gain", "key_norm.gain")


@dataclass(frozen=True, slots=True)
class Stage:
    """Some steps of one kind."""

    num_steps: int
    rate: float  # of Muon; tables and the rest get half as much again
    hearing_share: float  # of batches that are nothing but sound; 1 for no calls
    place_loss: float  # weight of the phones at about their places
    falls: bool = False  # the rate falls to nothing


@dataclass(frozen=True, slots=True)
class Recipe:
    """A model and how it is trained."""

    model: ModelConfig
    stages: tuple[Stage, ...]
    buckets: tuple[Bucket, ...] = (Bucket(768, 5), Bucket(1280, 3), Bucket(2048, 2))
    hearing_turns: int = 64
    hearing_rows: int = 13
    readings_share: float = 0.4  # of the batches of nothing but sound
    weight_decay: float = 0.05
    warm_up: int = 60  # steps, at the beginning


RECIPES = {
    "nano": Recipe(
        SIZES["nano10"],
        (
            Stage(600, 2e-3, hearing_share=1.0, place_loss=1.0),
            Stage(500, 1.2e-3, hearing_share=1.0, place_loss=0.05),
            Stage(8_500, 6e-4, hearing_share=0.55, place_loss=0.05),
            Stage(9_000, 6e-4, hearing_share=0.3, place_loss=0.05),
            Stage(2_000, 6e-4, hearing_share=0.3, place_loss=0.05, falls=True),
        ),
    ),
    "small": Recipe(
        SIZES["small"],
        (
            Stage(1_000, 1e-3, hearing_share=1.0, place_loss=1.0),
            Stage(1_000, 6e-4, hearing_share=1.0, place_loss=0.05),
            Stage(40_000, 3e-4, hearing_share=0.4, place_loss=0.05),
            Stage(8_000, 3e-4, hearing_share=0.3, place_loss=0.05, falls=True),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One slice of a recipe on one machine."""

    recipe: Recipe
    folder: Path  # of the checkpoint and the numbers
    calls: Path
    readings: Path | None = None
    minutes: float = 1e9
    fall: float = 0.0  # share of the minutes, at their end, over which the rate falls whatever the stage says
    num_composers: int = 0
    num_collators: int = 0  # worker processes that make batches; 0 for this one
    device: str = "cpu"
    scale: int = 1  # so many times the calls in a batch: a GPU wants more than a core
    compiled: bool = True
    seed: int = 0
    save_every: int = 100
    is_stopped: Callable[[], bool] = lambda: False  # looked at before each step; what was learned is saved


def main(run: Run) -> Path:
    """Train until the recipe or the slice ends; the model's file."""
    run.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(run.seed)
    model = InteractionModel(replace(run.recipe.model, speech=None))
    init_weights_(model, torch.Generator().manual_seed(run.seed))
    sharpen_(model)
    learner = Learner(model)
    give_copying_head_(learner, torch.Generator().manual_seed(run.seed))
    learner.to(run.device)
    optimisers = make_optimisers(learner, run.recipe.weight_decay)
    averaged = average_of(learner)
    step = resume(run.folder, learner, averaged, optimisers)
    forward = torch.compile(model.backbone, dynamic=False) if run.compiled else model.backbone
    start, name = time.monotonic(), run.recipe.model.name
    with composing(run.calls, run.num_composers) if run.num_composers else nullcontext():
        while (found := stage_at(run.recipe, step)) is not None:
            stage, ends_at = found
            for batch in stream(mixture_of(run, stage), run.seed + step, run.num_collators):
                minutes = (time.monotonic() - start) / 60
                if step == ends_at or minutes > run.minutes or run.is_stopped():
                    break
                set_rate(optimisers, rate_at(run, stage, step, ends_at, minutes))
                numbers = learn(learner, forward, batch.to(torch.device(run.device)), stage, optimisers)
                averaged.update_parameters(learner)
                step += 1
                log(run.folder, step=step, **numbers)
                if step % run.save_every == 0:
                    save(run.folder, name, learner, averaged, optimisers, step)
            if (time.monotonic() - start) / 60 > run.minutes or run.is_stopped():
                break
    draw_curves(run.folder)
    return save(run.folder, name, learner, averaged, optimisers, step)


def learn(
    learner: Learner,
    forward: Callable[[Tensor], Tensor],
    batch: Batch,
    stage: Stage,
    optimisers: list[torch.optim.Optimizer],
) -> dict[str, float]:
    """One step, in numbers."""
    began = time.monotonic()
    losses = losses_of(learner, forward, batch, stage.place_loss)
    losses.total.backward()
    norm = nn.utils.clip_grad_norm_([weight for weight in learner.parameters() if weight is not learner.copying], 1.0)
    for optimiser in optimisers:
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    numbers = {name: round(value.item(), 4) for name, value in {"loss": losses.total, **losses.parts}.items()}
    timing = {"norm": round(norm.item(), 3), "seconds": round(time.monotonic() - began, 3)}
    return {**numbers, **timing, "positions": batch.targets.numel()}


def stage_at(recipe: Recipe, step: int) -> tuple[Stage, int] | None:
    """The stage of a step and the step at which it ends; None behind the last."""
    ends_at = 0
    for stage in recipe.stages:
        ends_at += stage.num_steps
        if step < ends_at:
            return stage, ends_at
    return None


def rate_at(run: Run, stage: Stage, step: int, ends_at: int, minutes: float) -> float:
    """Muon's learning rate."""
    shares = [1.0, (step + 1) / run.recipe.warm_up]
    if stage.falls:
        shares.append((ends_at - step) / stage.num_steps)
    if run.fall:
        shares.append((run.minutes - minutes) / (run.minutes * run.fall))
    return stage.rate * max(0.0, min(shares))


def mixture_of(run: Run, stage: Stage) -> Mixture:
    recipe = run.recipe
    return Mixture(
        run.calls,
        run.readings,
        tuple(replace(bucket, num_calls=bucket.num_calls * run.scale) for bucket in recipe.buckets),
        recipe.hearing_turns,
        recipe.hearing_rows * run.scale,
        stage.hearing_share,
        recipe.readings_share,
    )


@torch.no_grad()
def sharpen_(model: InteractionModel) -> None:
    """Scores of queries and keys begin as wide as where they are divided by the root of their size, not by the size.

    They are normalised, so with gains of one no score is over 1 and nothing can be looked up in hundreds of positions.
    """
    for name, weight in model.named_parameters():
        if name.endswith(LOOKS):
            weight.fill_(weight.numel() ** 0.25)


def make_optimisers(learner: Learner, weight_decay: float) -> list[torch.optim.Optimizer]:
    """Muon for the backbone's matrices, AdamW for the rest; `times` is a group's rate beside Muon's."""
    matrices, tables, rest = list[nn.Parameter](), list[nn.Parameter](), list[nn.Parameter]()
    looks = list[nn.Parameter]()  # how sharply each head looks: few numbers, which have far to go
    for name, weight in learner.named_parameters():
        if weight is learner.copying:
            continue
        is_matrix = "backbone" in name and weight.ndim == 2 and "conv" not in name and "curves" not in name
        (looks if name.endswith(LOOKS) else matrices if is_matrix else tables if weight.ndim == 2 else rest).append(
            weight
        )
    muon, copying = (
        torch.optim.Muon(
            [{"params": some, "times": times}], lr=0.0, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw"
        )
        for some, times in ((matrices, 1.0), ([learner.copying], 0.1))  # it moves all logits at once: 1.0 diverged
    )
    sharp = [{"params": looks, "times": 15.0}]
    others = [{"params": tables, "times": 1.5}, {"params": rest, "times": 1.5}]
    adams = (torch.optim.AdamW(some, lr=0.0, betas=(0.9, 0.97), weight_decay=0.0) for some in (others, sharp))
    return [muon, *adams, copying]


def set_rate(optimisers: list[torch.optim.Optimizer], rate: float) -> None:
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["times"] * rate


def log(folder: Path, **numbers: float) -> None:
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(json.dumps(numbers) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=RECIPES, default="nano")
    parser.add_argument("--folder", type=Path, help="of the checkpoint (default: runs/CONFIG)")
    parser.add_argument("--calls", type=Path, default=Path("runs/calls"), help="folder of shards")
    parser.add_argument("--readings", type=Path, help="folder of shards that only teach words")
    parser.add_argument("--composers", type=int, default=1, help="processes that make calls meanwhile")
    parser.add_argument("--collators", type=int, default=0, help="processes that make batches; 0 for this one")
    parser.add_argument("--minutes", type=float, default=1e9, help="of this slice")
    parser.add_argument("--fall", type=float, default=0.0, help="share of the minutes over which the rate falls")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--scale", type=int, default=1, help="times the calls in a batch")
    parser.add_argument("--threads", type=int, default=1, help="of torch; more only where the cores are free")
    parser.add_argument("--eager", action="store_true", help="without torch.compile")
    parser.add_argument("--pieces", type=Path, help="begin with the weights that another machine saved there")
    parser.add_argument("--save-pieces", type=Path, help="save the weights there for another machine")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    folder = options.folder or Path("runs") / options.config
    if options.pieces is not None:
        load_pieces(options.pieces, folder)
    options.calls.mkdir(parents=True, exist_ok=True)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    main(
        Run(
            RECIPES[options.config],
            folder,
            options.calls,
            options.readings,
            options.minutes,
            options.fall,
            options.composers,
            options.collators,
            options.device,
            options.scale,
            compiled=not options.eager,
            is_stopped=stopped.is_set,
        )
    )
    if options.save_pieces is not None:
        save_pieces(folder, options.save_pieces)
