"""Words become the phones people say."""

from __future__ import annotations

import pytest

from model.studio.phones import PHONES, phones_of
from model.studio.wide_words import wide_words


@pytest.mark.parametrize(
    ("word", "said"),
    [("thanks", "θæŋks"), ("wednesday", "wɛnzdA"), ("forty", "fɔɹti"), ("colour", "kʌləɹ"), ("knight", "nIt")],
)
def test_a_word_is_said_as_people_say_it(word: str, said: str) -> None:
    assert "".join(PHONES[phone] for phone in phones_of(word)) == said


def test_what_sounds_alike_is_the_same() -> None:
    assert phones_of("knight") == phones_of("night")
    assert phones_of("their") == phones_of("there")


def test_every_frequent_word_has_phones_and_none_is_a_blank_or_a_gap() -> None:
    words = wide_words()[:400]
    assert all(len(phones_of(word)) > 0 and min(phones_of(word)) > 1 for word in words)
    assert "'" not in PHONES and len(set(PHONES)) == len(PHONES)
