"""A segment goes on where the one before it was translated, and nothing is kept without bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model.translator_memory import KEPT, MAX_CHARS, MAX_OPEN_CHARS, Exchange, Place, TranslatorMemory
from model.translator_prompt import request_after

EN_ES, EN_FR = ("en", "es"), ("en", "fr")


def translate(memory: TranslatorMemory, segment: str, context: tuple[str, ...], pair: tuple[str, str] = EN_ES) -> int:
    place = memory.take(pair, context)
    begun = place.begun
    exchange = begun.with_more(segment, segment.upper()) if begun else Exchange(segment, segment.upper())
    memory.give_back(place, segment, (exchange,))
    return place.slot


def test_a_speakers_segments_stay_in_one_place_while_another_speaks() -> None:
    memory = TranslatorMemory(2)
    ada, bob = translate(memory, "one.", ()), translate(memory, "eins.", ())
    assert ada != bob
    assert translate(memory, "two.", ("one.",)) == ada
    assert translate(memory, "zwei.", ("eins.",)) == bob
    place = memory.take(EN_ES, ("one.", "two."))
    assert [each.said for each in place.history] == ["one.", "two."]


def test_another_language_takes_the_place_that_waits_longest_and_finds_it_empty() -> None:
    memory = TranslatorMemory(2)
    first, _ = translate(memory, "one.", ()), translate(memory, "eins.", ())
    place = memory.take(EN_FR, ("one.",))
    assert place.slot == first and place.history == ()


def test_a_second_try_of_a_segment_does_not_disturb_the_place_of_the_first() -> None:
    memory = TranslatorMemory(2)
    main = translate(memory, "one.", ())
    translate(memory, "two.", ("one.",))
    assert translate(memory, "two.", ()) != main, "asked again without what was before"
    assert translate(memory, "three.", ("one.", "two.")) == main


def test_a_translation_that_broke_off_is_not_remembered_and_two_at_once_get_two_places() -> None:
    memory = TranslatorMemory(2)
    translate(memory, "one.", ())
    place = memory.take(EN_ES, ("one.",))
    assert memory.take(EN_ES, ("one.",)).slot != place.slot
    memory.forget(place)
    assert [each.said for each in memory.take(EN_ES, ("one.",)).history] == ["one."]


def test_one_segment_more_than_there_are_places_leaves_the_others_their_languages() -> None:
    memory = TranslatorMemory(1)
    first = memory.take(EN_ES, ())
    more = memory.take(EN_FR, (), "bees")
    assert first.slot == more.slot and (first.pair, first.topic) == (EN_ES, "")
    memory.give_back(first, "one.", (Exchange("one.", "uno."),))
    assert more.history == () and more.is_taken


def test_a_sentence_that_was_left_open_is_continued_by_what_follows_at_once() -> None:
    memory = TranslatorMemory(2)
    place = memory.take(EN_ES, ())
    memory.give_back(place, "please enter", (Exchange("please enter", "introduzca"),))
    place = memory.take(EN_ES, ("please enter",))
    assert place.begun is not None and place.before == ()
    assert place.begun == Exchange("please enter", "introduzca")
    whole = place.begun.with_more("your number.", "su n\u00famero.")
    memory.give_back(place, "your number.", (whole,))
    assert place.history == (Exchange("please enter your number.", "introduzca su n\u00famero."),)
    place = memory.take(EN_ES, ("please enter", "your number."))
    assert place.history == (whole,) and place.begun is None, "it was closed"


def test_what_another_segment_followed_is_not_continued() -> None:
    memory = TranslatorMemory(2)
    slot = translate(memory, "please enter", ())
    place = memory.take(EN_ES, ("please enter", "said in between"))
    assert place.slot == slot and place.begun is None


def test_under_another_topic_a_place_keeps_its_newest_alone() -> None:
    memory = TranslatorMemory(2)
    parts = tuple(f"part {n}." for n in range(KEPT + 3))
    slots = [translate(memory, part, parts[:at]) for at, part in enumerate(parts)]
    place = memory.take(EN_ES, parts, "bees")
    assert {place.slot} == set(slots) and place.topic == "bees"
    assert [each.said for each in place.history] == list(parts[-KEPT:]), "all of it is read anew"
    memory.give_back(place, "six.", (Exchange("six.", "seis."),))
    assert len(memory.take(EN_ES, ("six.",), "bees").history) == KEPT + 1, "under the same one nothing goes"


@given(st.lists(st.text("ab .", min_size=1, max_size=500), min_size=1, max_size=40))
def test_what_a_place_holds_is_bounded_and_its_newest_is_there(segments: list[str]) -> None:
    memory = TranslatorMemory(2)
    context: tuple[str, ...] = ()
    for segment in segments:
        translate(memory, segment, context)
        context = (*context, segment)[-3:]
        history = memory.take(EN_ES, context).history
        assert history[-1].said.endswith(segment)
        chars = sum(len(each.said) + len(each.translation) for each in history)
        assert chars <= MAX_CHARS or len(history) <= KEPT
        assert len(history[-1].said) <= MAX_OPEN_CHARS + 501
        memory = _with(memory)


def _with(memory: TranslatorMemory) -> TranslatorMemory:
    for place in memory._places:  # pyright: ignore[reportPrivateUsage]  # what `take` took above
        memory.forget(place)
    return memory


def test_a_request_only_adds_to_the_one_before_it_and_shows_a_term_once() -> None:
    board = {"board": "junta"}
    first, terms = request_after(Place(0, EN_ES), "The board met.", board)
    assert terms == (Exchange("board", "junta"),)
    history = (*terms, Exchange("The board met.", "La junta se reuni\u00f3."))
    second, more = request_after(Place(0, EN_ES, history), "It voted; the board did.", board)
    assert second[: len(first)] == first and more == ()
    assert [each.role for each in second[1:]] == ["user", "assistant"] * ((len(second) - 2) // 2) + ["user"]


def test_the_topic_stands_before_everything_that_was_said() -> None:
    (plain, *turns), _ = request_after(Place(0, EN_ES), "The board met.", {})
    (told, *same), _ = request_after(Place(0, EN_ES, topic="bees"), "The board met.", {})
    assert told.content == f"{plain.content}\nThe conversation is about: bees" and turns == same


def test_a_part_of_a_sentence_is_asked_for_as_the_rest_of_its_translation() -> None:
    begun = Exchange("please enter", "introduzca")
    messages, _ = request_after(Place(0, EN_ES, (begun,), begun=begun), "your number.", {})
    assert [(each.role, each.content) for each in messages[-2:]] == [
        ("user", "please enter your number."),
        ("assistant", "introduzca"),
    ]
