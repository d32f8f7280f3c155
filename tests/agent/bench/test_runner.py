"""agent/bench/runner.py, through_engine.py and take.py"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from agent.bench.item import Item, Turn
from agent.bench.item_folder import Sounding, save_item
from agent.bench.runner import Hall, RunError, all_kept, run_items, through_engine
from agent.bench.take import read_take, save_take
from agent.bench.through_engine import NewClock, converse
from model.types import (
    HEARD_SAMPLES,
    SPOKEN_SAMPLES,
    BackgroundDelta,
    Hush,
    LoudestChanged,
    MicroTurnIn,
    MicroTurnOut,
    Note,
    SessionLostError,
)
from tests.doubles import ScriptedEngine

TONE = np.full(SPOKEN_SAMPLES, 0.25, np.float32)
LOUD = np.full(HEARD_SAMPLES, 0.1, np.float32)


def _item(id: str = "a", duration_s: float = 2.0) -> Item:
    return Item(id, "timespeak", "single", "dev", 0, "none", duration_s, (Turn("user", "v", "Hi.", 0.2, 0.8),))


def _speaks_at(*indices: int) -> ScriptedEngine:
    def answer(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        index = heard[-1].index
        return MicroTurnOut(index, TONE, f"word{index}") if index in indices else MicroTurnOut(index)

    return ScriptedEngine(answer)


async def test_an_answer_sounds_60_ms_into_the_next_micro_turn() -> None:
    take = await converse(_speaks_at(2), _item(), np.zeros(32_000, np.float32))
    assert take.output.size == 48_000
    onset_s = float(np.flatnonzero(take.output)[0]) / 24_000
    assert onset_s == pytest.approx(0.66, abs=1e-3)  # micro-turn 2 ends at 0.6 s, 40 ms of step, 20 ms of lead
    assert [(text.start_s, text.text) for text in take.texts] == [(0.66, "word2")]


async def test_own_sound_comes_back_as_it_was_sent() -> None:
    engine = _speaks_at(2)
    await converse(engine, _item(), np.zeros(32_000, np.float32))
    own = [turn.own_pcm is not None and bool((np.abs(turn.own_pcm) > 0.1).any()) for turn in engine.heard]
    assert [index for index, is_heard in enumerate(own) if is_heard] == [3, 4]  # 0.66 to 0.86 s
    assert np.abs(engine.heard[3].own_pcm[:900]).max() < 0.01  # type: ignore[index]  # checked above


async def test_the_item_is_heard_whole_and_no_detector_speaks() -> None:
    engine = _speaks_at()
    sound = np.random.default_rng(1).uniform(-0.1, 0.1, 32_000).astype(np.float32)
    await converse(engine, _item(), sound)
    assert np.array_equal(np.concatenate([turn.pcm for turn in engine.heard]), sound)
    assert not any(
        isinstance(event, LoudestChanged | BackgroundDelta) for turn in engine.heard for event in turn.events
    )
    assert engine.num_closed == 1


@pytest.mark.parametrize("clock", [None, lambda: time.monotonic], ids=["fast", "in time"])
async def test_nothing_but_the_items_sound_reaches_an_engine_and_its_voice_is_not_held_back(
    clock: NewClock | None,
) -> None:
    """The conditions of every row of duplex, timespeak and cuespeak: etiquette free, gain 1, no detector's word."""
    engine = _speaks_at(1, 2)
    sound = np.tile(LOUD, 5)  # somebody speaks over the agent all the time
    take = await converse(engine, _item(duration_s=1.0), sound, clock)
    assert [turn.events for turn in engine.heard] == [()] * len(engine.heard) and len(engine.heard) >= 4
    assert engine.settings[0].extra == {"item": "a"} and not engine.settings[0].instructions
    assert not any(turn.frames for turn in engine.heard)
    loud = take.output[np.abs(take.output) > 0]
    assert np.median(loud) == TONE[0]  # as loud as the engine made it, although a person holds the floor


async def test_a_hush_ends_the_sound_that_waits() -> None:
    def answer(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        index = heard[-1].index
        actions = (Hush(), Note("a")) if index == 3 else ()
        return MicroTurnOut(index, TONE if index <= 2 else None, actions=actions)

    take = await converse(ScriptedEngine(answer), _item(), np.zeros(32_000, np.float32))
    assert not take.output[round(0.86 * 24_000) :].any()  # cut at 0.84 s, then a fade of 10 ms
    assert [(deed.kind, deed.at_s) for deed in take.deeds] == [("Hush", 0.8), ("Note", 0.8)]


async def test_real_time_takes_its_time_and_gives_the_same_words() -> None:
    item = _item(duration_s=1.0)
    take = await converse(_speaks_at(1), item, np.zeros(16_000, np.float32), clock=lambda: time.monotonic)
    assert take.output.size == 24_000 and [text.text for text in take.texts] == ["word1"]


async def test_a_take_survives_the_disk_and_half_a_take_is_none(tmp_path: Path) -> None:
    item = _item()
    take = await converse(_speaks_at(2), item, np.zeros(32_000, np.float32))
    save_take(tmp_path / "a", item, take, None)
    kept = read_take(tmp_path / "a")
    assert kept is not None and kept.texts == take.texts
    np.testing.assert_allclose(kept.output, take.output, atol=1e-4)
    (tmp_path / "a" / "take.json").unlink()
    assert read_take(tmp_path / "a") is None


async def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    sounds = tmp_path / "sets"
    soundings: list[Sounding] = []
    for id in ("a", "b", "c"):
        save_item(sounds, _item(id), np.zeros(32_000, np.float32))
        soundings.append(Sounding(_item(id), sounds / id / "item.wav"))
    first, second = _speaks_at(1), _speaks_at(1)
    await run_items(Hall(through_engine(first), None, tmp_path / "run"), soundings[:2], 1, "t")
    assert all_kept(soundings, tmp_path / "run") is None
    pairs = await run_items(Hall(through_engine(second), None, tmp_path / "run"), soundings, 2, "t")
    assert [item.id for item, _ in pairs] == ["a", "b", "c"] and all(take.said for _, take in pairs)
    assert (len(first.settings), len(second.settings)) == (2, 1)
    again = all_kept(soundings, tmp_path / "run")  # a whole run is scored again without an engine
    assert again is not None and [take.said for _, take in again] == [take.said for _, take in pairs]
    assert (tmp_path / "run" / "c" / "input.wav").exists()
    assert json.loads((tmp_path / "run" / "c" / "take.json").read_text())["said"][0]["text"] == "word1"


async def test_a_session_may_be_lost_once_and_then_the_run_says_how_it_goes_on() -> None:
    num_steps = 0

    def fails_once(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        nonlocal num_steps
        num_steps += 1
        if num_steps == 3:
            raise SessionLostError("drained")
        return MicroTurnOut(heard[-1].index)

    def always_fails(heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        raise SessionLostError("no engine")

    once = Hall(through_engine(ScriptedEngine(fails_once)), None, None)
    assert len(await run_items(once, [Sounding(_item(), None)], 1, "t")) == 1
    never = Hall(through_engine(ScriptedEngine(always_fails)), None, None)
    with pytest.raises(RunError, match="item a: no engine; the same command"):
        await run_items(never, [Sounding(_item(), None)], 1, "t")
