"""Recorded voices read aloud what they have on disk: sound to learn words from, and no conversation.

python -m model.studio.readings_aloud --folder runs/readings --calls 100

Some of what they read are requests, so nothing of this may teach when to speak; `model/train.py` takes words from it.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch

from model.studio.bank import Bank
from model.studio.calls import save_calls
from model.studio.composing import compose
from model.studio.noises import make_noise
from model.studio.sound_room import in_a_room
from model.studio.stage import Play, Sound, placed

READING_S = 40.0


def reading(bank: Bank, rng: random.Random) -> Play:
    """One voice reads for a while."""
    play, voice = Play(), rng.choice(bank.recorded_voices())
    texts = bank.texts_of(voice)
    while play.end_s < READING_S:
        text = rng.choice(texts)
        clip = bank.clip(voice, text, rng)
        start_s = play.end_s + rng.uniform(0.0, 0.6)
        spoken = placed(text, clip, start_s)
        play.sounds.append(Sound(start_s, clip.pcm, 1.0, voice, spoken))
        play.end_s = start_s + clip.duration_s
    return play


def main(folder: Path, bank: Bank, num_calls: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(f"readings {seed}")
    calls = [compose(reading(bank, rng), rng, in_a_room, make_noise) for _ in range(num_calls)]
    save_calls(folder / f"readings-{seed:05d}.npz", calls)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/readings"))
    parser.add_argument("--bank", type=Path, default=Path("runs/bank"))
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="also the shard's number")
    options = parser.parse_args()
    torch.set_num_threads(1)
    main(options.folder, Bank(options.bank), options.calls, options.seed)
