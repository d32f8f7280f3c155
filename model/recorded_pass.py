"""A step of the model for a number of slots and positions that stay: on a GPU one graph, on a processor the same calls.

Shapes: B slots, T positions, C channels, V tokens.
"""

from __future__ import annotations

from dataclasses import fields

import torch
from torch import Tensor

from alongside_kernels.recorded import Recorded
from model.interaction import InteractionModel, Positions, last_valid
from model.kv_cache import BackboneState


class RecordedPass:
    """`stepped` for positions like those it is made with, which it does not take in: made with any, it reads none."""

    def __init__(self, model: InteractionModel, memory: BackboneState, like: Positions) -> None:
        device = model.embed.weight.device
        self._model, self._memory = model, memory
        self._positions = _emptied(like).to(device)  # nothing counts while it is recorded, so the memory stays as it is
        self._recorded = Recorded(self._step, device)

    def __call__(self, positions: Positions) -> tuple[Tensor, Tensor]:
        """As `stepped`; the next call overwrites both."""
        for name, tensor in _tensors(positions).items():
            getattr(self._positions, name).copy_(tensor)
        return self._recorded()

    @torch.inference_mode()
    def _step(self) -> tuple[Tensor, Tensor]:
        return stepped(self._model, self._positions, self._memory)


def stepped(model: InteractionModel, positions: Positions, memory: BackboneState) -> tuple[Tensor, Tensor]:
    """Hidden states (B, T, C), and logits (B, V) after each slot's last position that counts; `memory` moves on."""
    hidden = model.step_(positions, memory)
    return hidden, model.logits(last_valid(hidden, positions.num_valid)).float()


def _tensors(positions: Positions) -> dict[str, Tensor]:
    named = {field.name: getattr(positions, field.name) for field in fields(positions)}
    return {name: tensor for name, tensor in named.items() if tensor is not None}


def _emptied(like: Positions) -> Positions:
    return Positions(**{name: torch.zeros_like(tensor) for name, tensor in _tensors(like).items()})
