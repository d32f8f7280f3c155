"""What voices read: varied, short, in words, and never a wait that the benchmarks ask for."""

from __future__ import annotations

import itertools
import random
import re

from model.studio.number_words import HELD_OUT_WAITS, in_words
from model.studio.phrases_words import KEPT_OUT
from model.studio.reading import MAX_WORDS, frequent_words, readings
from model.studio.stage import plain


def drawn(count: int, seed: int = 3) -> list[str]:
    return list(itertools.islice(readings(random.Random(seed)), count))


def test_sentences_hardly_repeat_and_are_the_same_for_a_seed() -> None:
    texts = drawn(2000)
    assert len(set(texts)) > 1800
    assert texts == drawn(2000)
    assert texts != drawn(2000, seed=4)


def test_sentences_are_short_and_hold_no_digits_nor_open_slots() -> None:
    for text in drawn(3000):
        assert 1 <= len(text.split()) <= MAX_WORDS
        assert not re.search(r"[0-9{}()|]", text), text


def test_no_wait_is_one_of_the_tests() -> None:
    held_out = "|".join(in_words(wait) for wait in HELD_OUT_WAITS)
    wait = re.compile(rf"\b(in|for|when|as) ({held_out}) (second|minute)", re.I)
    asked = [text for text in drawn(20_000) if re.search(r"(seconds|minutes)", text)]
    assert len(asked) > 100
    assert not [text for text in asked if wait.search(text)]


def test_rows_take_from_thousands_of_words() -> None:
    assert len(frequent_words()) > 5000
    assert all(word.isalpha() and word.islower() for word in frequent_words())


def test_words_kept_for_benchmarks_are_never_read() -> None:
    read = {plain(word) for text in drawn(4000, seed=2) for word in text.split()}
    assert len(read) > 3000 and not read & KEPT_OUT, read & KEPT_OUT
