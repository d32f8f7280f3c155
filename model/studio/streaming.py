"""Calls for training as they are needed: composers that keep making them, and batches drawn from what is there.

Knows nothing of the model.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from model.studio.batches import Batch, Bucket, CallPool

RANGE = 10_000  # shard numbers of one composer
_ENOUGH_HOURS = 100_000
_REFRESH_EVERY = 25  # batches


@dataclass(frozen=True, slots=True)
class Mixture:
    """What batches are drawn from."""

    calls: Path  # folder of shards
    readings: Path | None  # shards of sound that only teaches words
    buckets: tuple[Bucket, ...]
    hearing_turns: int  # micro-turns of a piece of nothing but sound
    hearing_rows: int
    hearing_share: float  # of batches that are nothing but sound, and the letters said in it
    readings_share: float  # of those, how many are readings


class Batches(IterableDataset[Batch]):
    """Batches without end; each worker draws its own."""

    def __init__(self, mixture: Mixture, seed: int) -> None:
        self._mixture, self._seed = mixture, seed

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        rng = random.Random(f"batches {self._seed} {0 if worker is None else worker.id}")
        mixture = self._mixture
        calls = CallPool(mixture.calls, mixture.buckets)
        readings = None if mixture.readings is None else CallPool(mixture.readings, mixture.buckets)
        pools = [calls] if readings is None else [calls, readings]
        whole, sound = calls.batches(rng), calls.hearing_batches(rng, mixture.hearing_turns, mixture.hearing_rows)
        read = readings and readings.hearing_batches(rng, mixture.hearing_turns, mixture.hearing_rows)
        while True:
            for pool in pools:
                pool.refresh()
            for _ in range(_REFRESH_EVERY):
                if rng.random() >= mixture.hearing_share:
                    yield next(whole)
                else:
                    yield next(read if read and rng.random() < mixture.readings_share else sound)


def stream(mixture: Mixture, seed: int, num_workers: int = 0) -> Iterator[Batch]:
    """Batches without end, collated here or by worker processes."""
    loader = DataLoader(Batches(mixture, seed), batch_size=None, num_workers=num_workers)
    return cast(Iterator[Batch], iter(loader))


@contextmanager
def composing(folder: Path, count: int, arguments: Sequence[str] = ()) -> Generator[None]:
    """So many processes fill the folder with shards for as long as this lasts; what is there is not made again."""
    command = [sys.executable, "-m", "model.studio.compose_calls", "--folder", str(folder), *arguments]
    composers = [
        subprocess.Popen([*command, "--first", str(index * RANGE), "--hours", str(_ENOUGH_HOURS)])
        for index in range(count)
    ]
    try:
        yield
    finally:
        for composer in composers:
            composer.terminate()
        for composer in composers:
            composer.wait()
