"""The benchmark checked on itself: what answers from labels scores all, and what knows nothing scores chance.

All go through the runner and the scorer that engines go through; only the sound of the people is left out, which these
engines do not hear.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import agent.bench.sets
from agent.bench.benches import BENCHES
from agent.bench.item import Item, read_items
from agent.bench.item_folder import Sounding, sample
from agent.bench.references import PLANS, LabelEngine
from agent.bench.runner import Hall, run_items, through_engine
from agent.bench.scored import Scored
from agent.bench.sets.room import SINGLE_SOUNDS, single_sound, with_noise
from agent.bench.take import Take
from model.echo import EchoEngine

ITEMS = Path(agent.bench.sets.__file__).parent / "items"
LIMIT = 14
FEW = 5  # where pictures are drawn
CHANCE_PCT = 10.0


async def _scored(bench: str, engine: str, limit: int = LIMIT) -> Scored:
    items = sample([Sounding(item, None) for item in read_items(ITEMS / f"{bench}.dev.jsonl")], limit, (), seed=1)
    hall = Hall(through_engine(LabelEngine([each.item for each in items], PLANS[engine])), None, None)
    return BENCHES[bench].score(await run_items(hall, items, jobs=2, title="self check"))


@pytest.mark.parametrize("bench", ["timespeak", "cuespeak", "duplex", "delegation"])
async def test_an_oracle_scores_all_but_everything(bench: str) -> None:
    assert (await _scored(bench, "oracle")).score >= 99


@pytest.mark.parametrize("bench", ["reps", "actions", "proactive"])
async def test_an_oracle_sees_and_silence_does_not(bench: str) -> None:
    assert (await _scored(bench, "oracle", FEW)).score >= 99
    assert (await _scored(bench, "silence", FEW)).score == {"actions": 0, "reps": 0, "proactive": 25}[bench]


@pytest.mark.parametrize(("engine", "score"), [("silence", 100), ("oracle", 0)])
async def test_a_voice_that_says_nothing_misses_every_word_and_one_that_says_all_none(engine: str, score: int) -> None:
    assert (await _scored("voice", engine, FEW)).score == score


@pytest.mark.parametrize("engine", ["chatter", "random"])
@pytest.mark.parametrize("bench", ["reps", "actions"])
async def test_what_is_seen_is_not_met_by_chance(bench: str, engine: str) -> None:
    """They take their words from the labels: one of an item's own numbers lies near its last one quite often."""
    assert (await _scored(bench, engine, FEW)).score <= 60


async def test_who_talks_all_the_time_is_found_out_beside_its_pauc() -> None:
    scored = await _scored("proactive", "chatter", FEW)
    assert scored.score > 90 and scored.metrics["unasked_per_minute"] > 30  # PAUC looks into the spans only


async def test_marking_two_seconds_late_loses_a_good_part_of_what_is_shared() -> None:
    assert (await _scored("actions", "late", FEW)).score <= 70


@pytest.mark.parametrize("engine", ["silence", "chatter", "random"])
@pytest.mark.parametrize("bench", ["timespeak", "cuespeak"])
async def test_who_knows_nothing_scores_by_chance(bench: str, engine: str) -> None:
    assert (await _scored(bench, engine)).score <= CHANCE_PCT


@pytest.mark.parametrize("bench", ["timespeak", "cuespeak"])
async def test_answers_two_seconds_late_are_worth_nothing(bench: str) -> None:
    assert (await _scored(bench, "late")).score <= CHANCE_PCT


async def test_silence_and_random_speech_hold_no_floor() -> None:
    assert (await _scored("duplex", "silence")).score == 0
    assert (await _scored("duplex", "random")).score <= 25


async def test_silence_hands_nothing_on() -> None:
    assert (await _scored("delegation", "silence")).score == 0


async def test_constant_chatter_goes_on_and_answers_nobody() -> None:
    scored = await _scored("duplex", "chatter")
    assert scored.score == 75  # three of the four behaviours ask only that it goes on
    assert scored.metrics["pause_takeover"] == 1 and scored.metrics["turn_taking_takeover"] == 0


async def test_an_echo_of_the_room_scores_nothing() -> None:
    items = [Sounding(item, None) for item in read_items(ITEMS / "timespeak.dev.jsonl") if item.duration_s < 16]
    pairs: list[tuple[Item, Take]] = []
    for each in items[:2]:
        perform = through_engine(EchoEngine(1))
        clip = single_sound(SINGLE_SOUNDS["dev"][0], seed=3)
        sound = np.zeros(round(each.item.duration_s * 16_000), np.float32)
        for turn in each.item.turns:
            start = round(turn.start_s * 16_000)
            sound[start : start + clip.size] = clip[: sound.size - start]
        take = await perform(each.item, with_noise(sound, "low", "dev", seed=4))
        assert take.output.any() and take.output.size == round(each.item.duration_s * 24_000)
        pairs.append((each.item, take))
    assert BENCHES["timespeak"].score(pairs).metrics["utterances_hit_pct"] == 0
