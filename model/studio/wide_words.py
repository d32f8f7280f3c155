"""Words far beyond the lists of the scenes: whatever is frequent in English, but for what benchmarks keep."""

from __future__ import annotations

import random
from collections.abc import Collection
from functools import cache

from model.studio import phrases_words as words
from model.studio.grammar import sentence
from model.studio.reading import frequent_words
from model.studio.stage import plain

KEPT_OUT = frozenset(
    "lantern velvet compass thunder whistle saddle marble ladder feather candle zipper magnet otter giraffe "
    "hedgehog penguin camel squirrel dolphin flamingo turquoise crimson beige maroon violet pancake lasagna "
    "mango broccoli walnut vienna nairobi oslo toronto lima tram helicopter canoe cello trumpet harp bagpipe "
    "trombone harmonica accordion elbow ankle pickle tango hooray gravy bingo pepper saturn cactus pirate "
    "cinnamon volcano hammock parachute pyramid dynamite lighthouse blizzard monastery vineyard telescope "
    "chandelier submarine avalanche orchestra kazoo splendid aha cuckoo hallelujah noted gong zapato ventana "
    "lluvia cuchara fromage escalera schmetterling mariposa chapeau krankenhaus hermano naranja maple birch "
    "willow chestnut poplar cypress beetle mosquito grasshopper dragonfly cricket wasp spatula whisk grater "
    "ladle corkscrew colander screwdriver chisel pliers wrench crowbar hatchet inhale sway flex bounce".split()
)
_NOUNS = frozenset((*words.THINGS, *words.ANIMALS, *words.FOODS, *words.FURNITURE, *words.JOBS))
_REPLACEABLE = _NOUNS | frozenset((*words.ADJECTIVES, *words.ADVERBS, *words.VERBS_PAST))


@cache
def wide_words() -> tuple[str, ...]:
    """Frequent words of three letters or more, none of `KEPT_OUT` nor its plural."""
    kept_out = KEPT_OUT | {f"{word}s" for word in KEPT_OUT}
    return tuple(word for word in frequent_words() if len(word) > 2 and word not in kept_out)


def wide_word(rng: random.Random) -> str:
    return rng.choice(wide_words())


def wide_row(rng: random.Random) -> str:
    """Some words in a row, as from a dictionary."""
    separator = rng.choice((" ", " ", ", "))
    return sentence(separator.join(rng.choices(wide_words(), k=rng.randint(2, 10))))


def widened(rng: random.Random, text: str, without: Collection[str] = (), rate: float = 0.5) -> str:
    """A sentence with some of its nouns, verbs and adjectives replaced by any words but some."""
    spoken = text.split()
    for index, word in enumerate(spoken):
        if plain(word) in _REPLACEABLE and rng.random() < rate and (other := wide_word(rng)) not in without:
            spoken[index] = word.replace(plain(word), other)
    return sentence(" ".join(spoken))
