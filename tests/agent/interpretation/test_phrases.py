"""Phrases are the text again, begin short, and end where a word does not lean on the next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.interpretation.clause_words import LEANING
from agent.interpretation.phrases import FIRST_CHARS, LAST_CHARS, phrases
from agent.interpretation.word_alignment import normal

WORDS = st.sampled_from(
    "su llamada es la primera en l\u00ednea, y ser\u00e1 atendida por el pr\u00f3ximo representante.".split()
)


@given(st.lists(WORDS, max_size=40), st.sampled_from(["es", "fr", "en", "zh"]))
def test_no_word_is_lost_and_no_phrase_ends_on_a_word_that_leans(words: list[str], language: str) -> None:
    parts = phrases(" ".join(words), language)
    assert " ".join(parts) == " ".join(words)
    for part in parts[:-1]:
        last = part.split()[-1]
        assert last.endswith(",") or normal(last) not in LEANING.get(language, frozenset())
        assert len(part) >= FIRST_CHARS
    assert len(parts) < 2 or len(parts[-1]) >= LAST_CHARS


def test_the_first_sound_waits_for_a_few_words() -> None:
    text = "Su llamada es la primera en l\u00ednea y ser\u00e1 atendida por el pr\u00f3ximo representante."
    assert phrases(text, "es")[:2] == ["Su llamada", "es la primera en l\u00ednea"]
    assert phrases("D\u00e9sol\u00e9.", "fr") == ["D\u00e9sol\u00e9."]
    assert phrases("", "fr") == []
