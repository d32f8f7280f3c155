"""nano with a memory so short that a test forgets: every layer is as wide as it ships, and every term counts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import torch

from model.config import ModelConfig
from model.init_weights import init_weights_
from model.interaction import InteractionModel
from model.sizes import NANO_10
from tests.kernels.drawn import DEVICE

SHORT = replace(NANO_10, backbone=replace(NANO_10.backbone, window=24, memory=40, num_sinks=8))


@cache
def nano(dtype: torch.dtype, config: ModelConfig = SHORT) -> InteractionModel:
    """From a seed, with every term that starts at nothing made to count."""
    model, generator = InteractionModel(config), torch.Generator().manual_seed(0)
    init_weights_(model, generator)
    with torch.no_grad():
        for weight in model.parameters():
            if not weight.any():
                weight.copy_(0.05 * torch.randn(weight.shape, generator=generator))
    return model.to(DEVICE, dtype).eval()
