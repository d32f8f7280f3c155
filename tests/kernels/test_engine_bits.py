"""The engine keeps its bits: what a conversation hears, writes and says hangs on nobody who shares its batch."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from alongside_kernels.deterministic import set_deterministic
from model.native_core import Choice, NativeCore
from model.types import MicroTurnIn, MicroTurnOut, TypedText, VideoFrame
from tests.kernels.short_nano import SHORT, nano
from tests.model.tiny_native import SETTINGS, turn

# Memory enough for a conversation alone to look through less of it than one with company.
ROOMY = replace(SHORT, backbone=replace(SHORT.backbone, memory=1100))
NUM_TURNS = 2
DTYPES = [torch.float32, torch.bfloat16]

pytestmark = pytest.mark.timeout(120)  # sixteen conversations a row at a time, where there is no GPU


@pytest.fixture(autouse=True)
def deterministic() -> Generator[None]:
    set_deterministic(True)
    yield
    set_deterministic(False)


def _heard(person: int, index: int) -> tuple[MicroTurnIn, ...]:
    """Each hears another sound; some see a picture or read a line, at other times; some are late."""
    frame = VideoFrame(np.full((40, 79, 3), 40 * person % 256, np.uint8), tick=10 * index, source="p1:camera")
    events = [TypedText("ana", f"I am number {person}.")] if (index + person) % 3 == 1 else []
    newest = turn(index, *events, seed=person, frames=(frame,) if (index + person) % 4 == 2 else ())
    return (turn(index - 1, seed=person), newest) if _is_late(person) else (newest,)


def _is_late(person: int) -> bool:
    return person % 5 == 1


def _converse(core: NativeCore, people: Mapping[int, int]) -> dict[int, list[MicroTurnOut]]:
    """By slot, what it says to a person in NUM_TURNS steps."""
    said: dict[int, list[MicroTurnOut]] = {slot: [] for slot in people}
    for step in range(NUM_TURNS):
        heard = {slot: _heard(person, step * (1 + _is_late(person)) + 1) for slot, person in people.items()}
        for slot, out in core.step(heard).items():
            assert isinstance(out, MicroTurnOut), out
            said[slot].append(out)
    return said


def _is_same(one: MicroTurnOut, other: MicroTurnOut) -> bool:
    if one.pcm is None or other.pcm is None:
        is_same_sound = one.pcm is other.pcm
    else:
        is_same_sound = np.array_equal(one.pcm, other.pcm)
    return is_same_sound and (one.index, one.text, one.actions) == (other.index, other.text, other.actions)


@cache
def _alone(dtype: torch.dtype, slot: int) -> list[MicroTurnOut]:
    """A slot draws from the seed of the conversation it was given, so this one is given that."""
    core = NativeCore(nano(dtype, ROOMY), 1, Choice(seed=slot))
    return _converse(core, {core.open(SETTINGS): slot + 3})[0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("num_slots", [2, 3, 7, 16])
def test_a_conversation_alone_is_the_same_bits_as_in_every_slot_of_a_batch(dtype: torch.dtype, num_slots: int) -> None:
    core = NativeCore(nano(dtype, ROOMY), num_slots, Choice())
    together = _converse(core, {core.open(SETTINGS): slot + 3 for slot in range(num_slots)})
    assert any(out.pcm is not None and out.pcm.std() > 0 for said in together.values() for out in said)
    for slot, said in together.items():
        assert all(_is_same(*pair) for pair in zip(_alone(dtype, slot), said, strict=True)), slot


@pytest.mark.parametrize("dtype", DTYPES)
def test_who_joins_and_leaves_does_not_show(dtype: torch.dtype) -> None:
    model = nano(dtype, ROOMY)
    alone, shared = NativeCore(model, 1, Choice()), NativeCore(model, 3, Choice())
    expected = _converse(alone, {alone.open(SETTINGS): 5})[0]
    mine, said = shared.open(SETTINGS), list[MicroTurnOut]()
    for step in range(NUM_TURNS):
        other = shared.open(SETTINGS)
        answers = shared.step({mine: _heard(5, step + 1), other: _heard(6 + step, 2)})
        shared.close(other)
        out = answers[mine]
        assert isinstance(out, MicroTurnOut), out
        said.append(out)
    assert all(_is_same(*pair) for pair in zip(said, expected, strict=True))
