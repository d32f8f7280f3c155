"""A model in one file: its weights, the sizes they were made for, and a checksum of each. Knows nothing of training."""

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


class CheckpointError(Exception):
    """A checkpoint that must not be used; names the file and the tensor or key that is wrong."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a file holds. `weights` are named as in the module that was saved."""

    config: ModelConfig
    weights: Mapping[str, Tensor]

    def fill_(self, module: nn.Module) -> None:
        """Put the weights into `module`; raises unless every name and shape fits."""
        expected = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
        found = {name: tuple(tensor.shape) for name, tensor in self.weights.items()}
        if wrong := sorted(expected.items() ^ found.items()):
            name, shape = wrong[0]
            raise CheckpointError(
                f"{len(wrong)} tensors do not fit, first {name} {shape}: "
                f"the model has {expected.get(name)}, the checkpoint {found.get(name)}"
            )
        module.load_state_dict(dict(self.weights))


def save_checkpoint(file: Path, config: ModelConfig, module: nn.Module) -> None:
    """Write `file` whole or not at all."""
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in module.state_dict().items()}
    metadata = {
        "format": FORMAT,
        "config": json.dumps(asdict(config)),
        "checksums": json.dumps({name: _checksum(tensor) for name, tensor in weights.items()}),
    }
    partial = file.with_suffix(".partial")
    save_file(weights, partial, metadata=metadata)
    partial.replace(file)


def load_checkpoint(file: Path) -> Checkpoint:
    """Read and verify `file`; raises CheckpointError naming what is wrong with it."""
    try:
        with safe_open(file, framework="pt") as tensors:
            metadata = tensors.metadata() or {}
            weights = {name: tensors.get_tensor(name) for name in tensors.keys()}
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{file}: {error}") from error
    if metadata.get("format") != FORMAT:
        raise CheckpointError(f"{file}: format {metadata.get('format')!r} is not {FORMAT!r}")
    try:
        config, checksums = _config(json.loads(metadata["config"])), json.loads(metadata["checksums"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{file}: its metadata cannot be read: {error}") from error
    for name, tensor in weights.items():
        if checksums.get(name) != _checksum(tensor):
            raise CheckpointError(f"{file}: {name} is damaged; fetch the file again")
    return Checkpoint(config, weights)


def _checksum(tensor: Tensor) -> int:
    return zlib.crc32(tensor.reshape(-1).view(torch.uint8).numpy().data)


def _config(values: dict[str, Any]) -> ModelConfig:  # Any: JSON; the dataclasses check it
    backbone, speech = _backbone(values.pop("backbone")), values.pop("speech")
    return ModelConfig(backbone=backbone, speech=None if speech is None else _backbone(speech), **values)


def _backbone(values: dict[str, Any]) -> BackboneConfig:
    heads = {name: HeadSizes(**values.pop(name)) for name in ("local_heads", "global_heads")}
    experts, global_layers = values.pop("experts"), tuple(values.pop("global_layers"))
    return BackboneConfig(
        **heads,
        **values,
        global_layers=global_layers,
        experts=None if experts is None else ExpertSizes(**experts),
    )
