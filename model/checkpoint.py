"""A model, or a part of one, in one file: weights, what they were made for, and a checksum of each.

A part that serves every model, as the vocoder does, has a file of its own, with its own sizes. Knows nothing of
training.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from model.config import BackboneConfig, ExpertSizes, HeadSizes, ModelConfig

FORMAT = "alongside-1"
MODEL = "model"  # the part that is a whole model


class CheckpointError(Exception):
    """A checkpoint that must not be used; names the file and the tensor or key that is wrong."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Tensors, named as in the module that was saved."""

    tensors: Mapping[str, Tensor]

    def fill_(self, module: nn.Module) -> None:
        """Put the tensors into `module`; raises unless every name and shape fits."""
        expected = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
        found = {name: tuple(tensor.shape) for name, tensor in self.tensors.items()}
        if wrong := sorted(expected.items() ^ found.items()):
            name, shape = wrong[0]
            raise CheckpointError(
                f"{len(wrong)} tensors do not fit, first {name} {shape}: "
                f"the model has {expected.get(name)}, the checkpoint {found.get(name)}"
            )
        module.load_state_dict(dict(self.tensors))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the file of a model holds."""

    config: ModelConfig
    weights: Weights

    def fill_(self, module: nn.Module) -> None:
        """As `Weights.fill_`."""
        self.weights.fill_(module)


@dataclass(frozen=True, slots=True)
class PartCheckpoint:
    """What the file of a part holds: the numbers its module is made with, and the weights."""

    sizes: Mapping[str, int]
    weights: Weights


def save_checkpoint(file: Path, config: ModelConfig, module: nn.Module) -> None:
    """Write `file` whole or not at all."""
    _save(file, MODEL, asdict(config), module)


def load_checkpoint(file: Path) -> Checkpoint:
    """Read and verify a model's `file`; raises CheckpointError naming what is wrong with it."""
    metadata, weights = _load(file, MODEL)
    try:
        return Checkpoint(config_of(json.loads(metadata["config"])), weights)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{file}: its metadata cannot be read: {error}") from error


def config_of(values: Mapping[str, Any]) -> ModelConfig:  # Any: JSON; the dataclasses check it
    """The config whose `asdict` went through JSON; raises KeyError, TypeError or ValueError when it is none."""
    rest = dict(values)
    backbone, speech = _backbone(rest.pop("backbone")), rest.pop("speech")
    return ModelConfig(backbone=backbone, speech=None if speech is None else _backbone(speech), **rest)


def save_part(file: Path, part: str, sizes: Mapping[str, int], module: nn.Module) -> None:
    """Write a part's `file` whole or not at all; `part` says what it is, `sizes` what its module is made with."""
    _save(file, part, dict(sizes), module)


def load_part(file: Path, part: str) -> PartCheckpoint:
    """Read and verify the file of a `part`; raises CheckpointError naming what is wrong with it."""
    metadata, weights = _load(file, part)
    try:
        sizes = {str(name): int(size) for name, size in json.loads(metadata["config"]).items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{file}: its metadata cannot be read: {error}") from error
    return PartCheckpoint(sizes, weights)


def _save(file: Path, part: str, config: dict[str, Any], module: nn.Module) -> None:  # Any: JSON
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in module.state_dict().items()}
    metadata = {
        "format": FORMAT,
        "part": part,
        "config": json.dumps(config),
        "checksums": json.dumps({name: _checksum(tensor) for name, tensor in weights.items()}),
    }
    partial = file.with_suffix(".partial")
    save_file(weights, partial, metadata=metadata)
    partial.replace(file)


def _load(file: Path, part: str) -> tuple[dict[str, str], Weights]:
    """The metadata, and tensors whose checksums are right."""
    try:
        with safe_open(file, framework="pt") as tensors:
            metadata: dict[str, str] = tensors.metadata() or {}
            weights = {name: tensors.get_tensor(name) for name in tensors.keys()}
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{file}: {error}") from error
    if metadata.get("format") != FORMAT:
        raise CheckpointError(f"{file}: format {metadata.get('format')!r} is not {FORMAT!r}")
    if (found := metadata.get("part", MODEL)) != part:
        raise CheckpointError(f"{file}: holds a {found}, where a {part} belongs")
    try:
        checksums = json.loads(metadata["checksums"])
        damaged = [name for name, tensor in weights.items() if checksums.get(name) != _checksum(tensor)]
    except (KeyError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{file}: its metadata cannot be read: {error}") from error
    if damaged:
        raise CheckpointError(f"{file}: {damaged[0]} is damaged; fetch the file again")
    return metadata, Weights(weights)


def _checksum(tensor: Tensor) -> int:
    return zlib.crc32(tensor.reshape(-1).view(torch.uint8).numpy().data)


def _backbone(values: dict[str, Any]) -> BackboneConfig:  # Any: JSON; the dataclasses check it
    values = dict(values)
    heads = {name: HeadSizes(**values.pop(name)) for name in ("local_heads", "global_heads")}
    experts, global_layers = values.pop("experts"), tuple(values.pop("global_layers"))
    return BackboneConfig(
        **heads,
        **values,
        global_layers=global_layers,
        experts=None if experts is None else ExpertSizes(**experts),
    )
