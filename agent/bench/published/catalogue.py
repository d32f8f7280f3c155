"""Which published sets are read, by name, and how one becomes a folder of items. Knows no format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.bench.item import Item
from agent.bench.item_folder import Sounding, load_set, save_item, split_folder
from agent.bench.published import full_duplex_bench, watching
from agent.bench.published.recording import PublishedError
from agent.bench.published.watching import Ask
from model.types import HEARD_RATE_HZ, Pcm

Reads = Callable[[Path, str, Ask], Iterator[tuple[Item, Pcm]]]


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """A set that others published, and the bench that scores it."""

    bench: str
    reads: Reads
    split: str = "test"  # of theirs, where they have several
    needs_voice: bool = False  # to speak the request


PUBLISHED: Mapping[str, PublishedSet] = {
    "full-duplex-bench-v1": PublishedSet("duplex", lambda folder, _, __: full_duplex_bench.version_1(folder)),
    "full-duplex-bench-v1.5": PublishedSet("duplex", lambda folder, _, __: full_duplex_bench.version_1_5(folder)),
    "full-duplex-bench-v3": PublishedSet("delegation", lambda folder, _, __: full_duplex_bench.version_3(folder)),
    "repcount-a": PublishedSet("reps", watching.repcount_a, needs_voice=True),
    "charades": PublishedSet("actions", watching.charades, needs_voice=True),
    "proactive-video-qa": PublishedSet("proactive", watching.proactive_video_qa, needs_voice=True),
    "qivd": PublishedSet("proactive", watching.qivd),
}


def parse_published(text: str, bench: str) -> tuple[str, Path]:
    """`NAME=FOLDER`. Raises PublishedError when there is no such set, folder, or it belongs to another bench."""
    name, _, folder = text.partition("=")
    if name not in PUBLISHED or not folder:
        raise PublishedError(f"--published {text!r}: NAME=FOLDER is needed; there is {', '.join(PUBLISHED)}")
    if PUBLISHED[name].bench != bench:
        raise PublishedError(f"--published {name}: `alongside bench {PUBLISHED[name].bench}` scores it")
    if not Path(folder).is_dir():
        raise PublishedError(f"--published {name}: {folder} is no folder")
    return name, Path(folder)


def read_published(name: str, folder: Path, items: Path, ask: Ask) -> list[Sounding]:
    """The set's items, written under `items` as ours are; those that are there already are kept.

    Raises PublishedError.
    """
    known = PUBLISHED[name]
    place = split_folder(items / name, known.bench, "test")
    count = 0
    for item, sound in known.reads(folder, known.split, ask):
        count += 1
        if not (place / item.id / "item.json").exists():
            save_item(place, item, _as_long_as(item, sound))
    if not count:
        raise PublishedError(f"{folder}: nothing of {name} is in it")
    return load_set(items / name, known.bench, "test")


def _as_long_as(item: Item, sound: Pcm) -> Pcm:
    size = round(item.duration_s * HEARD_RATE_HZ)
    return np.pad(sound, (0, max(0, size - sound.size)))[:size]
