"""Pictures go through calls, shards and batches, and arrive as serving would have made them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from model.hmlp import patches_of
from model.interaction import InteractionModel
from model.native_slot import NativeSlot
from model.sequence import MAX_PATCHES, Marks, split
from model.studio.batches import Bucket, CallPool, collate, patches_in
from model.studio.calls import load_calls, save_calls
from model.studio.composing import MEMORY, Call
from model.studio.pictures_films import film_of
from model.studio.pictures_packed import unpack
from model.studio.scenes import play_scene
from model.studio.stage import SEEING_DELAY_S, Stage
from model.train_losses import Learner, losses_of
from model.types import HEARD_SAMPLES, Mark, MicroTurnIn, SessionSettings, VideoFrame
from tests.model.studio.silent_cast import SilentCast
from tests.model.studio.test_composing import closed, composed
from tests.model.tiny_native import CONFIG


@pytest.fixture(scope="module")
def watched() -> Call:
    stage = Stage(SilentCast(), random.Random(2))
    film, _ = film_of(stage.rng)
    stage.user.says("Look at me.", at=0.5)
    stage.agent.says("Yes.", at=2.0)
    stage.agent.does(Mark("wave"), 2.5 + SEEING_DELAY_S)
    stage.wait(2.0)
    stage.shows(film, 1.0, 4.0)
    return composed(stage.play)


@pytest.fixture(scope="module")
def heard() -> Call:
    return composed(play_scene("monologue", SilentCast(), random.Random(0)))


def test_each_pair_stands_in_its_micro_turn(watched: Call) -> None:
    counts = [turn.num_patches for turn in split(closed(watched))]
    assert set(counts) == {0, MAX_PATCHES} and len(watched.pictures) == counts.count(MAX_PATCHES)
    assert not any(counts[:5]) and sum(counts[5:20]) >= 12 * MAX_PATCHES


def test_patches_are_those_a_slot_makes_of_the_same_pictures(watched: Call) -> None:
    slot, made = NativeSlot(SessionSettings("test"), 0, MEMORY), list[torch.Tensor]()
    for index, packed in enumerate(watched.pictures):
        frames = tuple(VideoFrame(rgb, 10 * index + 5 * at, "camera") for at, rgb in enumerate(unpack(packed)))
        piece = slot.hear((MicroTurnIn(index, np.zeros(HEARD_SAMPLES, np.float32), frames=frames),))
        slot.close_turn(is_speaking=False, num_fed=0)
        made.append(piece.patches)
    patches = patches_in([watched])
    assert patches is not None and torch.equal(patches[0], torch.cat(made))


def test_a_shard_keeps_pictures_and_one_without_is_read_as_before(watched: Call, heard: Call, tmp_path: Path) -> None:
    save_calls(tmp_path / "calls-0.npz", [heard, watched, heard])
    assert [call.pictures for call in load_calls(tmp_path / "calls-0.npz")] == [(), watched.pictures, ()]
    with np.load(tmp_path / "calls-0.npz") as shard:
        old = {name: shard[name] for name in shard.files if "picture" not in name}
    np.savez(tmp_path / "calls-1.npz", **old)
    again = load_calls(tmp_path / "calls-1.npz")
    assert [call.pictures for call in again] == [(), (), ()]
    assert np.array_equal(again[1].tokens, watched.tokens)


def test_a_batch_without_pictures_has_no_patches_and_draws_nothing_for_them(heard: Call) -> None:
    rng = random.Random(0)
    before = rng.getstate()
    assert patches_in([heard], rng) is None and rng.getstate() == before
    assert collate([heard], len(heard.tokens)).positions.patches is None


def test_the_eye_s_features_stand_at_the_patch_tokens_of_each_row(watched: Call, heard: Call) -> None:
    length = max(len(watched.tokens), len(heard.tokens))
    batch = collate([heard, watched], length)
    patches = batch.positions.patches
    assert patches is not None and patches.shape[1] == MAX_PATCHES * len(watched.pictures)
    model = InteractionModel(CONFIG).eval()
    with torch.inference_mode():
        perceived = model.perceive(batch.positions)
        seen = model.eye(patches_of(torch.from_numpy(unpack(watched.pictures[3]))))
    at = torch.nonzero(batch.positions.tokens[1] == Marks.PATCH)[:, 0]
    assert not (batch.positions.tokens[0] == Marks.PATCH).any()
    torch.testing.assert_close(perceived[1, at[3 * MAX_PATCHES : 4 * MAX_PATCHES]], seen)


def test_a_call_that_is_cut_keeps_the_pictures_of_what_is_left(watched: Call, tmp_path: Path) -> None:
    save_calls(tmp_path / "calls-0.npz", [watched])
    pool = CallPool(tmp_path, [Bucket(64, 2)])
    pool.refresh()
    batch = next(pool.batches(random.Random(0)))
    num_tokens = int((batch.positions.tokens == Marks.PATCH).sum())
    assert batch.targets.shape == (1, 128) and num_tokens > 0
    assert batch.positions.patches is not None and batch.positions.patches.shape[:2] == (1, num_tokens)


def test_another_light_and_a_mirror_change_the_patches_and_not_their_number(watched: Call) -> None:
    plain = patches_in([watched])
    assert plain is not None
    mirrored = [patches_in([watched], random.Random(seed)) for seed in range(6)]
    assert all(one is not None and one.shape == plain.shape and not torch.equal(one, plain) for one in mirrored)


def test_training_lowers_the_loss_of_a_watched_call_and_moves_the_eye(watched: Call) -> None:
    torch.manual_seed(0)
    learner = Learner(InteractionModel(replace(CONFIG, speech=None)))
    batch = collate([watched], len(watched.tokens))
    before = [weight.detach().clone() for weight in learner.model.eye.parameters()]
    words = list[float]()
    for _ in range(12):
        losses = losses_of(learner, learner.model.backbone, batch, 0.05)
        gradients = torch.autograd.grad(losses.total, list(learner.parameters()))
        norm = torch.stack([gradient.norm() for gradient in gradients]).norm()
        with torch.no_grad():
            for weight, gradient in zip(learner.parameters(), gradients, strict=True):
                weight -= 0.5 * gradient / norm
        words.append(float(losses.parts["words"]))
    assert words[-1] < 0.7 * words[0], words
    assert all(not torch.equal(a, b) for a, b in zip(before, learner.model.eye.parameters(), strict=True))
