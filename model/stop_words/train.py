"""Trains the stop-word net: `python -m model.stop_words.train`, about ten minutes of one core; stops and resumes.

Each sound gives one word or none. A word has to show in some steps soon after its end, and in no other; the hardest
steps of what is none weigh most. Sounds are drawn anew as long as it trains.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from model.stop_words.examples import KNOWN_S, SOUNDS_A_ROOM, Example, Examples
from model.stop_words.net import StopWordNet, folded
from model.stop_words.people import SOUNDS, SPEAKERS, People
from model.stop_words.render import FOLDER, KOKORO_VOICES
from model.studio.bank import FAST_VOICES, Bank
from model.types import TICK_MS, InputError

EARLIEST_STEPS, LATEST_STEPS = 4, 14  # after the end of a word: where it has to show, 80 to 280 ms
SHOWN_STEPS = 4  # of them
FREE_STEPS = 30  # up to here after its end nothing is asked
NOTED_BATCHES = 100
HARDEST_STEPS = 6  # of a sound's steps where nothing should show


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """One training, from flags."""

    folder: Path = FOLDER
    bank: Path = Path("runs/bank")
    people: Path = SOUNDS
    num_sounds: int = 35_200
    batch: int = 64
    rate: float = 2e-3
    seed: int = 0
    pool: int = 1_600  # sounds that are kept to be seen again
    seen: int = 4  # times each is seen, about
    threads: int = 1
    voices: tuple[str, ...] = field(default=(*FAST_VOICES, *KOKORO_VOICES), repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Sounds side by side."""

    columns: Tensor  # (B, T, FEATURES)
    words: Tensor  # (B,) 0 for none
    starts: Tensor  # (B,) steps
    ends: Tensor  # (B,)

    @classmethod
    def of(cls, examples: list[Example]) -> Batch:
        numbers = torch.tensor([(each.word, each.start_step, each.end_step) for each in examples])
        columns = torch.from_numpy(np.stack([each.columns for each in examples]))
        return cls(columns, numbers[:, 0], numbers[:, 1], numbers[:, 2])


def loss_of(logits: Tensor, batch: Batch) -> Tensor:
    """Logits (B, T, 1 + words)."""
    logs = functional.log_softmax(logits.float(), dim=-1)
    steps = torch.arange(logits.shape[1])[None]  # (1, T)
    since = steps - batch.ends[:, None]  # (B, T)
    has_word = (batch.words > 0)[:, None]
    may_show = has_word & (since >= EARLIEST_STEPS) & (since <= LATEST_STEPS)
    is_free = has_word & (steps >= batch.starts[:, None]) & (since <= FREE_STEPS)
    of_word = logs.gather(2, batch.words[:, None, None].expand(-1, logs.shape[1], 1))[..., 0]  # (B, T)
    shown = of_word.masked_fill(~may_show, -1e4).topk(SHOWN_STEPS, dim=1).values.mean(1)
    missed = -shown[batch.words > 0].sum() / len(batch.words)
    of_none = -logs[..., 0].masked_fill(is_free, 0.0)
    return missed + of_none.mean() + of_none.topk(HARDEST_STEPS, dim=1).values.mean()


def train(config: TrainConfig) -> StopWordNet:
    """Train and keep what there is after every hundred batches in `config.folder`."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    net = StopWordNet()
    optimizer = torch.optim.AdamW(net.parameters(), lr=config.rate, weight_decay=0.01)
    num_batches = config.num_sounds * config.seen // config.batch
    first = _resume(config.folder / "last.pt", net, optimizer)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda at: _rate((first + at) / num_batches))
    began, losses = time.monotonic(), deque[float](maxlen=NOTED_BATCHES)
    for index, batch in enumerate(batches(config, first), first):
        if index == num_batches:
            break
        net.train()
        loss = loss_of(net(batch.columns), batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if (index + 1) % NOTED_BATCHES == 0:
            _note(config, index + 1, sum(losses) / len(losses), time.monotonic() - began)
            torch.save((index + 1, net.state_dict(), optimizer.state_dict()), config.folder / "last.pt")
            save(net, config.folder / "stop_words.safetensors")
    save(net, config.folder / "stop_words.safetensors")
    return net


def save(net: StopWordNet, file: Path) -> None:
    """As `StopWords.read` takes it."""
    save_file(folded(net), file)


def batches(config: TrainConfig, seed: int) -> Iterator[Batch]:
    """Without end; new sounds take the places of old ones in a pool, so that each is seen a few times."""
    rng = random.Random(f"{config.seed} {seed}")
    readings = Bank(config.bank) if (config.bank / "recordings.sqlite").exists() else None
    people = People([config.people / speaker for speaker in SPEAKERS])
    examples = Examples(Bank(config.folder), readings, config.voices, people)
    pool: list[Example] = []
    while len(pool) < min(config.pool, config.num_sounds):
        pool += examples.draw(rng)
    missing = 0.0
    while True:
        yield Batch.of(rng.sample(pool, min(config.batch, len(pool))))
        missing += config.batch / config.seen
        while missing >= SOUNDS_A_ROOM:
            missing -= SOUNDS_A_ROOM
            for example in examples.draw(rng):
                pool[rng.randrange(len(pool))] = example


def _rate(part: float) -> float:
    """Rises over the first fiftieth, then falls as a cosine."""
    return min(1.0, part * 50 + 0.02) * 0.5 * (1 + float(np.cos(np.pi * min(1.0, part))))


def _resume(file: Path, net: StopWordNet, optimizer: torch.optim.Optimizer) -> int:
    if not file.exists():
        return 0
    index, weights, state = torch.load(file, weights_only=True)
    net.load_state_dict(weights)
    optimizer.load_state_dict(state)
    return int(index)


def _note(config: TrainConfig, index: int, loss: float, took_s: float) -> None:
    line = {"batch": index, "loss": round(loss, 4), "took_s": round(took_s, 1)}
    with (config.folder / "metrics.jsonl").open("a") as metrics:
        metrics.write(json.dumps(line) + "\n")


def main(arguments: list[str] | None = None) -> None:
    defaults = TrainConfig()
    parser = argparse.ArgumentParser(description="Train the net that hears stop words.")
    for name in ("folder", "bank", "people", "num_sounds", "batch", "rate", "seed", "pool", "seen", "threads"):
        value = getattr(defaults, name)
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(value) if value is not None else str, default=value
        )
    try:
        train(TrainConfig(**{**asdict(defaults), **vars(parser.parse_args(arguments))}))
    except InputError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()


assert SHOWN_STEPS <= LATEST_STEPS - EARLIEST_STEPS and LATEST_STEPS * TICK_MS < KNOWN_S * 1000
