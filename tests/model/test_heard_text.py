"""Pieces of what was heard become utterances."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model.heard_text import END_TURNS, MAX_CHARS, HeardText
from model.true_case import TrueCase
from model.types import Heard, Hush


def test_an_utterance_grows_and_ends_after_a_while() -> None:
    text = HeardText()
    assert text.take((Heard(" remind"),)) == (Heard("Remind", is_final=False),)
    assert text.take((Heard(" me to"), Hush())) == (Heard("Remind me to", is_final=False), Hush())
    for _ in range(END_TURNS - 1):
        assert text.take(()) == ()
    assert text.take(()) == (Heard("Remind me to"),)
    assert text.take(()) == ()


def test_an_utterance_goes_on_elsewhere_as_the_model_wrote_it() -> None:
    here, there = HeardText(), HeardText(TrueCase(["Ana"]))
    here.take((Heard(" is"),))
    here.take(())
    assert here.under_way == ("is", 1)
    there.restore(*here.under_way)
    assert there.take((Heard(" ana"),)) == (Heard("Is Ana", is_final=False),)
    assert there.under_way == ("is ana", 0)


def test_a_long_piece_alone_is_no_second_utterance() -> None:
    text = HeardText()
    assert text.take((Heard(" a" * MAX_CHARS),)) == (Heard("A" + " a" * (MAX_CHARS - 1), is_final=False),)


@given(st.lists(st.one_of(st.just(""), st.text("abc", min_size=1, max_size=90)), max_size=60))
def test_no_word_is_lost_and_none_comes_twice(words: list[str]) -> None:
    text, finals = HeardText(), list[str]()
    for word in [*words, *[""] * END_TURNS]:
        for action in text.take((Heard(f" {word}"),) if word else ()):
            assert isinstance(action, Heard) and len(action.text) <= MAX_CHARS + 90
            finals += [action.text.lower()] if action.is_final else []
    assert " ".join(finals).split() == [word for word in words if word]
