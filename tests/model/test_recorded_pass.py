"""Passes that are recorded say what free ones say: on a processor by the same calls, on a GPU by replaying graphs."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from model.dmel import NUM_MELS
from model.interaction import Positions
from model.native_core import Choice, NativeCore
from model.recorded_pass import stepped
from model.sequence import MAX_PATCHES
from model.types import MicroTurnIn, MicroTurnOut, SeamError, TypedText, VideoFrame
from tests.model.tiny_native import CONFIG, SETTINGS, tiny_model, turn

DEVICES = [
    "cpu",
    pytest.param(
        "cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU; cpu is its twin")
    ),
]
NUM_TURNS = 16
_PICTURE = np.random.default_rng(5).integers(0, 256, (120, 160, 3), dtype=np.uint8)


def _core(device: str, is_recorded: bool) -> NativeCore:
    model = deepcopy(tiny_model()).to(device)
    return NativeCore(model, num_slots=3, choice=Choice(temperature=0), is_recorded=is_recorded)


def _turns(index: int, seed: int) -> tuple[MicroTurnIn, ...]:
    """Sound alone, with a message, with a picture, with both, and micro-turns that waited."""
    events = (TypedText("ana", "Which one is open?" * (1 + index % 3)),) if index % 3 == 1 else ()
    frames = (VideoFrame(_PICTURE, 10 * index, "p1:camera"),) * 2 if index % 4 == seed else ()
    return (turn(index, *events, seed=seed, frames=frames),)


def _talk(core: NativeCore, prepares_at: int | None = None) -> list[MicroTurnOut]:
    """Two conversations, one of them now and then away."""
    slots, said = [core.open(SETTINGS) for _ in range(2)], list[MicroTurnOut]()
    for index in range(NUM_TURNS):
        if index == prepares_at:
            core.prepare()
        there = slots if index % 5 else slots[:1]
        outs = core.step({slot: _turns(index, seed) for seed, slot in enumerate(slots) if slot in there})
        for out in outs.values():
            assert not isinstance(out, SeamError), out
            said.append(out)
    return said


def _heard(said: list[MicroTurnOut]) -> list[tuple[str, bytes, int]]:
    return [(out.text, b"" if out.pcm is None else out.pcm.tobytes(), len(out.actions)) for out in said]


@pytest.mark.parametrize("device", DEVICES)
def test_recorded_passes_say_what_free_ones_say(device: str) -> None:
    free = _talk(_core(device, is_recorded=False))
    recorded = _talk(_core(device, is_recorded=True))
    assert any(out.pcm is not None for out in free) and any(out.text for out in free)
    assert _heard(recorded) == _heard(free)


@pytest.mark.parametrize("device", DEVICES)
def test_after_its_preparation_a_core_records_nothing_and_who_talks_does_not_notice(device: str) -> None:
    core = _core(device, is_recorded=True)
    core.prepare()
    num_recorded = core.num_recorded
    prepared = _talk(core, prepares_at=7)
    assert core.num_recorded == num_recorded > 0
    assert _heard(prepared) == _heard(_talk(_core(device, is_recorded=True)))


@pytest.mark.parametrize("kind", ["listening", "looking", "writing"])
def test_a_pass_is_free_of_choices_by_value(kind: str) -> None:
    """It can be recorded at all: tracing sees no branch, no shape and no number taken from a tensor."""
    model = deepcopy(tiny_model())
    state = model.init_state(2, max_chunk=24)
    with torch.inference_mode(), FakeTensorMode(allow_non_fake_inputs=True):
        length = 24 if kind == "looking" else 5
        columns = None if kind == "writing" else torch.empty(2, length, NUM_MELS, dtype=torch.uint8)
        seen = torch.empty(2, MAX_PATCHES, 2, 40, 40, 3) if kind == "looking" else None
        ids = torch.empty(2, length, dtype=torch.int64)
        positions = Positions(ids, torch.empty(2, dtype=torch.int64), columns, columns, ids, seen)
        hidden, logits = stepped(model, positions, state)
    assert hidden.shape[:2] == (2, length) and logits.shape == (2, CONFIG.num_logits)


def test_a_processor_records_nothing_unless_it_is_told_to() -> None:
    core = NativeCore(tiny_model(), num_slots=1)
    core.prepare()
    assert not core.is_recorded and not core.num_recorded
