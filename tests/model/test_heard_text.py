"""Pieces of what was heard become utterances."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model.heard_text import END_TURNS, MAX_CHARS, HeardText
from model.types import Heard, Hush


def test_an_utterance_grows_and_ends_after_a_while() -> None:
    text = HeardText()
    assert text.take((Heard(" remind"),)) == (Heard("remind", is_final=False),)
    assert text.take((Heard(" me to"), Hush())) == (Heard("remind me to", is_final=False), Hush())
    for _ in range(END_TURNS - 1):
        assert text.take(()) == ()
    assert text.take(()) == (Heard("remind me to"),)
    assert text.take(()) == ()


@given(st.lists(st.one_of(st.just(""), st.text("abc", min_size=1, max_size=90)), max_size=60))
def test_no_word_is_lost_and_none_comes_twice(words: list[str]) -> None:
    text, finals = HeardText(), list[str]()
    for word in [*words, *[""] * END_TURNS]:
        for action in text.take((Heard(f" {word}"),) if word else ()):
            assert isinstance(action, Heard) and len(action.text) <= MAX_CHARS + 90
            finals += [action.text] if action.is_final else []
    assert " ".join(finals).split() == [word for word in words if word]
