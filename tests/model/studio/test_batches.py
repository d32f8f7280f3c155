"""Shards give back the calls they were given, and batches ask for exactly the next token."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from model.sequence import NO_CLOCK, Marks, is_text
from model.studio.batches import CONTENT_WEIGHT, Bucket, CallPool, collate, disturbed, weighed
from model.studio.calls import load_calls, save_calls
from model.studio.composing import Call
from model.studio.phones import PHONES, phones_of
from model.studio.scenes import play_scene
from tests.model.studio.silent_cast import SilentCast
from tests.model.studio.test_composing import composed


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return [composed(play_scene("monologue", SilentCast(), random.Random(seed))) for seed in range(3)]


def test_a_shard_gives_back_its_calls(calls: list[Call], tmp_path: Path) -> None:
    save_calls(tmp_path / "calls-0.npz", calls)
    for before, after in zip(calls, load_calls(tmp_path / "calls-0.npz"), strict=True):
        assert before.words == after.words
        for name in ("tokens", "weights", "clock", "heard", "own"):
            assert np.array_equal(getattr(before, name), getattr(after, name)), name


def test_the_target_of_a_position_is_the_token_after_it(calls: list[Call]) -> None:
    batch = collate(calls, max(len(call.tokens) for call in calls) + 7)
    for row, call in enumerate(calls):
        size = len(call.tokens)
        assert batch.targets[row, : size - 1].tolist() == call.tokens[1:].tolist()
        assert batch.weights[row, : size - 1].tolist() == call.weights[1:].tolist()
        assert not batch.weights[row, size - 1 :].any()
        said = "".join(PHONES[i] for i in batch.phones[row, : batch.num_phones[row]].tolist())
        words = [word for _, last, word in call.words if last + 4 <= len(call.heard)]
        assert said == " ".join("".join(PHONES[i] for i in phones_of(word)) for word in words)


def test_a_long_call_is_cut_between_micro_turns(calls: list[Call], tmp_path: Path) -> None:
    save_calls(tmp_path / "calls-0.npz", calls)
    pool = CallPool(tmp_path, [Bucket(128, 2)])
    pool.refresh()
    batch = next(pool.batches(random.Random(0)))
    clock = batch.positions.micro_turn
    assert clock is not None
    for row in range(2):
        num_turns = int((clock[row] != NO_CLOCK).sum())
        assert int((batch.positions.tokens[row] == Marks.AUDIO).sum()) == 4 * num_turns == int(batch.num_columns[row])


def test_only_the_content_of_notes_and_tasks_counts_more() -> None:
    call = composed(play_scene("work_handed_on", SilentCast(), random.Random(3)))
    heavy = weighed(call)
    is_more = heavy.weights > call.weights
    assert (heavy.weights[is_more] == CONTENT_WEIGHT).all() and (
        heavy.weights[~is_more] == call.weights[~is_more]
    ).all()
    content = list[int]()
    for mark in np.flatnonzero(call.tokens == Marks.DELEGATE):
        content += range(mark + 1, mark + np.flatnonzero(call.tokens[mark:] == Marks.END)[0])
    written = {at for at in content if is_text(int(call.tokens[at])) or call.tokens[at] == Marks.FIELD}
    assert len(written) > 20 and set(np.flatnonzero(is_more).tolist()) == written


def test_what_is_heard_is_disturbed_and_stays_in_range(calls: list[Call]) -> None:
    heard = calls[0].heard
    changed = [disturbed(heard, random.Random(seed)) for seed in range(20)]
    assert all(one.shape == heard.shape and one.max() < 16 for one in changed)
    assert any(not np.array_equal(one, heard) for one in changed)
