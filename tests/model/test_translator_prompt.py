"""What cannot be translated is refused in words; what a model adds around its translation is taken away."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.translator_prompt import MAX_GLOSSARY_CHARS, MAX_SEGMENT_CHARS, AnswerText, request
from model.types import About, InputError


def cleaned(segment: str, pieces: list[str]) -> str:
    answer = AnswerText(segment)
    return "".join(answer.push(piece) for piece in pieces)


@pytest.mark.parametrize(
    ("segment", "source", "target", "says"),
    [
        ("Hi", "en", "tlh", "target language 'tlh' is unknown here; this translator knows en, es, fr, it, pt, zh"),
        ("Hi", "xx", "es", "source language 'xx'"),
        ("Hi", "es", "es", "both es"),
        (" ", "en", "es", "1 to 600 characters"),
        ("a" * (MAX_SEGMENT_CHARS + 1), "en", "es", "not 601"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(segment: str, source: str, target: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        request(segment, source, target, (), {})


def test_context_and_terms_go_along_within_bounds() -> None:
    terms = {f"term {n}": f"voz {n}" for n in range(200)}
    system, _, _, asked = request("We vote.", "en", "es", ("old " * 400, "The board met."), terms)
    assert asked.content == "We vote."
    assert "The board met." in system.content
    assert "term 3 = voz 3" in system.content
    assert len(system.content) < MAX_GLOSSARY_CHARS + 800


def test_topic_and_names_go_along_and_without_them_nothing_is_said_of_them() -> None:
    told, *turns = request("We vote.", "en", "es", ("Before.",), {}, About("bees", ("Ada", "Zo\u00eb")))
    plain, *same = request("We vote.", "en", "es", ("Before.",), {})
    assert turns == same
    more = "\nThe conversation is about: bees\nPeople in it, spelled like this: Ada, Zo\u00eb"
    assert told.content.replace(more, "") == plain.content and more in told.content
    assert plain.content == (
        "You are an interpreter. Translate each message from English to Spanish. Keep names and numbers. "
        "Answer with the translation only, in one line.\nSaid before, for your understanding only: Before."
    )


@pytest.mark.parametrize(
    ("segment", "pieces", "text"),
    [
        ("Hello.", [' "', "Hola.", '"'], "Hola."),
        ("Hello.", ["Hola", ".", "\n\nNote: a greeting"], "Hola."),
        ("They said yes.", ['Dijeron "s\u00ed', '"'], 'Dijeron "s\u00ed"'),
        ('"Hello", he said.', ['"Hola"', ", dijo."], '"Hola", dijo.'),
        ('He said "yes" twice.', ['Dijo "s\u00ed"', " dos veces."], 'Dijo "s\u00ed" dos veces.'),
    ],
)
def test_only_the_translation_is_left(segment: str, pieces: list[str], text: str) -> None:
    assert cleaned(segment, pieces) == text


def test_parts_of_a_sentence_have_no_marks_of_their_own_where_they_meet() -> None:
    assert cleaned("please enter", ["Por favor", ", introduzca", "."]) == "Por favor, introduzca"
    rest = AnswerText("your number.", goes_on=True)
    assert "".join(map(rest.push, [",", " su", " n\u00famero", "."])) == "su n\u00famero."


@settings(max_examples=60)
@given(st.text('ab "\n', max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_pieces_do_not_change_the_text(text: str, cuts: list[int]) -> None:
    borders = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    pieces = [text[start:end] for start, end in itertools.pairwise(borders)]
    assert cleaned("a", pieces) == cleaned("a", [text])
