"""Words far beyond the lists of the scenes: whatever is frequent in English."""

from __future__ import annotations

import random
from collections.abc import Collection
from functools import cache

from model.studio import phrases_words as words
from model.studio.grammar import sentence
from model.studio.reading import frequent_words
from model.studio.stage import plain

_NOUNS = frozenset((*words.THINGS, *words.ANIMALS, *words.FOODS, *words.FURNITURE, *words.JOBS))
_REPLACEABLE = _NOUNS | frozenset((*words.ADJECTIVES, *words.ADVERBS, *words.VERBS_PAST))


@cache
def wide_words() -> tuple[str, ...]:
    """Frequent words of three letters or more."""
    return tuple(word for word in frequent_words() if len(word) > 2)


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
