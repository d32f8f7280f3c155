"""Word error rate between what was said and what was recognised. Knows nothing of models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_DIGITS = "zero one two three four five six seven eight nine ten".split()
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation; what stands in brackets is no speech; 0 to 10 are spelt out."""
    spoken = re.sub(r"\[[^]]*\]|\([^)]*\)", " ", text.lower().replace("\u2019", "'"))
    return [_DIGITS[int(w)] if w.isdigit() and int(w) <= 10 else w for w in _WORD.findall(spoken)]


def num_errors(said: Sequence[object], recognised: Sequence[object]) -> int:
    """Fewest insertions, deletions and substitutions that turn one into the other (Levenshtein)."""
    row = list(range(len(recognised) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(recognised, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Errors over words said, for all (said, recognised) pairs together."""
    errors = words = 0
    for said, recognised in pairs:
        reference = words_of(said)
        errors += num_errors(reference, words_of(recognised))
        words += len(reference)
    return errors / max(words, 1)
