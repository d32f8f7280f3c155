"""In deterministic mode a conversation's output does not change by a bit when 1, 7 or 31 others come and go."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache

import pytest

from alongside_kernels.deterministic import set_deterministic
from model.native_core import Choice, NativeCore
from model.types import MicroTurnIn, MicroTurnOut, TypedText
from tests.model.tiny_native import CONFIG, SETTINGS, tiny_model, turn

NUM_TURNS = 4
MINE = 5  # whose sound it is that counts

pytestmark = pytest.mark.timeout(120)  # 32 conversations a row at a time, where there is no GPU


@pytest.fixture(autouse=True)
def deterministic() -> Generator[None]:
    set_deterministic(True)
    yield
    set_deterministic(False)


def _heard(person: int, index: int) -> tuple[MicroTurnIn, ...]:
    events = [TypedText("ana", f"I am number {person}.")] if (index + person) % 3 == 1 else []
    return (turn(index, *events, seed=person),)


def _said(out: object) -> tuple[int, str, bytes]:
    assert isinstance(out, MicroTurnOut), out
    return out.index, out.text, b"" if out.pcm is None else out.pcm.tobytes()


@cache
def _alone() -> list[tuple[int, str, bytes]]:
    core = NativeCore(tiny_model(CONFIG), 1, Choice())
    slot = core.open(SETTINGS)
    return [_said(core.step({slot: _heard(MINE, index)})[slot]) for index in range(NUM_TURNS)]


@pytest.mark.parametrize("num_others", [1, 7, 31])
def test_others_come_and_go_and_not_a_bit_changes(num_others: int) -> None:
    core, said = NativeCore(tiny_model(CONFIG), num_others + 1, Choice()), list[tuple[int, str, bytes]]()
    mine, others, num_steps = core.open(SETTINGS), list[int](), dict[int, int]()
    for index in range(NUM_TURNS):
        while index < 2 and len(others) < num_others * (index + 1) // 2:  # one half comes first, then the other
            others.append(core.open(SETTINGS))
            num_steps[others[-1]] = 0
        if index == 3:
            for gone in others[: (num_others + 1) // 2]:
                core.close(gone)
            del others[: (num_others + 1) // 2]
        heard = {mine: _heard(MINE, index)} | {slot: _heard(10 + slot, num_steps[slot]) for slot in others}
        answers = core.step(heard)
        num_steps |= {slot: num_steps[slot] + 1 for slot in others}
        assert all(isinstance(answer, MicroTurnOut) for answer in answers.values())
        said.append(_said(answers[mine]))
    assert any(sound for _, _, sound in said)
    assert said == _alone()
