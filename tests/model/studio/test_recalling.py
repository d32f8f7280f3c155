"""Calls that were composed before the agent recalled anything come out as `NativeSlot` would make them now."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from model.recollection import last_words
from model.sequence import MAX_EVENT_TOKENS, Marks, Recalled, encode_form, event_reader, split, written_reader
from model.studio import mishearing
from model.studio.composing import Call
from model.studio.mishearing import Mishearing
from model.studio.recalling import recalled, recalled_anew
from model.studio.scenes import SCENES, play_scene
from model.types import Heard
from tests.model.studio.silent_cast import SilentCast
from tests.model.studio.test_composing import closed, composed


def without_recalls(call: Call) -> Call:
    kept, is_inside = np.ones(len(call.tokens), bool), False
    for at, token in enumerate(call.tokens):
        is_inside = is_inside or token == Marks.RECALLED
        kept[at] = not is_inside
        is_inside = is_inside and token != Marks.END
    return replace(call, tokens=call.tokens[kept], weights=call.weights[kept], clock=call.clock[kept])


def recalls_in(call: Call) -> list[str]:
    reader = event_reader()
    events = [event for turn in split(closed(call)) for event in reader.read(turn.events)]
    return [event.text for event in events if isinstance(event, Recalled)]


@pytest.mark.parametrize("name", ["asked_in_a_row", "kept_in_mind"])
def test_a_call_without_becomes_the_call_with(name: str) -> None:
    for seed in range(4):
        now = composed(play_scene(name, SilentCast(), random.Random(seed)))
        before = without_recalls(now)
        assert len(recalls_in(now)) > 1 and not recalls_in(before)
        again = recalled(before)
        assert recalls_in(again) == recalls_in(now)
        assert again.tokens.tolist() == now.tokens.tolist()
        assert again.clock.tolist() == now.clock.tolist()
        assert (again.weights[again.tokens == Marks.RECALLED] == 0).all()
        assert again.weights.sum() == pytest.approx(before.weights.sum())


@pytest.mark.parametrize("name", [name for name in SCENES if SCENES[name].behaviour != "seeing"])
def test_every_scene_stays_a_sequence_that_the_parser_reads(name: str) -> None:
    call = without_recalls(composed(play_scene(name, SilentCast(), random.Random(3))))
    changed = recalled(call)
    assert len(split(closed(changed))) == len(split(closed(call)))
    assert without_recalls(changed).tokens.tolist() == call.tokens.tolist()


def test_what_is_misheard_is_recalled_as_it_was_misheard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mishearing, "CALLS", 1.0)
    monkeypatch.setattr(mishearing, "WORDS", (1.0, 1.0))
    call = composed(play_scene("kept_in_mind", SilentCast(), random.Random(0)))
    knowing = Mishearing()
    knowing.learn(word for *_, word in call.words)
    changed = knowing.misheard(call, random.Random(1))
    heard = " ".join(item.text.strip() for item in _heard(changed))
    assert recalls_in(changed) != recalls_in(call)
    assert all(text.strip() in heard for text in recalls_in(changed))


def test_what_was_heard_as_before_is_recalled_as_before() -> None:
    call = composed(play_scene("asked_in_a_row", SilentCast(), random.Random(1)))
    assert recalled_anew(call.tokens).tolist() == call.tokens.tolist()


def test_of_a_long_speech_the_last_words_are_recalled() -> None:
    words = [f"{number} thousand" for number in range(100, 160)]
    text = last_words(" ".join(words))
    assert " ".join(words).endswith(text.strip()) and text.startswith(" ")
    assert MAX_EVENT_TOKENS - 4 < len(encode_form(Recalled(text))) <= MAX_EVENT_TOKENS
    assert last_words("") == ""


def _heard(call: Call) -> list[Heard]:
    reader = written_reader()
    return [item for turn in split(closed(call)) for item in reader.read(turn.written) if isinstance(item, Heard)]
