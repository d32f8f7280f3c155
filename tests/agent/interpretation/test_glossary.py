"""A glossary holds from the next segment on, through inflection, and comes back from CSV as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.interpretation.errors import GlossaryError
from agent.interpretation.glossary import MAX_TERMS_IN_SEGMENT, Glossary, GlossaryBook, Term, occurs
from agent.interpretation.glossary_csv import MAX_CSV_BYTES, read_glossary, write_glossary

BOARD = Term({"en": "board of directors", "es": "junta directiva", "fr": "conseil d'administration"})
NAME = Term({"en": "Alongside"})
WORDING = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
TERMS = st.dictionaries(st.sampled_from(["en", "es", "fr", "zh"]), WORDING, min_size=1).map(Term)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("junta directiva", "Las juntas directivas votaron."),
        ("vote", "They were voting all day"),
        ("conseil d'administration", "le Conseil d\u2019administration se réunit"),
        ("理事会", "昨天理事会开会了"),
        ("car", "two cars"),
        ("C++", "we write c++ here"),
    ],
)
def test_an_inflected_term_is_found(term: str, text: str) -> None:
    assert occurs(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [("car", "they care"), ("board", "a broad road"), ("junta directiva", "la junta es directiva"), ("B2", "B3")],
)
def test_another_word_is_not_taken_for_a_term(term: str, text: str) -> None:
    assert not occurs(term, text)


def test_only_the_terms_of_a_segment_go_along() -> None:
    glossary = Glossary((BOARD, NAME, Term({"en": "vote", "es": "votación"})))
    assert glossary.pairs_in("Alongside tells the Board of Directors", "en", "es") == {
        "board of directors": "junta directiva",
        "Alongside": "Alongside",
    }
    assert glossary.pairs_in("the board of directors", "en", "it") == {}


def test_a_long_glossary_sends_a_bounded_part() -> None:
    glossary = Glossary(tuple(Term({"en": f"word{n}", "es": f"voz{n}"}) for n in range(100)))
    assert len(glossary.pairs_in(" ".join(f"word{n}" for n in range(100)), "en", "es")) == MAX_TERMS_IN_SEGMENT


def test_violations_name_what_was_agreed() -> None:
    glossary = Glossary((BOARD, NAME))
    found = glossary.violations("Alongside met the board of directors", "Al lado vio a la directiva", "en", "es")
    assert {(each.source, each.expected) for each in found} == {
        ("board of directors", "junta directiva"),
        ("Alongside", "Alongside"),
    }
    assert glossary.violations("The board of directors met", "Se reunió la Junta Directiva", "en", "es") == ()


def test_an_edit_counts_from_the_next_segment() -> None:
    book = GlossaryBook()
    before = book.now
    book.add({"en": "vote", "es": "votación"})
    assert before.pairs_in("vote", "en", "es") == {}
    assert book.now.pairs_in("vote", "en", "es") == {"vote": "votación"}
    book.add({"en": "Vote", "es": "voto"})
    assert book.now.pairs_in("vote", "en", "es") == {"Vote": "voto"}
    book.remove("es", "VOTO")
    assert book.now == Glossary()
    with pytest.raises(GlossaryError, match="no term 'voto' in es"):
        book.remove("es", "voto")


@settings(max_examples=40)
@given(st.lists(TERMS, max_size=6))
def test_csv_gives_back_what_was_written(terms: list[Term]) -> None:
    assert read_glossary(write_glossary(Glossary(tuple(terms)))) == Glossary(tuple(terms))


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_glossary_or_a_typed_error(data: bytes) -> None:
    try:
        assert isinstance(read_glossary(data), Glossary)
    except GlossaryError as error:
        assert str(error)


def test_semicolons_and_a_byte_order_mark_are_read() -> None:
    glossary = read_glossary("\ufeffEN;es\nvote;votación\n\nAlongside;\n".encode())
    assert glossary.terms == (Term({"en": "vote", "es": "votación"}), NAME)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1: 0 columns"),
        (b"board,junta\n", "line 1: 'board' is no language code"),
        (b"en,en\n", "stands twice"),
        (b"en,es\na,b,c\n", "line 2: 3 cells"),
        (b'en,es\n"a,b\n', "quotation mark"),
        (b"en,es\n" + b"x" * 100 + b",y\n", "line 2: .*1 to 80"),
        (b"en\n\xff\n", "byte 3 is not UTF-8"),
        (b"x" * (MAX_CSV_BYTES + 1), "at most"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(data: bytes, says: str) -> None:
    with pytest.raises(GlossaryError, match=says):
        read_glossary(data)
