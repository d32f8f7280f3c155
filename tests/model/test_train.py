"""Training learns, goes on where it stopped, and moves between machines."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from model.checkpoint import load_checkpoint
from model.interaction import InteractionModel
from model.studio.batches import Bucket
from model.studio.calls import load_calls, save_calls
from model.studio.scenes import play_scene
from model.studio.streaming import Mixture, composing, stream
from model.train import RECIPES, Recipe, Run, Stage, main, make_optimisers, rate_at, stage_at
from model.train_losses import Learner
from model.train_state import AVERAGE_DECAY, average_of, load_averaged, load_pieces, resume, save, save_pieces
from model.types import InputError
from tests.model.studio.silent_cast import SilentCast
from tests.model.studio.test_composing import composed
from tests.model.tiny_native import CONFIG

RECIPE = Recipe(
    CONFIG, (Stage(8, 2e-3, 0.0, 0.05), Stage(2, 2e-3, 0.0, 0.05, falls=True)), (Bucket(128, 1),), warm_up=1
)


@pytest.fixture(scope="module")
def calls_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calls")
    save_calls(folder / "calls-0.npz", [composed(play_scene("monologue", SilentCast(), random.Random(7)))])
    return folder


def numbers(folder: Path, name: str) -> list[float]:
    return [json.loads(line)[name] for line in (folder / "metrics.jsonl").read_text().splitlines()]


def learner() -> Learner:
    return Learner(InteractionModel(replace(CONFIG, speech=None)))


def test_steps_lower_the_loss_and_a_run_that_was_stopped_goes_on_to_its_recipe_s_end(
    calls_folder: Path, tmp_path: Path
) -> None:
    torch.set_num_threads(1)
    short = replace(RECIPE, stages=RECIPE.stages[:1])
    main(Run(short, tmp_path, calls_folder, compiled=False))
    assert numbers(tmp_path, "step") == list(range(1, 9))
    file = main(Run(RECIPE, tmp_path, calls_folder, compiled=False))
    assert numbers(tmp_path, "step") == list(range(1, 11))
    assert min(numbers(tmp_path, "words")[-2:]) < 0.7 * numbers(tmp_path, "words")[0]
    checkpoint = load_checkpoint(file)
    checkpoint.fill_(InteractionModel(checkpoint.config))
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_slice_ends_in_time(calls_folder: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    long = replace(RECIPE, stages=(Stage(1_000_000, 1e-3, 0.0, 0.05),))
    main(Run(long, tmp_path, calls_folder, minutes=0.02, compiled=False))
    assert time.monotonic() - began < 15
    assert 0 < len(numbers(tmp_path, "step")) < 1_000_000


def test_who_stops_it_loses_no_step(calls_folder: Path, tmp_path: Path) -> None:
    looks = iter([False, False, False])
    main(Run(RECIPE, tmp_path, calls_folder, compiled=False, is_stopped=lambda: next(looks, True)))
    assert numbers(tmp_path, "step") == [1, 2, 3]
    main(Run(RECIPE, tmp_path, calls_folder, compiled=False))
    assert numbers(tmp_path, "step") == list(range(1, 11))


def test_stages_follow_each_other_and_the_last_rate_is_nothing() -> None:
    assert stage_at(RECIPE, 7) == (RECIPE.stages[0], 8)
    assert stage_at(RECIPE, 8) == (RECIPE.stages[1], 10)
    assert stage_at(RECIPE, 10) is None
    run = Run(RECIPES["nano"], Path(), Path(), minutes=10.0, fall=0.5)
    first, last = run.recipe.stages[0], run.recipe.stages[-1]
    end = sum(stage.num_steps for stage in run.recipe.stages)
    assert rate_at(run, first, 0, first.num_steps, 0.0) == pytest.approx(first.rate / run.recipe.warm_up)
    assert rate_at(run, first, 300, first.num_steps, 2.0) == first.rate
    assert rate_at(run, last, end - 1, end, 0.0) == pytest.approx(last.rate / last.num_steps)
    assert rate_at(run, first, 300, first.num_steps, 7.5) == pytest.approx(first.rate / 2)
    assert rate_at(run, first, 300, first.num_steps, 10.1) == 0.0


def test_weights_move_to_another_machine_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.train_state.PIECE_BYTES", 100_000)
    here, there, pieces = tmp_path / "here", tmp_path / "there", tmp_path / "pieces"
    here.mkdir()
    before, after = learner(), learner()
    mean, later_mean = average_of(before), average_of(after)
    save(here, "tiny", before, mean, make_optimisers(before, 0.1), step=70)
    save_pieces(here, pieces)
    assert len(list(pieces.iterdir())) > 2
    assert all(file.stat().st_size <= 100_000 for file in pieces.iterdir())
    load_pieces(pieces, there)
    assert resume(there, after, later_mean, make_optimisers(after, 0.1)) == 70
    for name, weight in before.state_dict().items():
        assert torch.equal(weight, after.state_dict()[name]), name
    save(there, "tiny", after, later_mean, make_optimisers(after, 0.1), step=80)
    load_pieces(pieces, there)
    assert resume(there, after, later_mean, make_optimisers(after, 0.1)) == 80, "older pieces replace nothing"


def test_what_is_served_is_the_mean_of_the_last_steps_and_outlives_a_stop(tmp_path: Path) -> None:
    now = learner()
    mean, optimisers = average_of(now), make_optimisers(now, 0.1)
    mean.update_parameters(now)
    first = now.model.embed.weight.detach().clone()
    with torch.no_grad():
        now.model.embed.weight.add_(1.0)
    mean.update_parameters(now)
    file = save(tmp_path, "tiny", now, mean, optimisers, step=2)
    again = learner()
    later = average_of(again)
    assert resume(tmp_path, again, later, make_optimisers(again, 0.1)) == 2
    later.update_parameters(again)
    save(tmp_path, "tiny", again, later, make_optimisers(again, 0.1), step=3)
    shown = learner()
    assert load_averaged(tmp_path, shown) == 3
    moved = (1 - AVERAGE_DECAY) + AVERAGE_DECAY * (1 - AVERAGE_DECAY)
    torch.testing.assert_close(shown.model.embed.weight.detach(), first + moved)
    served = load_checkpoint(file)
    model = InteractionModel(served.config)
    served.fill_(model)
    torch.testing.assert_close(model.embed.weight.detach().float(), first + moved, atol=0.01, rtol=0.01)


def test_pieces_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"last\.pt\.00"):
        load_pieces(tmp_path, tmp_path)


def test_workers_make_the_same_kind_of_batches(calls_folder: Path) -> None:
    mixture = Mixture(calls_folder, calls_folder, (Bucket(128, 2),), 20, 3, hearing_share=0.5, readings_share=0.5)
    for num_workers in (0, 1):
        batches = stream(mixture, 0, num_workers)
        shapes = {tuple(next(batches).targets.shape) for _ in range(12)}
        assert shapes == {(2, 128), (3, 100)}, num_workers


@pytest.mark.timeout(100)
def test_composers_fill_a_folder_while_they_are_wanted(tmp_path: Path) -> None:
    bank, calls = tmp_path / "bank", tmp_path / "calls"
    with composing(calls, 2, ["--bank", str(bank), "--calls", "1", "--behaviours", "state"]):
        deadline = time.monotonic() + 100
        while len(list(calls.glob("*.npz"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.2)
    names = sorted(file.name for file in calls.glob("*.npz"))
    assert {name[6] for name in names} == {"0", "1"}, names
    assert load_calls(calls / names[0])[0].clock[0] == 0
    count = len(names)
    time.sleep(0.5)
    assert len(list(calls.glob("*.npz"))) == count
