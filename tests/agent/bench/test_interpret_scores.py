"""Scores of translations: known values, and what must hold for all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.bench.interpret_scores import bleu, chrf, token_delay_s
from agent.interpretation.checked_translation import CheckedTranslation
from agent.interpretation.ear_voice_span import EarVoiceSpan
from agent.interpretation.lane import Interpreted, SourceSegment

SENTENCE = "the cat sat on the mat today"


@given(st.lists(st.text("abcdefg ", min_size=8, max_size=40).filter(str.strip), min_size=1, max_size=4))
def test_a_text_is_like_itself_and_unlike_another_alphabet(texts: list[str]) -> None:
    assert chrf([(text, text) for text in texts]) == pytest.approx(100)
    assert chrf([("xyz" * 5, text) for text in texts]) == 0


def test_chrf_of_one_character_order_is_worked_out_by_hand() -> None:
    """ "ab" against "abc": order 1 has 2 of 2 and 2 of 3, order 2 has 1 of 1 and 1 of 2; higher orders do not exist."""
    first, second = 5 * 1 * (2 / 3) / (4 * 1 + 2 / 3), 5 * 1 * 0.5 / (4 * 1 + 0.5)
    assert chrf([("ab", "abc")]) == pytest.approx(100 * (first + second) / 2)


def test_bleu_needs_four_words_in_a_row_and_punishes_what_is_short() -> None:
    assert bleu([(SENTENCE, SENTENCE)]) == pytest.approx(100)
    assert bleu([("the cat sat", SENTENCE)]) == 0
    short = " ".join(SENTENCE.split()[:5])
    assert bleu([(short, SENTENCE)]) == pytest.approx(100 * 2.718281828 ** (1 - 7 / 5), rel=1e-6)


def test_the_token_delay_of_words_said_two_seconds_later_is_two_seconds() -> None:
    source = SourceSegment("one two three four", "en", 10.0, 12.0)
    said = Interpreted(source, CheckedTranslation("uno dos tres cuatro", "es", (), 1), EarVoiceSpan(2.0, 2.0))
    assert token_delay_s(said) == pytest.approx(2.0)
    longer = Interpreted(source, CheckedTranslation("a b c d e f g h", "es", (), 1), EarVoiceSpan(2.0, 4.0))
    assert token_delay_s(longer) > 2.0
