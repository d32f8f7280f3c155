"""Phrases are the text again, begin short, and end where a word does not lean on the next."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from agent.interpretation.clause_words import LEANING
from agent.interpretation.phrases import FIRST_CHARS, Phrases
from agent.interpretation.word_alignment import normal

TEXT = "su llamada es la primera en l\u00ednea, y ser\u00e1 atendida por el pr\u00f3ximo representante."
WORDS = st.lists(st.sampled_from(TEXT.split()), max_size=40).map(" ".join)


def phrases(text: str, language: str, size: int = 1000) -> list[str]:
    splitting = Phrases(language)
    found = [phrase for at in range(0, len(text), size) for phrase in splitting.push(text[at : at + size])]
    return found + splitting.flush()


@given(WORDS, st.sampled_from(["es", "fr", "en", "zh"]))
def test_no_word_is_lost_and_no_phrase_ends_on_a_word_that_leans(text: str, language: str) -> None:
    parts = phrases(text, language)
    assert " ".join(parts) == text
    for part in parts[:-1]:
        last = part.split()[-1]
        assert last.endswith(",") or normal(last) not in LEANING.get(language, frozenset())
        assert len(part) >= FIRST_CHARS


@given(WORDS, st.integers(1, 9))
def test_how_a_text_streams_does_not_change_where_it_is_cut(text: str, size: int) -> None:
    assert phrases(text, "es", size) == phrases(text, "es")


def test_the_first_sound_waits_for_a_few_words() -> None:
    splitting = Phrases("es")
    early = list(itertools.takewhile(lambda size: not splitting.push(TEXT[size]), range(len(TEXT))))
    assert len(early) < 20
    assert phrases(TEXT, "es")[:2] == ["su llamada", "es la primera en l\u00ednea,"]
    assert phrases("D\u00e9sol\u00e9.", "fr") == ["D\u00e9sol\u00e9."]
    assert phrases("", "fr") == []
