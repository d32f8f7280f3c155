"""agent/bench/meaning.py"""

from __future__ import annotations

import pytest

from agent.bench.item import Meaning
from agent.bench.meaning import in_words, says, stem, words_of


def test_numbers_are_the_same_in_digits_and_words() -> None:
    assert words_of("In 48 seconds, 7!") == ["in", "forty", "eight", "seconds", "seven"]
    assert says("It is 13.", Meaning((("thirteen",),))) and says("thirteen", Meaning((("13",),)))


def test_numbers_are_spelt_as_they_are_spoken() -> None:
    assert in_words(1248) == "one thousand two hundred forty eight".split()
    assert in_words(12345) == "one two three four five".split()


@pytest.mark.parametrize("heard", ["for", "Four.", "4"])
def test_what_sounds_alike_is_alike(heard: str) -> None:
    assert says(heard, Meaning((("four",),)))


@pytest.mark.parametrize("word", ["stretch", "Stretching", "stretches", "stretched"])
def test_endings_do_not_matter(word: str) -> None:
    assert says(f"Time to {word} now", Meaning((("stretch",),)))
    assert stem("stopping") == stem("stop")


def test_every_group_must_be_met_and_nothing_forbidden() -> None:
    rule = Meaning((("weather", "rain"), ("Lisbon",)), none_of=("never mind",))
    assert says("the weather in lisbon", rule)
    assert not says("the weather in Rome", rule)
    assert not says("never mind the weather in Lisbon", rule)


def test_a_phrase_is_met_by_its_words_in_a_row_only() -> None:
    rule = Meaning((("twenty two",),))
    assert says("22", rule) and not says("twenty or two", rule)


def test_any_words_do_without_a_rule_and_no_words_never_do() -> None:
    assert says("hm well", Meaning()) and not says(" ... ", Meaning())
