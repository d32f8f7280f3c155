"""Composes calls into shards: python -m model.studio.compose_calls --folder runs/calls --hours 40.

Resumes where it stopped: a shard is named by its number, and its number is its seed. Several may run at once, each with
its own range of numbers (`--first`).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Collection
from pathlib import Path

import torch

from model import weights
from model.progress import Progress
from model.studio.bank import Bank
from model.studio.calls import save_calls
from model.studio.composing import Call, compose
from model.studio.kokoro_cast import KokoroCast
from model.studio.kokoro_voices import WEIGHTS, KokoroVoices
from model.studio.noises import make_noise
from model.studio.scenes import SCENES, play_scene
from model.studio.sound_room import in_a_room
from model.studio.stage import Cast

COLUMNS_PER_HOUR = 20 * 3600


def compose_shard(number: int, cast: Cast, num_calls: int, behaviours: Collection[str] = ()) -> list[Call]:
    """The calls of a shard; the same number, voices and behaviours give the same calls."""
    rng = random.Random(f"calls {number}")
    kinds = {name: kind.weight for name, kind in SCENES.items() if not behaviours or kind.behaviour in behaviours}
    names = rng.choices(list(kinds), weights=list(kinds.values()), k=num_calls)
    return [compose(play_scene(name, cast, rng), rng, in_a_room, make_noise) for name in names]


def main(folder: Path, cast: Cast, first: int, hours: float, num_calls: int, behaviours: Collection[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progress(round(hours * COLUMNS_PER_HOUR), sys.stderr)
    number, done = first, 0
    while done < hours * COLUMNS_PER_HOUR:
        file = folder / f"calls-{number:05d}.npz"
        if not file.exists():
            calls = compose_shard(number, cast, num_calls, behaviours)
            save_calls(file, calls)
            done += sum(len(call.heard) for call in calls)
            progress.add(sum(len(call.heard) for call in calls))
        number += 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/calls"))
    parser.add_argument("--bank", type=Path, default=Path("runs/bank"))
    parser.add_argument("--first", type=int, default=0, help="number of the first shard")
    parser.add_argument("--hours", type=float, default=10.0, help="of sound to add")
    parser.add_argument("--behaviours", nargs="*", default=[], help="only these; all when none is named")
    parser.add_argument("--calls", type=int, default=100, help="in a shard")
    parser.add_argument("--kokoro", action="store_true", help="all people speak with Kokoro's voices; slow")
    options = parser.parse_args()
    torch.set_num_threads(1)
    bank = Bank(options.bank)
    voices = KokoroCast(bank, KokoroVoices(weights.path(WEIGHTS))) if options.kokoro else bank
    main(options.folder, voices, options.first, options.hours, options.calls, options.behaviours)
