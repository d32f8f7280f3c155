"""agent/micro_turns.py"""

from __future__ import annotations

import asyncio

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.micro_turns import MAILBOX_SIZE, MAX_EVENTS_WAITING, Mailbox, MicroTurnAssembler
from model.types import (
    HEARD_SAMPLES,
    HEARD_TICK_SAMPLES,
    TICKS_PER_MICRO_TURN,
    MicroTurnIn,
    TimeLost,
    TypedText,
    VideoFrame,
)

SILENCE = np.zeros(HEARD_SAMPLES, dtype=np.float32)


def tone(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.full(HEARD_TICK_SAMPLES, value, dtype=np.float32)


def test_ten_ticks_make_one_micro_turn_in_order() -> None:
    assembler = MicroTurnAssembler()
    done = [out for tick in range(TICKS_PER_MICRO_TURN) for out in assembler.add_tick(tick, tone(tick / 10), None)]
    assert [out.index for out in done] == [0]
    assert np.array_equal(done[0].pcm[::HEARD_TICK_SAMPLES], np.arange(10, dtype=np.float32) / 10)
    assert done[0].own_pcm is None


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_skipped_ticks_are_silence_and_indices_never_go_back(steps: list[int]) -> None:
    assembler = MicroTurnAssembler()
    ticks = np.cumsum(steps)
    indices = [out.index for tick in ticks for out in assembler.add_tick(int(tick), tone(0.5), tone(0.25))]
    assert indices == sorted(set(indices))


def test_sound_of_before_a_skip_does_not_leak_into_the_next_micro_turn() -> None:
    assembler = MicroTurnAssembler()
    assembler.add_tick(0, tone(1.0), tone(1.0))
    [first] = assembler.add_tick(15, tone(0.0), None)
    assert first.index == 0 and first.own_pcm is not None
    [second] = [out for tick in range(16, 20) for out in assembler.add_tick(tick, tone(0.0), None)]
    assert second.index == 1 and not second.pcm.any() and second.own_pcm is None


def test_events_and_pictures_come_with_the_micro_turn_they_fell_into() -> None:
    assembler = MicroTurnAssembler()
    frames = [VideoFrame(np.zeros((2, 2, 3), dtype=np.uint8), tick, "p1:camera") for tick in range(5)]
    assembler.add_event(TypedText("Ada", "hello"))
    for frame in frames:
        assembler.add_frame(frame)
    [first] = [out for tick in range(10) for out in assembler.add_tick(tick, tone(0), None)]
    assert first.events == (TypedText("Ada", "hello"),)
    assert [frame.tick for frame in first.frames] == [3, 4]  # the newest pair
    [second] = [out for tick in range(10, 20) for out in assembler.add_tick(tick, tone(0), None)]
    assert second.events == () and second.frames == ()


def test_a_flood_of_events_drops_the_oldest_and_counts() -> None:
    assembler = MicroTurnAssembler()
    for number in range(MAX_EVENTS_WAITING + 7):
        assembler.add_event(TypedText("Ada", str(number)))
    assert assembler.dropped_events_total == 7


async def test_the_next_step_takes_all_that_waits() -> None:
    mailbox = Mailbox()
    for index in range(3):
        mailbox.put(MicroTurnIn(index, SILENCE))
    assert [each.index for each in await mailbox.take()] == [0, 1, 2]
    waiting = asyncio.ensure_future(mailbox.take())
    await asyncio.sleep(0)
    assert not waiting.done()
    mailbox.put(MicroTurnIn(3, SILENCE))
    assert [each.index for each in await waiting] == [3]


async def test_over_ten_waiting_become_one_event_and_keep_what_was_said() -> None:
    mailbox = Mailbox()
    for index in range(MAILBOX_SIZE + 9):
        mailbox.put(MicroTurnIn(index, SILENCE, events=(TypedText("Ada", str(index)),)))
        assert len(mailbox) <= MAILBOX_SIZE
    taken = await mailbox.take()
    assert [each.index for each in taken] == list(range(9, 19))
    assert taken[0].events[-2] == TimeLost(1.8)
    assert [each.text for each in taken[0].events if isinstance(each, TypedText)] == [str(n) for n in range(10)]
    assert mailbox.lost_total == 9
