"""A set of items on disk: `FOLDER/BENCH/SPLIT/ID/{item.json,item.wav}`, and how a sample of it is drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.bench.item import Item, ItemError
from agent.bench.wav import read_wav, write_wav
from model.types import HEARD_RATE_HZ, Pcm

DEFAULT_FOLDER = Path("runs/sets")


@dataclass(frozen=True, slots=True)
class Sounding:
    """An item and where its sound lies; None: silence, for engines that read labels."""

    item: Item
    path: Path | None

    def sound(self) -> Pcm:
        """(S,) at 16 kHz, as long as the item. Raises SoundError."""
        assert self.path is not None, self.item.id
        return read_wav(self.path, HEARD_RATE_HZ)


def split_folder(folder: Path, bench: str, split: str) -> Path:
    return folder / bench / split


def save_item(folder: Path, item: Item, sound: Pcm) -> None:
    """Write one item; its JSON comes last, so that one with JSON is whole."""
    place = folder / item.id
    place.mkdir(parents=True, exist_ok=True)
    write_wav(place / "item.wav", sound, HEARD_RATE_HZ)
    (place / "item.json").write_text(item.to_json() + "\n", encoding="utf-8")


def load_set(folder: Path, bench: str, split: str) -> list[Sounding]:
    """Every whole item of a set, by id. Raises ItemError that says how to make the set."""
    place = split_folder(folder, bench, split)
    found = [
        Sounding(Item.from_json(path.read_text(encoding="utf-8"), str(path)), path.with_name("item.wav"))
        for path in sorted(place.glob("*/item.json"))
    ]
    if not found:
        raise ItemError(f"{place}: no items; make them with `alongside bench make {bench} --split {split}`")
    return found


def sample(found: Sequence[Sounding], limit: int | None, categories: Sequence[str], seed: int) -> list[Sounding]:
    """Items of the named categories, at most `limit`, spread evenly over them. Raises ItemError."""
    known = sorted({each.item.category for each in found})
    if unknown := set(categories) - set(known):
        raise ItemError(f"--category: no {', '.join(sorted(unknown))} in this set; there is {', '.join(known)}")
    rng = random.Random(seed)
    piles: list[list[Sounding]] = []
    for category in categories or known:
        pile = [each for each in found if each.item.category == category]
        rng.shuffle(pile)
        piles.append(pile)
    drawn = [pile[row] for row in range(max(map(len, piles))) for pile in piles if row < len(pile)]
    return drawn if limit is None else drawn[:limit]
