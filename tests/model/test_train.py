"""Training learns, and goes on where it stopped."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import torch

from model.checkpoint import load_checkpoint
from model.interaction import InteractionModel
from model.studio.batches import Bucket
from model.studio.calls import save_calls
from model.studio.scenes import play_scene
from model.train import TrainConfig, Until, main
from tests.model.studio.silent_cast import SilentCast
from tests.model.studio.test_composing import composed
from tests.model.tiny_native import CONFIG


@pytest.fixture(scope="module")
def calls_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calls")
    save_calls(folder / "calls-0.npz", [composed(play_scene("monologue", SilentCast(), random.Random(7)))])
    return folder


def losses(folder: Path) -> list[float]:
    return [json.loads(line)["words"] for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_ten_steps_lower_the_loss_and_a_second_slice_goes_on(calls_folder: Path, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    config = TrainConfig(
        CONFIG,
        ((calls_folder, 1.0),),
        tmp_path,
        buckets=(Bucket(128, 1),),
        warm_up=1,
        hearing_share=0.0,
        compiled=False,
    )
    file = main(config, Until(cooldown=8))
    assert len(losses(tmp_path)) == 8
    main(config, Until(cooldown=2))
    steps = [json.loads(line)["step"] for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert steps == list(range(1, 11))
    assert min(losses(tmp_path)[-2:]) < 0.7 * losses(tmp_path)[0]
    checkpoint = load_checkpoint(file)
    checkpoint.fill_(InteractionModel(checkpoint.config))
