"""Templates give sentences."""

from __future__ import annotations

import random

import pytest

from model.studio.grammar import Grammar, GrammarError, going_on, lines, listed, question, sentence, tidy


def test_slots_come_from_the_caller_before_the_rules_and_rules_are_templates() -> None:
    grammar = Grammar({"who": ("the {animal}",), "animal": ("cat",), "what": ("{who} (eats|sleeps)",)})
    rng = random.Random(0)
    assert {grammar.draw("what", rng) for _ in range(30)} == {"the cat eats", "the cat sleeps"}
    assert grammar.expand("{who}", rng, animal="dog") == "the dog"
    assert grammar.expand("{who}", rng, who="(nobody)") == "(nobody)"


def test_choices_nest_and_may_be_empty() -> None:
    rng = random.Random(0)
    drawn = {Grammar({}).expand("a(|b(c|d))", rng) for _ in range(50)}
    assert drawn == {"a", "abc", "abd"}


@pytest.mark.parametrize("template", ["{nobody}", "(a|b", "a)b", "a|b"])
def test_a_template_that_cannot_be_filled_is_an_error_that_says_what(template: str) -> None:
    with pytest.raises(GrammarError, match=r"nobody|bracket"):
        Grammar({"who": ("x",)}).expand(template, random.Random(0))


def test_sentences_are_tidy() -> None:
    assert tidy("so , a  egg ,, please .") == "so, an egg, please."
    assert sentence("i think i know. what is it") == "I think I know. What is it."
    assert question("what is it") == "What is it?"
    assert question("are you there?") == "Are you there?"
    assert question("tell me") == "Tell me."
    assert question("when is it over") == "When is it over?" and question("have you seen it") == "Have you seen it?"
    for request in ("when it rings, call me", "have a look", "any time it rings, call me", "should it ring, call me"):
        assert not question(request).endswith("?")
    assert question("what I want is quiet") == "What I want is quiet."


def test_the_templates_of_a_rule_add_up() -> None:
    grammar = Grammar({"x": ("a",)}, {"x": ("b",), "y": ("{x}",)})
    assert grammar.rules == {"x": ("a", "b"), "y": ("{x}",)}
    assert lines("  a (b|c)\n\n  d\n") == ("a (b|c)", "d") and listed("a, b\n c,") == ("a", "b c")
    assert going_on("What is it?") == "what is it?" and going_on("I know.") == "I know."
