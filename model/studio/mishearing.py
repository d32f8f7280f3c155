"""What was written down as a model that still learns writes it: some words are others that sound a little like them.

In training the words before a decision are right, in serving they are what the model made of the sound. One that never
saw a wrong word does anything after one, however plain the rest is; so it learns to act on what can still be made out,
in the words and in the sound. The wrong words are not asked for (compare scheduled sampling, arXiv 1506.03099).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.sequence import NUM_MARKS, Marks, is_text, text_tokens
from model.studio.composing import Call
from model.studio.number_words import NUMBER_WORDS
from model.studio.phones import phones_of
from model.studio.recalling import begins_word, recalled_anew
from model.vocabulary import decode_text

CALLS = 0.6  # share of calls in which words are misheard
WORDS = (0.05, 0.5)  # share of such a call's words
OF_NUMBERS = 0.25  # of that share: they are few and said often, so they are heard before others
NUM_LOOKED_AT = 40  # words, of which the likest in sound is taken


class Mishearing:
    """Knows words by how many tokens they have, so that one takes another's place and nothing else moves."""

    def __init__(self) -> None:
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self._known: set[str] = set()

    def learn(self, words: Iterable[str]) -> None:
        """Words that may be heard in the place of others."""
        for word in words:
            if word not in self._known:
                self._known.add(word)
                self._by_length[len(_tokens_of(word))].append(word)

    def misheard(self, call: Call, rng: random.Random) -> Call:
        """The call, or one with other words written down; what it says and does stays, and is asked for as before."""
        if rng.random() >= CALLS:
            return call
        share = rng.uniform(*WORDS)
        tokens, weights = call.tokens.copy(), call.weights.copy()
        for start, end in written_words(call.tokens):
            word = decode_text(int(token) - NUM_MARKS for token in call.tokens[start:end]).strip()
            if rng.random() < share * (OF_NUMBERS if word in NUMBER_WORDS else 1.0):
                drawn = rng.choices(self._by_length.get(end - start, [word]), k=NUM_LOOKED_AT)
                tokens[start:end] = _tokens_of(_likest(word, [other for other in drawn if other != word] or [word]))
                weights[start:end] = 0
        return replace(call, tokens=recalled_anew(tokens), weights=weights)


def written_words(tokens: NDArray[np.int16]) -> Iterator[tuple[int, int]]:
    """First place of each word of what was heard and the place after it, in a call's tokens (T,).

    Of what does not fit into its micro-turn only the words that do.
    """
    for mark in np.flatnonzero(tokens == Marks.HEARD):
        starts, at = list[int](), int(mark) + 1
        while at < len(tokens) and is_text(int(tokens[at])):
            if not starts or begins_word(int(tokens[at])):
                starts.append(at)
            at += 1
        is_whole = at < len(tokens) and tokens[at] == Marks.END
        yield from pairwise([*starts, at] if is_whole else starts)


def _likest(word: str, others: Iterable[str]) -> str:
    """Of other words the one that shares most pairs of phones with it (Dice 1945)."""
    pairs = _pairs(word)
    return max(others, key=lambda other: 2 * len(pairs & _pairs(other)) / (len(pairs) + len(_pairs(other)) or 1))


@cache
def _pairs(word: str) -> frozenset[tuple[int, ...]]:
    phones = (0, *phones_of(word), 0)
    return frozenset(pairwise(phones))


@cache
def _tokens_of(word: str) -> tuple[int, ...]:
    """As it is written down behind another one."""
    return tuple(text_tokens(f" {word}"))
