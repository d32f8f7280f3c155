"""A translation that loses or invents a number, date, unit, name or negation is found; a good one passes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.interpretation.checks import Finding, Pair, check, demands, is_negated
from agent.interpretation.glossary import Violation
from agent.interpretation.numbers_said import numbers_said


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("one hundred and twenty-five thousand people in 2,500.75 rooms", "en", [125_000, Fraction("2500.75")]),
        ("two, three", "en", [2, 3]),
        ("nineteen eighty four", "en", [19, 84]),
        ("two million three hundred thousand", "en", [2_300_000]),
        ("ciento veinticinco mil personas en 2.500,75 salas", "es", [125_000, Fraction("2500.75")]),
        ("treinta y dos de los doscientos", "es", [32, 200]),
        ("quatre-vingt-dix-sept", "fr", [97]),
        ("soixante et onze mille deux cents", "fr", [71_200]),
        ("dix-sept, quatre-vingts et 12\u00a0000", "fr", [17, 80, 12_000]),
        ("ventitr\u00e9, duecentocinquanta e trentamila", "it", [23, 250, 30_000]),
        ("quarantotto milioni", "it", [48_000_000]),
        ("cento e vinte e cinco", "pt", [125]),
        ("a house, una casa, 1 house", "en", []),
        ("在 2026 年", "zh", [2026]),
    ],
)
def test_numbers_are_read_from_digits_and_words(text: str, language: str, numbers: list[Fraction]) -> None:
    assert numbers_said(text, language) == numbers


@settings(max_examples=60)
@given(st.integers(2, 10**8), st.sampled_from(["en", "es", "fr", "it", "pt"]))
def test_digits_in_a_languages_own_writing_are_read(number: int, language: str) -> None:
    mark = "," if language == "en" else "."
    assert numbers_said(f"x {number:,} x".replace(",", mark), language) == [number]


GOOD = [
    Pair("We need 25 chairs on Monday.", "Necesitamos veinticinco sillas el lunes.", "en", "es"),
    Pair("It takes two hours and costs 3.5 euros.", "Cela prend deux heures et co\u00fbte 3,5 euros.", "en", "fr"),
    Pair("Nobody came, and I did not wait.", "Nadie vino y no esper\u00e9.", "en", "es"),
    Pair("Thank you. No problem.", "Gracias. De nada.", "en", "es"),
    Pair("See you at 3 p.m.", "\u00c0 15 heures.", "en", "en"),
    Pair("It is cold, isn't it?", "Hace fr\u00edo, \u00bfno?", "en", "es"),
    Pair("At nine o'clock, then at ten thirty", "A las 9:00, luego a las 10:30", "en", "es"),
    Pair("It opens at nine o'clock", "\u00c7a ouvre \u00e0 neuf heures", "en", "fr"),
    Pair("It opens at 8:05", "\u00c7a ouvre \u00e0 8h05", "en", "fr"),
    Pair("Twenty percent in July", "Il venti % a luglio", "en", "it"),
]


@pytest.mark.parametrize("pair", GOOD, ids=lambda pair: pair.segment)
def test_a_good_translation_passes(pair: Pair) -> None:
    assert check(pair) == ()


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        (Pair("25 chairs", "52 sillas", "en", "es"), {("number", "25", ""), ("number", "", "52")}),
        (Pair("on Tuesday", "el jueves", "en", "es"), {("date", "tuesday", ""), ("date", "", "thursday")}),
        (Pair("in July", "en juin", "en", "fr"), {("date", "july", ""), ("date", "", "june")}),
        (Pair("ten miles", "dix kilom\u00e8tres", "en", "fr"), {("unit", "mile", ""), ("unit", "", "kilometre")}),
        (Pair("I did not sign.", "Firm\u00e9.", "en", "es"), {("negation", "not", "")}),
        (Pair("Ho firmato.", "I never signed.", "it", "en"), {("negation", "", "not")}),
        (
            Pair("Platform B2 with Ana", "And\u00e9n con \u00c1nxel", "en", "es"),
            {("name", "B2", ""), ("name", "Ana", "")},
        ),
    ],
    ids=lambda each: each.segment if isinstance(each, Pair) else "",
)
def test_what_was_lost_or_invented_is_found(pair: Pair, found: set[tuple[str, str, str]]) -> None:
    assert {(each.kind, each.source, each.translation) for each in check(pair, ("Ana", "Ben"))} == found


def test_a_broken_term_is_a_finding_that_a_second_pass_hears_of() -> None:
    findings = check(Pair("the vote with Ana", "el x", "en", "es"), ("Ana",), [Violation("vote", "votaci\u00f3n")])
    assert Finding("term", "vote", "votaci\u00f3n") in findings
    assert demands(findings) == {"vote": "votaci\u00f3n", "Ana": "Ana"}


def test_a_language_without_tables_is_held_to_digits_only() -> None:
    assert check(Pair("not 25 on Monday", "\u661f\u671f\u4e00 25", "en", "zh")) == ()
    assert is_negated("x", "zh") is None


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [
        ("Je ne sais pas", "fr", True),
        ("Il n\u2019y a rien", "fr", True),
        ("Nous avons une personne ici", "fr", False),
        ("N\u00e3o quero", "pt", True),
        ("Non lo so", "it", True),
        ("I don't know", "en", True),
        ("sin embargo vino", "es", False),
    ],
)
def test_negation_is_told_in_each_language(text: str, language: str, says: bool) -> None:
    assert is_negated(text, language) is says
