"""Capitals are put where a reader expects them, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.true_case import MAX_NAMES, TrueCase

TEXT = st.text(st.sampled_from("abiIßŉ é'\u2019.?! \"(1"), max_size=60)


@pytest.mark.parametrize(
    ("small", "cased"),
    [
        ("so i said i'm here. what now? it's 3", "So I said I'm here. What now? It's 3"),
        ("it is 5 p.m. on sunday", "It is 5 p.m. on sunday"),
        ('he said "no." then he left', 'He said "no." Then he left'),
        ("i\u2019ll see (if i can)", "I\u2019ll see (if I can)"),
        ("inside i", "Inside I"),
        ("", ""),
        ("iPhone first", "iPhone first"),
    ],
)
def test_sentences_and_i_begin_with_a_capital(small: str, cased: str) -> None:
    assert TrueCase().apply(small) == cased


def test_names_are_written_as_people_write_them() -> None:
    case = TrueCase(["Ana McBride"])
    case.learn_from("The train to Paris leaves at nine. Ask there.")
    case.learn_from("PLEASE HELP ME NOW")
    assert case.apply("tell ana's friend mcbride to ask paris, please") == (
        "Tell Ana's friend McBride to ask Paris, please"
    )
    assert TrueCase(case.names).apply("to paris") == "To Paris"


def test_only_the_last_names_are_kept() -> None:
    case = TrueCase()
    for number in range(2 * MAX_NAMES):
        case.learn(["A" + "".join(chr(ord("a") + int(digit)) for digit in str(number))])
    assert len(case.names) == MAX_NAMES


@given(TEXT)
def test_nothing_but_case_changes(text: str) -> None:
    cased = TrueCase(["Ab"]).apply(text)
    assert len(cased) == len(text)
    assert all(new in (old, old.upper()) for old, new in zip(text, cased, strict=True))


@given(st.lists(st.sampled_from([" one", " two.", " i", " ana", ' "so', "?"]), max_size=12), st.integers(0, 12))
def test_text_in_pieces_becomes_what_it_becomes_whole(words: list[str], cut: int) -> None:
    case, (first, second) = TrueCase(["Ana"]), ("".join(words[:cut]), "".join(words[cut:]))
    start = case.apply(first, after=second)
    assert start + case.apply(second, before=start) == case.apply(first + second)
