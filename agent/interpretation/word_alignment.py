"""How far two rows of recognised words say the same. Knows nothing of policies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.types import Word

_NOT_SPOKEN = re.compile(r"[^\w]+")
_MAX_LOOK_BACK = 40  # committed words that are compared; older ones are taken as they were

RUSH_WORDS, RUSH_S = 4, 0.15  # so many words within so short a time


def normal(text: str) -> str:
    """A word as it is compared: punctuation and case do not count."""
    return _NOT_SPOKEN.sub("", text).casefold()


def common_prefix(before: Sequence[Word], after: Sequence[Word]) -> int:
    """How many words from the start are the same."""
    count = 0
    for old, new in zip(before, after, strict=False):
        if normal(old.text) != normal(new.text):
            break
        count += 1
    return count


def matching_prefix(committed: Sequence[Word], hypothesis: Sequence[Word]) -> int:
    """How many words of a hypothesis stand for the committed ones, although it may word them otherwise.

    The prefix with the smallest edit distance; among equals one that ends alike, then the one whose
    length is nearest.
    """
    skipped = max(0, len(committed) - _MAX_LOOK_BACK)
    skipped = min(skipped, len(hypothesis))
    old = [normal(word.text) for word in committed[skipped:]]
    new = [normal(word.text) for word in hypothesis[skipped : len(committed) + _MAX_LOOK_BACK]]
    row = list(range(len(new) + 1))
    for count, word in enumerate(old, 1):
        diagonal, row[0] = row[0], count
        for index, other in enumerate(new, 1):
            best = min(row[index] + 1, row[index - 1] + 1, diagonal + (word != other))
            diagonal, row[index] = row[index], best

    def cost(length: int) -> tuple[int, bool, int]:
        ends_alike = bool(length and old) and new[length - 1] == old[-1]
        return row[length], not ends_alike, abs(length - len(old))

    return skipped + min(range(len(row)), key=cost)


def without_rush(words: Sequence[Word]) -> Sequence[Word]:
    """The words up to where they all sound at one moment: that is a recogniser which repeats itself."""
    for first in range(len(words) - RUSH_WORDS + 1):
        if words[first + RUSH_WORDS - 1].end_s - words[first].start_s < RUSH_S:
            return words[:first]
    return words
