"""A conversation leaves one engine as bytes and goes on in another, as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from model import history
from model.history import History, Stretch
from model.native_core import Choice, NativeCore
from model.sequence import Marks, event_reader, text_tokens
from model.session_record import MAX_RECORD_BYTES, decode_record, encode_record
from model.types import (
    CapacityError,
    Heard,
    InputError,
    MicroTurnIn,
    MicroTurnOut,
    StandingNote,
    ToolResult,
    TypedText,
    VideoFrame,
)
from tests.model.tiny_native import SETTINGS, tiny_model, turn


def _core() -> NativeCore:
    return NativeCore(tiny_model(), num_slots=2, choice=Choice(num_flow_steps=0))


def _step(core: NativeCore, slot: int, heard: MicroTurnIn) -> tuple[list[int], bool]:
    """What is fed and written in a micro-turn, and whether it speaks: what a conversation decides."""
    out = core.step({slot: (heard,)})[slot]
    assert isinstance(out, MicroTurnOut), out
    host = core.slot(slot)
    stretches = host.history.last or host.history.first
    tokens = stretches[-1].tokens
    return tokens[tokens.index(Marks.AUDIO) :], host.was_speaking


def _busy_turn(index: int) -> MicroTurnIn:
    """A micro-turn with sound both ways, and now and then a picture, an event and a result."""
    seed = np.random.default_rng(index)
    own = seed.normal(0, 0.1, 3200).astype(np.float32) if index % 4 else None
    events = (TypedText("ana", "What is this?"), ToolResult(f"t{index}", "It is four.")) if index % 9 == 2 else ()
    pixels = seed.integers(0, 256, (40, 60, 3), dtype=np.uint8)
    frames = (VideoFrame(pixels, tick=10 * index, source="p1:camera"),) * 2 if index % 5 == 1 else ()
    return MicroTurnIn(index, turn(index).pcm, own, frames, events)


def _after(num_turns: int) -> tuple[NativeCore, int]:
    core = _core()
    slot = core.open(SETTINGS)
    for index in range(num_turns):
        _step(core, slot, _busy_turn(index))
    return core, slot


def _differing(num_before: int, num_after: int) -> tuple[int, int]:
    """Of `num_after` decisions after a move, how many are others than without it; and the size of the record."""
    core, slot = _after(num_before)
    exported = core.export(slot)
    elsewhere = _core()
    elsewhere.open(SETTINGS)  # so that the slot is another one too
    there = elsewhere.rebuild(exported)
    turns = [_busy_turn(index) for index in range(num_before, num_before + num_after)]
    stayed = [_step(core, slot, heard) for heard in turns]
    moved = [_step(elsewhere, there, heard) for heard in turns]
    return sum(here != away for here, away in zip(stayed, moved, strict=True)), len(exported)


@pytest.mark.timeout(60)  # two hundred micro-turns
def test_a_moved_conversation_decides_as_it_would_have() -> None:
    num_other, size = _differing(num_before=15, num_after=100)
    assert size < MAX_RECORD_BYTES
    assert num_other <= 1  # of the next 100; roundings: a chunk of another length sums in another order


def test_the_first_positions_and_the_last_are_kept_and_the_count_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT_POSITIONS", 60)
    core, slot = _after(30)
    kept = core.slot(slot).history
    record = decode_record(core.export(slot))
    again = History.restored(record.positions, num_first=4)
    assert again.length == kept.length > 200
    assert kept.num_skipped > 50
    assert sum(len(each.tokens) for each in kept.last) < 60 + 64
    assert again.first[0].tokens[: len(kept.first[0].tokens)] == kept.first[0].tokens
    there = _core()
    moved = there.rebuild(core.export(slot))
    _step(there, moved, _busy_turn(30))


@pytest.mark.parametrize("num_turns", [2, 40])
def test_silence_keeps_its_borders(num_turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT_POSITIONS", 60)
    kept, columns = History(num_first=12), torch.zeros(4, 80, dtype=torch.uint8)
    for index in range(num_turns):
        tokens = [Marks.QUIET] * (index > 0) + [Marks.AUDIO] * 4
        kept.begin(Stretch([int(token) for token in tokens], [-1] * len(tokens), columns, columns, None))
    again = History.restored(kept.export(), num_first=12)
    assert again.length == kept.length == 5 * num_turns - 1
    assert all(each.tokens.count(Marks.AUDIO) == 4 for each in [*again.first, *again.last])
    assert len(again.first) + len(again.last) == len(kept.first) + len(kept.last)


def test_a_note_that_was_read_out_in_forgotten_positions_is_read_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT_POSITIONS", 30)
    core = _core()
    slot = core.open(SETTINGS)
    _step(core, slot, turn(0))
    for token in (Marks.NOTE, *text_tokens("Tell me when it is ten"), Marks.END):
        core.slot(slot).write(token)
    for index in range(1, 15):
        core.slot(slot).hear((turn(index),))
        core.slot(slot).close_turn(is_speaking=False, num_fed=0)
    elsewhere = _core()
    there, reader = elsewhere.rebuild(core.export(slot)), event_reader()
    tokens = elsewhere.slot(there).hear((turn(15),)).tokens
    assert reader.read(tokens[tokens.index(Marks.AUDIO) + 4 :]) == [StandingNote("n1", "Tell me when it is ten")]


def test_what_people_were_saying_and_their_names_move_too() -> None:
    core = _core()
    slot = core.open(SETTINGS)
    _step(core, slot, turn(0, TypedText("Ana", "Meet me in Paris.")))
    core.slot(slot).heard.take((Heard(" tell"),))
    elsewhere = _core()
    there = elsewhere.slot(elsewhere.rebuild(core.export(slot)))
    assert there.heard.take((Heard(" ana about paris"),)) == (Heard("Tell Ana about Paris", is_final=False),)
    assert there.heard.under_way == ("tell ana about paris", 0)


@pytest.mark.parametrize(("field", "value"), [("heard_text", "x" * 9000), ("heard_quiet", -1)])
def test_an_utterance_that_nobody_can_have_heard_is_refused(field: str, value: str | int) -> None:
    core, slot = _after(2)
    record = decode_record(core.export(slot))
    broken = replace(record, host=replace(record.host, **{field: value}))  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="characters heard"):
        core.rebuild(encode_record(broken))


def test_pictures_give_way_before_the_record_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_PICTURE_BYTES", 40_000)  # two of them
    core, slot = _after(20)
    record = decode_record(core.export(slot))
    assert len(record.positions.pictures) == 2
    _step(core, slot, _busy_turn(20))
    assert _core().rebuild(encode_record(record)) == 0


DAMAGE: tuple[tuple[Callable[[bytes], bytes], str], ...] = (
    (lambda record: b"", "0 bytes are no exported conversation"),
    (lambda record: b"PNG!" + record[4:], "this is no exported conversation"),
    (lambda record: record[:4] + b"\x09" + record[5:], "version 9, this engine reads 3"),
    (lambda record: record[:-1], "damaged on its way"),
    (lambda record: record[:200] + bytes([record[200] ^ 1]) + record[201:], "damaged on its way"),
    (lambda record: record + bytes(MAX_RECORD_BYTES), r"bytes, at most 2097152"),
)


@pytest.mark.parametrize(("damage", "why"), DAMAGE)
def test_a_damaged_record_is_refused_and_takes_no_slot(damage: Callable[[bytes], bytes], why: str) -> None:
    core, slot = _after(2)
    exported = core.export(slot)
    with pytest.raises(InputError, match=why):
        core.rebuild(damage(exported))
    assert core.num_used == 1
    core.rebuild(exported)
    with pytest.raises(CapacityError):
        core.rebuild(exported)


@pytest.mark.parametrize("skips", [False, True])
def test_what_came_since_is_read_and_nothing_twice(skips: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that is brought up to date goes on as the conversation does."""
    if skips:
        monkeypatch.setattr(history, "KEPT_POSITIONS", 150)
        monkeypatch.setattr(history, "MAX_PICTURE_BYTES", 40_000)
    core, slot = _after(12)
    elsewhere = _core()
    there = elsewhere.rebuild(core.export(slot))
    for index in range(12, 15):
        _step(core, slot, _busy_turn(index))
    record = decode_record(core.export(slot))
    num_read = len(list(elsewhere.begin_refresh(there, record)))
    assert num_read in (3, 4)  # three more, and how the last known one ended where it ended with speech
    turns = [_busy_turn(index) for index in range(15, 23)]
    stayed, moved = ([_step(*at, heard) for heard in turns] for at in ((core, slot), (elsewhere, there)))
    assert sum(here != away for here, away in zip(stayed, moved, strict=True)) <= 1


def test_a_copy_of_something_else_is_read_anew() -> None:
    core, slot = _after(5)
    elsewhere = _core()
    there = elsewhere.open(SETTINGS)
    for index in range(5):
        _step(elsewhere, there, turn(index, seed=7))
    record = decode_record(core.export(slot))
    num_chunks = len(list(elsewhere.begin_refresh(there, record)))
    assert num_chunks == len(list(_core().begin_rebuild(record)[1]))
    turns = [_busy_turn(index) for index in range(5, 11)]
    stayed = [_step(core, slot, heard) for heard in turns]
    moved = [_step(elsewhere, there, heard) for heard in turns]
    assert sum(here != away for here, away in zip(stayed, moved, strict=True)) <= 1


def test_a_bad_record_leaves_the_copy_as_it_was() -> None:
    core, slot = _after(6)
    record = decode_record(core.export(slot))
    broken = replace(record, host=replace(record.host, heard_quiet=-1))
    with pytest.raises(InputError, match="characters heard"):
        core.begin_refresh(slot, broken)
    assert _step(core, slot, _busy_turn(6))[0].count(Marks.AUDIO) == 4
