"""Words sound in the order they were written, when their time comes, and only then count as said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model.sequence import text_tokens
from model.speech_decoder import MAX_WORDS, NUM_OFFSETS
from model.utterance import MAX_AHEAD, Utterance


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(1, 8))
def test_everything_written_is_said_once_and_in_order(text: str, at_once: int) -> None:
    utterance, waiting, said = Utterance(), text_tokens(text), ""
    while waiting or utterance.num_unsaid:
        now, waiting = waiting[:at_once], waiting[at_once:]
        for token in now:
            utterance.write(token)
        assert len(utterance.in_view()) <= MAX_WORDS
        said += utterance.speak()
    assert said == text


def test_words_take_their_time() -> None:
    utterance = Utterance()
    for token in text_tokens("one two three four five six seven, eight"):
        utterance.write(token)
    offsets = [offset for _, offset in utterance.in_view()]
    assert offsets == sorted(offsets)
    assert offsets[0] == 0
    assert offsets[-1] < NUM_OFFSETS // 2
    first = utterance.speak()
    assert first.startswith("one")
    assert "three" not in first
    num_turns = 1
    while utterance.num_unsaid:
        utterance.speak()
        num_turns += 1
    assert 8 <= num_turns * 0.2 / 0.3 <= 16  # about three words a second


def test_a_cut_forgets_what_has_not_sounded() -> None:
    utterance, tokens = Utterance(), text_tokens("this is a long sentence that somebody interrupts")
    for token in tokens:
        utterance.write(token)
    utterance.speak()
    num_said = len(tokens) - utterance.num_unsaid
    assert 0 < num_said < len(tokens)
    assert utterance.cut() == len(tokens) - num_said
    assert utterance.speak() == ""
    assert utterance.in_view() == []


def test_writing_too_far_ahead_is_told() -> None:
    utterance = Utterance()
    for _ in range(MAX_AHEAD):
        assert not utterance.is_full
        utterance.write(text_tokens("x")[0])
    assert utterance.is_full
