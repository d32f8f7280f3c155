"""English, Spanish and Portuguese at once: whole sentences, sentences in parts, and what it cannot do."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

import pytest

from agent.bench.interpret_prompts import Prompt, prompts
from agent.bench.interpret_scores import chrf
from model.translator_relay import RelayTranslator, likeness, what_follows
from model.types import InputError


@pytest.fixture
async def relay() -> AsyncGenerator[RelayTranslator]:
    translator = RelayTranslator()
    assert len(translator.pairs) == 6, "deploy/setup.sh test installs what it needs"
    yield translator
    translator.close()


async def _said(relay: RelayTranslator, pair: str, *parts: str) -> list[str]:
    """The translation of each part of one speech."""
    source, target = pair.split("-")
    found: list[str] = []
    for at, part in enumerate(parts):
        pieces = relay.translate(part, source, target, tuple(parts[:at]), {})
        found.append("".join([piece async for piece in pieces]))
    return found


async def test_sentences_are_translated_in_every_pair(relay: RelayTranslator) -> None:
    assert await _said(relay, "en-es", "The conference is being recorded.") == [
        "La conferencia est\u00e1 siendo grabada."
    ]
    assert "conference" in (await _said(relay, "es-en", "La conferencia est\u00e1 siendo grabada."))[0]
    assert "confer\u00eancia" in (await _said(relay, "en-pt", "The conference is being recorded."))[0]
    assert "confer\u00eancia" in (await _said(relay, "es-pt", "La conferencia est\u00e1 siendo grabada."))[0]
    assert "conferencia" in (await _said(relay, "pt-es", "A confer\u00eancia est\u00e1 sendo gravada."))[0]


async def test_a_sentence_in_parts_becomes_one_sentence(relay: RelayTranslator) -> None:
    first, second = await _said(relay, "en-es", "Please enter your agent number", "followed by the pound key.")
    assert "n\u00famero" in first and "n\u00famero" not in second, "nothing is said twice"
    assert first[-1].isalnum() and second.endswith(".") and second[0].islower(), (first, second)


async def test_what_a_part_holds_back_comes_with_the_next_and_nothing_is_held_at_an_end(relay: RelayTranslator) -> None:
    first, second = await _said(relay, "en-es", "The black cat sleeps", "on the chair.")
    assert first == "El gato negro" and second == "duerme en la silla."
    assert await _said(relay, "en-es", "The black cat sleeps.") == ["El gato negro duerme."]


async def test_numbers_and_names_are_not_held_back(relay: RelayTranslator) -> None:
    assert (await _said(relay, "en-es", "Please press 1"))[0].endswith("1")
    assert (await _said(relay, "en-es", "my name is Laura"))[0].endswith("Laura")


async def test_a_sentence_that_goes_on_is_never_left_to_another_translator(relay: RelayTranslator) -> None:
    first, second = await _said(relay, "en-es", "That agent is already", "logged on xyzzy plugh.")
    assert first and second, "what the first part held back would be lost"


async def test_a_new_sentence_does_not_go_on_with_the_one_before(relay: RelayTranslator) -> None:
    _, second = await _said(relay, "en-es", "The conference is being recorded.", "The door is closed.")
    assert second == "La puerta est\u00e1 cerrada."


async def test_parts_of_two_lanes_do_not_mix(relay: RelayTranslator) -> None:
    async def part(text: str, *context: str) -> str:
        return "".join([piece async for piece in relay.translate(text, "en", "es", context, {})])

    await part("Please enter your agent number")
    await part("The black cat sleeps")
    assert "tecla" in await part("followed by the pound key.", "Please enter your agent number")
    assert "silla" in await part("on the chair.", "The black cat sleeps")


async def test_it_is_quick_and_parts_of_five_words_lose_little_against_whole_sentences(relay: RelayTranslator) -> None:
    """The share of chrF that goes with the cuts on prompts of which no setting was chosen by."""
    found = prompts("en", "es")[:12]
    began_s = time.process_time()
    whole = [(prompt, (await _said(relay, "en-es", prompt.text))[0]) for prompt in found]
    assert (time.process_time() - began_s) / len(found) < 0.5, "seconds of a processor for one prompt"
    parts = [(prompt, " ".join(await _said(relay, "en-es", *_in_parts(prompt.text)))) for prompt in found]
    assert _chrf(whole) > 45
    assert _chrf(parts) > 0.9 * _chrf(whole)


async def test_what_the_net_makes_up_is_not_said(relay: RelayTranslator) -> None:
    """Alone it says of each of these: thank you for sending an edition."""
    assert await _said(relay, "en-es", "Thank you.", "Thank you for calling.", "Excuse me.") == ["", "", ""]
    assert await _said(relay, "en-es", "Thank you for the report.") == ["Gracias por el informe."]


async def test_a_small_word_of_portuguese_is_not_taken_for_english(relay: RelayTranslator) -> None:
    (said,) = await _said(relay, "en-es", "You are now in mute mode.")
    assert "en el modo" in said and "no modo" not in said


def test_likeness_is_between_nothing_and_all_in_common() -> None:
    assert likeness("Thank you.", "thank you") == 1.0
    assert likeness("abc", "xyz") == 0.0
    assert 0.3 < likeness("Thank you.", "Thank you for your kind words.") < 0.6


async def test_what_it_cannot_do_is_refused_in_words(relay: RelayTranslator) -> None:
    with pytest.raises(InputError, match="en to fr"):
        await _said(relay, "en-fr", "Hello.")
    with pytest.raises(InputError, match="without words"):
        await _said(relay, "en-es", " ")


@pytest.mark.parametrize(
    ("said", "whole", "rest"),
    [
        ("el gato negro", "El gato negro duerme aqu\u00ed.", "duerme aqu\u00ed."),
        ("el gato es", "El gato negro duerme aqu\u00ed.", "duerme aqu\u00ed."),
        ("el gato negro duerme", "El gato negro duerme.", ""),
        ("una cosa muy distinta de eso", "El gato negro duerme aqu\u00ed.", ""),
    ],
)
def test_what_follows_begins_where_what_was_said_ends(said: str, whole: str, rest: str) -> None:
    assert what_follows(said, whole) == rest


def _in_parts(text: str, num_words: int = 5) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + num_words]) for at in range(0, len(words), num_words)]


def _chrf(said: list[tuple[Prompt, str]]) -> float:
    return chrf([(text, prompt.reference) for prompt, text in said])
