"""Trains the interaction model on composed calls: hearing, deciding, writing. Reads top to bottom.

python -m model.studio.compose_calls --hours 40 --folder runs/calls     # first: the calls, by worker processes
python -m model.train --config nano --folder runs/nano                  # resumes from its last checkpoint

The learning rate rises, stays, and falls over the last `--cooldown` steps, so a run can go on as long as there is time:
stop it, and finish with `--cooldown`. Numbers go to metrics.jsonl.

Shapes: B calls, T positions, A dMel columns, C channels, L letters, V tokens.
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.checkpoint import save_checkpoint
from model.config import ModelConfig
from model.init_weights import init_weights_
from model.interaction import InteractionModel
from model.sequence import Marks
from model.sizes import SIZES
from model.studio.batches import ALPHABET, LETTERS_PER_COLUMN, Batch, Bucket, CallPool

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """One run."""

    model: ModelConfig
    calls: tuple[tuple[Path, float], ...]  # folders of shards, and how often a batch comes from each
    folder: Path
    readings: Path | None = None  # shards of sound that only teaches words
    readings_share: float = 0.4  # of the batches of nothing but sound
    buckets: tuple[Bucket, ...] = (Bucket(768, 5), Bucket(1280, 3), Bucket(2048, 2))
    learning_rate: float = 2e-3
    embedding_rate: float = 3e-3
    weight_decay: float = 0.05
    warm_up: int = 60
    hearing_share: float = 0.25  # of batches that are nothing but sound, and the letters said in it; 1 at first
    hearing_turns: int = 64
    hearing_rows: int = 13
    letter_loss: float = 1.0  # of CTC over letters at the audio positions (Graves et al. 2006)
    place_loss: float = 0.05  # of the letters at about their places: CTC alone says nothing but blanks for long
    seed: int = 0
    save_every: int = 100
    refresh_every: int = 25
    compiled: bool = True
    device: str = "cpu"
    scale: int = 1  # so many times the calls in a batch: a GPU wants more than a core


CONFIGS = {"nano": "nano10", "small": "small"}


@dataclass(frozen=True, slots=True)
class Until:
    """When a slice of a run ends."""

    minutes: float = 1e9
    cooldown: int = 0  # steps over which the rate falls to nothing, from the first step of this slice; 0 for none
    fall: float = 0.0  # share of the minutes over which the rate falls to nothing, at their end


class Learner(nn.Module):
    """The model and what only training needs beside it."""

    def __init__(self, model: InteractionModel) -> None:
        super().__init__()
        self.model = model
        self.letters = nn.Linear(model.config.backbone.width, LETTERS_PER_COLUMN * len(ALPHABET))


def main(config: TrainConfig, until: Until) -> Path:
    """Train; the last checkpoint's file."""
    config.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config.seed)
    model = InteractionModel(replace(config.model, speech=None))
    init_weights_(model, torch.Generator().manual_seed(config.seed))
    learner = Learner(model).to(config.device)
    optimisers = make_optimisers(learner, config)
    step = resume(learner, optimisers, config.folder)
    forward = torch.compile(model.backbone, dynamic=False) if config.compiled else model.backbone
    buckets = [replace(bucket, num_calls=bucket.num_calls * config.scale) for bucket in config.buckets]
    pools = [CallPool(folder, buckets) for folder, _ in config.calls]
    readings = None if config.readings is None else CallPool(config.readings, buckets)
    every_pool = [*pools, *([] if readings is None else [readings])]
    for pool in every_pool:
        pool.refresh()
    rng = random.Random(config.seed + step)
    batches = mixed_batches(pools, readings, config, rng)
    start, first_step = time.monotonic(), step
    while time.monotonic() - start < until.minutes * 60 and not (
        until.cooldown and step - first_step >= until.cooldown
    ):
        rate = rate_at(step, first_step, (time.monotonic() - start) / 60, config, until)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["base"] * rate
        began = time.monotonic()
        batch = next(batches).to(torch.device(config.device))
        losses = losses_of(learner, forward, batch, config)
        losses["loss"].backward()
        norm = nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        step += 1
        seconds = time.monotonic() - began
        numbers = {name: round(value.item(), 4) for name, value in losses.items()}
        shape = tuple(batch.targets.shape)
        log(
            config.folder,
            step=step,
            rate=rate,
            norm=round(norm.item(), 3),
            seconds=round(seconds, 3),
            **numbers,
            positions=shape[0] * shape[1],
            hours=round(sum(pool.hours for pool in pools), 2),
        )
        if step % config.save_every == 0:
            save(learner, optimisers, step, config)
        if step % config.refresh_every == 0:
            for pool in every_pool:
                pool.refresh()
    return save(learner, optimisers, step, config)


