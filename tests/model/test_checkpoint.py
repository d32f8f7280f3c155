"""A saved model comes back as it was, or not at all and with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from model.checkpoint import (
    Checkpoint,
    CheckpointError,
    Weights,
    load_checkpoint,
    load_part,
    save_checkpoint,
    save_part,
)
from model.init_weights import init_weights_
from model.interaction import InteractionModel
from model.sizes import SIZES
from tests.model.tiny_native import MUTE_CONFIG


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("checkpoint") / "tiny.safetensors"
    save_checkpoint(file, MUTE_CONFIG, _model(seed=1))
    return file


def _model(seed: int) -> InteractionModel:
    model = InteractionModel(MUTE_CONFIG)
    init_weights_(model, torch.Generator().manual_seed(seed))
    return model


def test_weights_and_sizes_come_back(saved: Path) -> None:
    checkpoint, other = load_checkpoint(saved), _model(seed=2)
    assert checkpoint.config == MUTE_CONFIG
    checkpoint.fill_(other)
    for name, weight in _model(seed=1).state_dict().items():
        assert torch.equal(weight, other.state_dict()[name]), name


@pytest.mark.parametrize("name", sorted(SIZES))
def test_every_size_survives_its_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "empty.safetensors"
    save_checkpoint(file, SIZES[name], torch.nn.Linear(1, 1))
    assert load_checkpoint(file).config == SIZES[name]


def test_a_flipped_byte_is_found_and_named(saved: Path, tmp_path: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[-3] ^= 1
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"broken\.safetensors: .* is damaged; fetch the file again"):
        load_checkpoint(broken)


def test_a_checkpoint_of_another_config_is_refused_with_the_tensor(saved: Path) -> None:
    wider = InteractionModel(replace(MUTE_CONFIG, backbone=replace(MUTE_CONFIG.backbone, dense_width=24)))
    with pytest.raises(CheckpointError, match=r"first backbone\.layers\.0\.mlp\.down\.weight"):
        load_checkpoint(saved).fill_(wider)
    with pytest.raises(CheckpointError, match="the checkpoint None"):
        Checkpoint(MUTE_CONFIG, Weights({})).fill_(wider)


def test_files_that_are_no_checkpoints_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.safetensors"
    with pytest.raises(CheckpointError, match=r"x\.safetensors"):
        load_checkpoint(file)
    file.write_bytes(b"nothing of the kind")
    with pytest.raises(CheckpointError, match=r"x\.safetensors"):
        load_checkpoint(file)
    save_file({"a": torch.zeros(1)}, file)
    with pytest.raises(CheckpointError, match="format None is not 'alongside-1'"):
        load_checkpoint(file)
    save_file({"a": torch.zeros(1)}, file, metadata={"format": "alongside-1", "config": json.dumps({"backbone": {}})})
    with pytest.raises(CheckpointError, match="metadata cannot be read"):
        load_checkpoint(file)


def test_a_part_has_sizes_of_its_own_and_is_not_taken_for_a_model(saved: Path, tmp_path: Path) -> None:
    file, made = tmp_path / "part.safetensors", torch.nn.Linear(2, 3)
    save_part(file, "pedal", {"width": 3}, made)
    part = load_part(file, "pedal")
    assert part.sizes == {"width": 3}
    part.weights.fill_(other := torch.nn.Linear(2, 3))
    assert torch.equal(other.weight, made.weight)
    with pytest.raises(CheckpointError, match=r"part\.safetensors: holds a pedal, where a model belongs"):
        load_checkpoint(file)
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors: holds a model, where a pedal belongs"):
        load_part(saved, "pedal")
