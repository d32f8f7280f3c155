"""Makes a set of items: the same seed and voices give the same items. Knows the sets; speaks through a `Casting`."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.bench.item import NOISES, Item, ItemError
from agent.bench.item_folder import save_item, split_folder
from agent.bench.progress import Progress
from agent.bench.sets import cuespeak, delegation, duplex, seen, timespeak, voice
from agent.bench.sets.casting import Casting
from agent.bench.sets.phrases import Phrases
from agent.bench.sets.room import with_noise
from agent.bench.sets.script import Script
from model.types import HEARD_RATE_HZ, Pcm

Writes = Callable[[Script], None]
SETS: Mapping[str, Mapping[str, tuple[Writes, ...]]] = {
    "timespeak": timespeak.CATEGORIES,
    "cuespeak": cuespeak.CATEGORIES,
    "duplex": duplex.CATEGORIES,
    "delegation": delegation.CATEGORIES,
    "reps": seen.REPS,
    "proactive": seen.PROACTIVE,
    "actions": seen.ACTIONS,
    "voice": voice.CATEGORIES,
}
NUM_ITEMS: Mapping[str, Mapping[str, int]] = {
    "dev": {**dict.fromkeys(SETS, 60), **dict.fromkeys(("reps", "proactive", "actions", "voice"), 24)},
    "test": {
        **{"timespeak": 203, "cuespeak": 204, "duplex": 120, "delegation": 60},
        **{"reps": 72, "proactive": 60, "actions": 60, "voice": 200},
    },
}
VOICES: Mapping[str, tuple[str, ...]] = {
    "dev": ("flite:slt", "flite:rms", "hibari"),
    "test": (  # none of them speaks in training: four of Kokoro's, and accents and throats of espeak-ng
        *("kokoro:bf_emma", "kokoro:bm_george", "kokoro:am_michael", "kokoro:af_nova"),
        *("espeak:en-us-nyc+Alicia", "espeak:en-us-nyc+Mario", "espeak:en-gb-x-gbclan+linda"),
        *("espeak:en-gb-x-gbclan+paul", "espeak:en-gb-x-gbcwmd+Andrea", "espeak:en-gb-x-gbcwmd+rob"),
        *("espeak:en-029+belinda", "espeak:en-029+john"),
    ),
}
OTHERS_SPEAK_IN = ("duplex",)
SLOW_VOICES = "kokoro:"  # their items come last, so that a set can be used while it is made
TAIL_S = 1.0  # of sound after the last thing that matters
_MICRO_TURN_S = 0.2


@dataclass(frozen=True, slots=True)
class Order:
    """Which set is to be made where."""

    bench: str
    split: str
    folder: Path  # of all sets
    num_items: int
    voices: tuple[str, ...]
    seed: int = 0


def make_set(order: Order, casting: Casting, are_slow: bool) -> int:
    """Write what is missing of a set, the items of slow voices or the others. Raises ItemError, CastingError.

    Returns how many of these items the set has.
    """
    if order.bench not in SETS:
        raise ItemError(f"make: no set {order.bench!r}; there is {', '.join(SETS)}")
    place = split_folder(order.folder, order.bench, order.split)
    phrases = Phrases.of_split(order.split)
    plans = [plan for plan in _plans(order) if _is_slow(order, plan[0]) == are_slow]
    missing = [plan for plan in plans if not (place / plan[0] / "item.json").exists()]
    progress = Progress(f"make {order.bench} {order.split}", len(plans), len(plans) - len(missing))
    for id, category, number in missing:
        save_item(place, *make_item(order, phrases, casting, id, category, number))
        progress.step(id)
    progress.end()
    return len(plans)


def make_item(
    order: Order, phrases: Phrases, casting: Casting, id: str, category: str, number: int
) -> tuple[Item, Pcm]:
    """One item and its sound, (S,) at 16 kHz."""
    rng = _rng(order, id)
    voices = _voices(order, rng)
    seed = _seed(order, id)
    script = Script(order.split, rng, phrases, casting, {"user": voices[0], "other": voices[-1]})
    writers = SETS[order.bench][category]
    writers[number % len(writers)](script)
    duration_s = _whole_micro_turns(script.end_s + TAIL_S)
    noise = NOISES[number // len(writers) % len(NOISES)]
    item = script.item(id, order.bench, category, seed, noise, duration_s)
    return item, with_noise(script.mixed(duration_s), noise, order.split, seed)


def _is_slow(order: Order, id: str) -> bool:
    voices = _voices(order, _rng(order, id))
    return any(voice.startswith(SLOW_VOICES) for voice in voices[: 2 if order.bench in OTHERS_SPEAK_IN else 1])


def _seed(order: Order, id: str) -> int:
    return zlib.crc32(f"{order.bench} {order.split} {order.seed} {id}".encode())


def _rng(order: Order, id: str) -> random.Random:
    return random.Random(_seed(order, id))


def _voices(order: Order, rng: random.Random) -> list[str]:
    """The first draws of an item: who speaks in it, two people at most."""
    return rng.sample(order.voices, min(2, len(order.voices)))


def _plans(order: Order) -> Sequence[tuple[str, str, int]]:
    """Ids with category and number within it, spread evenly over the categories."""
    categories = list(SETS[order.bench])
    return [
        (f"{category}-{at // len(categories):03d}", category, at // len(categories))
        for at in range(order.num_items)
        for category in [categories[at % len(categories)]]
    ]


def _whole_micro_turns(duration_s: float) -> float:
    count = -(-duration_s // _MICRO_TURN_S)
    return round(count * _MICRO_TURN_S, 3)


assert HEARD_RATE_HZ * _MICRO_TURN_S == 3200