def mixed_batches(
    pools: Sequence[CallPool], readings: CallPool | None, config: TrainConfig, rng: random.Random
) -> Iterator[Batch]:
    """Batches of whole calls, and among them some of nothing but sound."""
    size = (config.hearing_turns, config.hearing_rows * config.scale)
    calls = [pool.batches(rng) for pool in pools]
    sounds = [pool.hearing_batches(rng, *size) for pool in pools]
    read = None if readings is None else readings.hearing_batches(rng, *size)
    shares = [share for _, share in config.calls]
    while True:
        if rng.random() >= config.hearing_share:
            yield next(rng.choices(calls, shares)[0])
        elif read is not None and rng.random() < config.readings_share:
            yield next(read)
        else:
            yield next(rng.choices(sounds, shares)[0])


def losses_of(learner: Learner, forward: Any, batch: Batch, config: TrainConfig) -> dict[str, Tensor]:
    """What to lower, and its parts. `forward` is the backbone, compiled or not."""
    model = learner.model
    with torch.autocast(config.device, torch.bfloat16):
        hidden = forward(model.perceive(batch.positions))  # (B, T, C)
        asked = batch.weights > 0
        logits = model.logits(hidden[asked])  # (N, V)
        ears = batch.positions.tokens == Marks.AUDIO
        letters = learner.letters(hidden[ears])  # (M, places * letters)
    chances = letter_chances(letters.float(), ears)
    spelled, placed = letter_loss(chances, ears, batch), place_loss(chances, batch)
    loss = config.letter_loss * spelled + config.place_loss * placed
    numbers = {"letters": spelled.detach(), "places": placed.detach()}
    if bool(asked.any()):
        weights, targets = batch.weights[asked], batch.targets[asked]
        each = functional.cross_entropy(logits.float(), targets, reduction="none")
        words = (each * weights).sum() / weights.sum()
        loss = loss + words
        is_right, is_quiet = logits.argmax(-1) == targets, targets == Marks.QUIET
        numbers |= {
            "words": words.detach(),
            "right": is_right[~is_quiet].float().mean(),
            "quiet_right": is_right[is_quiet].float().mean(),
            "heard_right": is_right[targets == Marks.HEARD].float().mean(),
        }
    return {"loss": loss, **numbers}


def letter_chances(letters: Tensor, ears: Tensor) -> Tensor:
    """Of all audio positions, row by row, to log chances (B, A * places, letters)."""
    num_columns = ears.sum(1)
    longest = int(num_columns.max())
    rows = letters.new_zeros(len(ears), longest, letters.shape[1])
    rows[torch.arange(longest, device=ears.device) < num_columns[:, None]] = letters
    return rows.unflatten(2, (LETTERS_PER_COLUMN, -1)).flatten(1, 2).log_softmax(-1)


def letter_loss(chances: Tensor, ears: Tensor, batch: Batch) -> Tensor:
    """CTC of the letters said, a mean by letter."""
    places = ears.sum(1) * LETTERS_PER_COLUMN
    loss = functional.ctc_loss(
        chances.transpose(0, 1), batch.letters, places, batch.num_letters, reduction="none", zero_infinity=True
    )
    return loss.sum() / batch.num_letters.sum().clamp(min=1)


def place_loss(chances: Tensor, batch: Batch) -> Tensor:
    """Letters at about their places; blanks count little."""
    places = batch.places[:, : chances.shape[1]]
    each = functional.nll_loss(chances.flatten(0, 1), places.flatten(), reduction="none")
    weights = torch.where(places.flatten() > 0, 1.0, 0.1)
    return (each * weights).sum() / weights.sum()


