"""Words are put in the place of others as a model mishears them, and nothing else of a call changes."""

from __future__ import annotations

import random

import numpy as np
import pytest

from model.sequence import NUM_MARKS, Marks, encode_form, text_tokens
from model.studio import mishearing
from model.studio.composing import Call
from model.studio.mishearing import Mishearing, written_words
from model.types import Heard, Note
from model.vocabulary import decode_text

SAID = "remind me in thirty seconds to water the garden"
NOTE = encode_form(Note("a in 30: water the garden"))


def call_of(*forms: list[int]) -> Call:
    tokens = np.array([token for form in forms for token in form], np.int16)
    none = np.zeros((0, 80), np.uint8)
    return Call(tokens, np.ones(len(tokens), np.float16), np.full(len(tokens), -1, np.int32), none, none, ())


def words_in(call: Call) -> list[str]:
    return [
        decode_text(int(token) - NUM_MARKS for token in call.tokens[a:b]).strip() for a, b in written_words(call.tokens)
    ]


@pytest.fixture
def knowing(monkeypatch: pytest.MonkeyPatch) -> Mishearing:
    monkeypatch.setattr(mishearing, "CALLS", 1.0)
    monkeypatch.setattr(mishearing, "WORDS", (1.0, 1.0))
    found = Mishearing()
    found.learn([*SAID.split(), "thirteen", "gordon", "quarter", "beckons", "there", "and", "hurdy"])
    return found


def test_what_was_heard_is_found_word_by_word() -> None:
    call = call_of(encode_form(Heard(" remind me")), [int(Marks.QUIET)], encode_form(Heard(" in thirty")), NOTE)
    assert words_in(call) == ["remind", "me", "in", "thirty"]


def test_of_a_form_that_goes_on_in_the_next_micro_turn_only_whole_words() -> None:
    first = [int(Marks.HEARD), *text_tokens(" to water the gar"), int(Marks.QUIET), int(Marks.AUDIO)]
    assert words_in(call_of(first, [*text_tokens("den"), int(Marks.END)])) == ["to", "water", "the"]
    assert words_in(call_of([int(Marks.HEARD), int(Marks.QUIET)], [int(Marks.HEARD), int(Marks.END)])) == []
    assert words_in(call_of([int(Marks.HEARD)])) == []


def test_other_words_are_heard_and_not_asked_for_and_what_is_done_stays(knowing: Mishearing) -> None:
    call = call_of(encode_form(Heard(f" {SAID}")), NOTE)
    changed = knowing.misheard(call, random.Random(1))
    now, before = words_in(changed), words_in(call)
    assert before == SAID.split() and now != before
    assert changed.tokens[-len(NOTE) :].tolist() == NOTE and (changed.weights[-len(NOTE) :] == 1).all()
    for (start, end), old, new in zip(written_words(call.tokens), before, now, strict=True):
        assert old == new or (changed.weights[start:end] == 0).all()
    assert (call.weights == 1).all(), "the call itself is used again"


def test_a_word_is_taken_for_one_that_sounds_like_it(knowing: Mishearing) -> None:
    call = call_of(encode_form(Heard(" garden")))
    heard = {words_in(knowing.misheard(call, random.Random(seed)))[0] for seed in range(20)}
    assert heard == {"gordon"}


def test_numbers_are_mostly_heard(knowing: Mishearing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mishearing, "NUM_LOOKED_AT", 2)
    call = call_of(encode_form(Heard(" thirty")))
    right = sum(words_in(knowing.misheard(call, random.Random(seed))) == ["thirty"] for seed in range(200))
    assert 120 < right < 200


def test_many_calls_are_heard_as_they_were_said() -> None:
    knowing = Mishearing()
    knowing.learn(SAID.split())
    call = call_of(encode_form(Heard(f" {SAID}")), NOTE)
    untouched = sum(knowing.misheard(call, random.Random(seed)) is call for seed in range(200))
    assert 50 < untouched < 120
