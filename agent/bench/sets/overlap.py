"""Whether `test` items share sentences with training: five words in a row, cue words, waiting times.

Works on texts alone, whoever made them. What stops an agent may be the same: nobody words "stop" afresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.bench.meaning import in_words, words_of
from agent.bench.sets.phrases import Phrases

SEQUENCE = 5
CUE_LISTS = (("timespeak", "stop_word"), ("cuespeak", "cue_word"), ("cuespeak", "reply"), ("cuespeak", "foreign_word"))
WAIT_LISTS = (("timespeak", "wait_s"), ("timespeak", "period_s"))
NUMBER_WORDS = frozenset(word for number in range(121) for word in in_words(number))
UNITS = ("second", "seconds", "minute", "minutes")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What training says that only `test` may."""

    sequences: frozenset[tuple[str, ...]]
    cue_words: frozenset[str]
    waits: frozenset[str]

    @property
    def is_empty(self) -> bool:
        return not (self.sequences or self.cue_words or self.waits)


def overlap(test_texts: Iterable[str], phrases: Phrases, training_texts: Iterable[str]) -> Overlap:
    """Compare the sentences of `test` items, and their phrase file's cue words and waits, with training's sentences."""
    theirs = [words_of(text) for text in training_texts]
    sequences = {each for words in theirs for each in _runs(words)}
    vocabulary = {word for words in theirs for word in words}
    spans = {span for words in theirs for span in _spans_of_time(words)}
    ours = {each for text in test_texts for each in _runs(words_of(text))}
    return Overlap(
        sequences=frozenset(sequences & ours),
        cue_words=frozenset(cue_words(phrases) & vocabulary),
        waits=frozenset(waits(phrases) & spans),
    )


def cue_words(phrases: Phrases) -> set[str]:
    """Single words on which something depends: cues, their answers, members of categories."""
    lists = [phrases.lines(table, name) for table, name in CUE_LISTS]
    lists += [phrases.lines("members", kind) for kind in phrases.names("members")]
    found = [words_of(line.partition("|")[0]) for some in lists for line in some]
    return {words[0] for words in found if len(words) == 1}


def waits(phrases: Phrases) -> set[str]:
    """Waiting times as they are spoken, such as `eleven seconds`."""
    numbers = {number for table, name in WAIT_LISTS for number in phrases.numbers(table, name)}
    return {f"{' '.join(in_words(number))} {unit}" for number in numbers for unit in UNITS}


def _spans_of_time(words: list[str]) -> Iterator[str]:
    """`twenty two seconds`, not the `two seconds` inside it."""
    for at in range(1, len(words)):
        first = at
        while first and words[first - 1] in NUMBER_WORDS:
            first -= 1
        if words[at] in UNITS and first < at:
            yield " ".join(words[first : at + 1])


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + SEQUENCE]) for at in range(len(words) - SEQUENCE + 1))