def make_optimisers(learner: Learner, config: TrainConfig) -> list[torch.optim.Optimizer]:
    """Muon for the backbone's matrices, AdamW for the rest."""
    matrices, tables, rest = list[nn.Parameter](), list[nn.Parameter](), list[nn.Parameter]()
    for name, weight in learner.named_parameters():
        if "backbone" in name and weight.ndim == 2 and "conv" not in name and "curves" not in name:
            matrices.append(weight)
        elif weight.ndim == 2:
            tables.append(weight)
        else:
            rest.append(weight)
    muon = torch.optim.Muon(
        [{"params": matrices, "base": config.learning_rate}],
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    adam = torch.optim.AdamW(
        [{"params": tables, "base": config.embedding_rate}, {"params": rest, "base": config.embedding_rate}],
        lr=config.embedding_rate,
        betas=(0.9, 0.97),
        weight_decay=0.0,
    )
    return [muon, adam]


def rate_at(step: int, first_step: int, minutes: float, config: TrainConfig, until: Until) -> float:
    """The learning rate's share of its highest value."""
    if until.cooldown:
        return 1 - (step - first_step) / until.cooldown
    left = (until.minutes - minutes) / (until.minutes * until.fall) if until.fall else 1.0
    return max(0.0, min(1.0, (step + 1) / config.warm_up, left))


def resume(learner: Learner, optimisers: list[torch.optim.Optimizer], folder: Path) -> int:
    """The step at which the folder's run stands; 0 where there is none."""
    file = folder / "last.pt"
    if not file.exists():
        return 0
    state = torch.load(file, weights_only=True, map_location="cpu")
    learner.load_state_dict(state["learner"])
    for optimiser, saved in zip(optimisers, state["optimisers"], strict=True):
        bases = [group["base"] for group in optimiser.param_groups]
        optimiser.load_state_dict(saved)
        for group, base in zip(optimiser.param_groups, bases, strict=True):
            group["base"] = base  # a slice may have another rate than the one before
    return int(state["step"])


def save(learner: Learner, optimisers: list[torch.optim.Optimizer], step: int, config: TrainConfig) -> Path:
    """Everything to resume from, and the model alone, in bfloat16, as it is served."""
    state = {
        "learner": learner.state_dict(),
        "optimisers": [optimiser.state_dict() for optimiser in optimisers],
        "step": step,
    }
    torch.save(state, config.folder / "last.partial")
    (config.folder / "last.partial").replace(config.folder / "last.pt")
    file = config.folder / f"{config.model.name}.safetensors"
    save_checkpoint(file, learner.model.config, copy.deepcopy(learner.model).to(torch.bfloat16))
    return file


def log(folder: Path, **numbers: float) -> None:
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(json.dumps(numbers) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=CONFIGS, default="nano")
    parser.add_argument("--calls", type=Path, nargs="+", default=[Path("runs/calls")], help="folders of shards")
    parser.add_argument("--readings", type=Path, help="folder of shards that only teach words")
    parser.add_argument("--letter-loss", type=float, default=1.0)
    parser.add_argument("--place-loss", type=float, default=0.05)
    parser.add_argument("--shares", type=float, nargs="+", default=[1.0], help="how often a batch is of each folder")
    parser.add_argument("--folder", type=Path, default=Path("runs/nano"))
    parser.add_argument("--minutes", type=float, default=1e9, help="of this slice")
    parser.add_argument("--cooldown", type=int, default=0, help="steps over which the rate falls to nothing")
    parser.add_argument("--fall", type=float, default=0.0, help="share of the minutes over which the rate falls")
    parser.add_argument("--hearing-share", type=float, default=0.25, help="of batches with nothing but sound")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--scale", type=int, default=1, help="times the calls in a batch")
    parser.add_argument("--eager", action="store_true", help="without torch.compile")
    parser.add_argument("--hearing", action="store_true", help="the first stage: nothing but sound")
    options = parser.parse_args()
    torch.set_num_threads(1)
    run = TrainConfig(
        SIZES[CONFIGS[options.config]],
        tuple((folder, share) for folder, share in zip(options.calls, options.shares, strict=True)),
        options.folder,
        options.readings,
        learning_rate=options.rate,
        embedding_rate=1.5 * options.rate,
        compiled=not options.eager,
        device=options.device,
        scale=options.scale,
        hearing_share=1.0 if options.hearing else options.hearing_share,
        letter_loss=options.letter_loss,
        place_loss=options.place_loss,
    )
    main(run, Until(options.minutes, options.cooldown, options.fall))
