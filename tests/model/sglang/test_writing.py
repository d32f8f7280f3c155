"""The rules that travel with a request are the ones that a conversation's slot holds."""

from __future__ import annotations

import random

import pytest
import torch

from model.native_slot import NativeSlot
from model.sequence import MAX_WRITTEN_TOKENS, NUM_TOKENS, Marks, encode_form, text_tokens
from model.sglang.writing import Writing
from model.types import BackgroundDelta, Hush, Say, SessionSettings, ToolResult
from tests.model.tiny_native import turn


def _slot(greeting: str = "") -> NativeSlot:
    slot = NativeSlot(SessionSettings("c1", greeting=greeting), seed=0, memory=1000)
    results = (ToolResult("t1", "It rains in the afternoon."), BackgroundDelta("b1", "Three trains leave.", True))
    slot.hear((turn(0, *results),))
    return slot


@pytest.mark.parametrize("seed", range(30))
def test_the_rules_of_a_request_are_the_slots_after_every_token(seed: int) -> None:
    chance, slot, index = random.Random(seed), _slot("Hello." if seed % 2 else ""), 1
    plans = [encode_form(Say("t1")), encode_form(Say("b1")), encode_form(Hush()), text_tokens("Well, yes.")]
    for _ in range(12):
        given = slot.given(0)
        for token in given:
            slot.write(token)
        writing, written = Writing.from_json(Writing.of(slot, len(given)).to_json()), list[int]()
        plan = chance.choice(plans)
        while True:
            allowed = slot.may_write(len(given) + len(written))
            theirs, is_inside = writing.may_write(written)
            assert torch.equal(theirs, allowed) and is_inside == slot.reader.is_inside, (seed, written)
            wanted = [token for token in plan[:1] if allowed[token]]
            options = wanted if wanted and chance.random() < 0.9 else allowed.nonzero()[:, 0].tolist()
            token = chance.choice(options)
            plan = plan[1:] if token in wanted else plan
            if token in (Marks.QUIET, Marks.SPEAK):
                break
            written.append(token)
            slot.write(token)
        if token == Marks.SPEAK:
            slot.speak()
        slot.close_turn(token == Marks.SPEAK, num_fed=1)
        slot.hear((turn(index),))
        index += 1


def test_a_full_micro_turn_may_only_be_closed() -> None:
    slot = _slot()
    allowed = Writing.of(slot, MAX_WRITTEN_TOKENS).may_write([])[0]
    assert allowed.nonzero()[:, 0].tolist() == [Marks.QUIET]
    assert len(allowed) == NUM_TOKENS
