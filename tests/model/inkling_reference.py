"""The public reference these tests compare with: `transformers`' Inkling, tiny and random. Knows nothing of ours."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

# operators that torchvision's Python side names at import; its compiled half does not load beside a CPU torch
_VISION_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def _vision_operators() -> torch.library.Library | None:
    spec = importlib.util.find_spec("torchvision")
    assert spec is not None and spec.origin is not None, "install the dev extra: torchvision is missing"
    for compiled in Path(spec.origin).parent.glob("_C*.so"):
        try:
            torch.ops.load_library(str(compiled))
        except OSError:
            continue
        return None
    library = torch.library.Library("torchvision", "DEF")
    for operator in _VISION_OPERATORS:
        library.define(operator)
    return library


_library = _vision_operators()  # kept: its operators go when it goes

from transformers.core_model_loading import revert_weight_conversion  # noqa: E402
from transformers.models.inkling.configuration_inkling import InklingConfig, InklingVisionConfig  # noqa: E402
from transformers.models.inkling.feature_extraction_inkling import InklingFeatureExtractor  # noqa: E402
from transformers.models.inkling.image_processing_inkling import InklingImageProcessor  # noqa: E402
from transformers.models.inkling.modeling_inkling import (  # noqa: E402
    InklingForConditionalGeneration,
    InklingVisionModel,
)
from transformers.models.inkling.processing_inkling import InklingProcessor  # noqa: E402

# Two globals among six, two dense layers, experts; every size differs from its neighbours so that none is mistaken.
TINY_TEXT = {
    "vocab_size": 101,
    "unpadded_vocab_size": 97,
    "hidden_size": 48,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "swa_num_attention_heads": 6,
    "swa_num_key_value_heads": 3,
    "swa_head_dim": 8,
    "sliding_window_size": 7,
    "d_rel": 5,
    "rel_extent": 11,
    "local_layer_ids": [0, 1, 3, 4],
    "log_scaling_n_floor": 9,
    "mlp_layer_types": ["dense", "dense", "sparse", "sparse", "sparse", "sparse"],
    "intermediate_size": 80,
    "moe_intermediate_size": 24,
    "n_routed_experts": 8,
    "num_experts_per_tok": 3,
    "n_shared_experts": 2,
    "route_scale": 2.0,
    "logits_mup_width_multiplier": 3.0,
    "pad_token_id": 0,
}
IMAGE_TOKEN, AUDIO_TOKEN = 95, 96
Module = TypeVar("Module", bound=nn.Module)


def levels(pcm: Tensor) -> Tensor:
    """dMel levels (T, M) of a 16 kHz clip, by the feature extractor and the processor's own quantiser."""
    extractor = InklingFeatureExtractor()
    log_mel = extractor([pcm.numpy()], sampling_rate=16_000, return_tensors="pt")["input_features"][0]
    quantiser = InklingProcessor.__new__(InklingProcessor)  # without the tokenizer that its constructor asks for
    quantiser.dmel_min_value, quantiser.dmel_max_value = -7.0, 2.0
    quantiser.bin_centers = torch.linspace(-7.0, 2.0, 16, dtype=torch.float64).float()
    return quantiser._extract_dmel_bins(log_mel).to(torch.uint8)  # pyright: ignore[reportPrivateUsage]


def patches(rgb: NDArray[np.uint8]) -> Tensor:
    """Patches (P, 2, 40, 40, 3) of one still picture (H, W, 3), by the image processor."""
    picture = torch.from_numpy(rgb).permute(2, 0, 1)
    return InklingImageProcessor()(images=[picture], return_tensors="pt")["pixel_values"]


def vision_tower(num_stages: int, width: int, seed: int) -> InklingVisionModel:
    """A vision tower with random weights."""
    config = InklingVisionConfig(num_hidden_layers=num_stages, text_hidden_size=width)
    return _randomise(InklingVisionModel(config), seed)


def tiny_inkling(seed: int, num_stages: int = 2) -> InklingForConditionalGeneration:
    """The whole model, tiny, with random weights in every parameter."""
    config = InklingConfig(
        text_config=dict(TINY_TEXT),
        audio_config={"mel_vocab_size": 16},
        vision_config={"num_hidden_layers": num_stages},
        image_token_id=IMAGE_TOKEN,
        audio_token_id=AUDIO_TOKEN,
    )
    return _randomise(InklingForConditionalGeneration(config), seed)


def load(folder: Path) -> InklingForConditionalGeneration:
    """A saved model as `transformers` loads it."""
    model = InklingForConditionalGeneration.from_pretrained(folder, attn_implementation="eager")
    return model.eval()


def published_tensors(config: dict[str, Any]) -> dict[str, Tensor]:  # Any: config.json as published
    """Every tensor of a model of that config, without memory, under the names of published files."""
    with torch.device("meta"):
        model = InklingForConditionalGeneration(InklingConfig(**config))
    return revert_weight_conversion(model, model.state_dict())


def _randomise(model: Module, seed: int) -> Module:
    """Weights large enough that every term shows in the output, gains and biases included."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in (*model.named_parameters(), *model.named_buffers()):
            if not weight.is_floating_point():
                continue
            noise = torch.randn(weight.shape, generator=generator)
            is_gain = name.endswith(("norm.weight", "global_scale"))
            weight.copy_(1 + 0.2 * noise if is_gain else 0.3 * noise if weight.ndim == 1 else noise * _spread(weight))
    return model.eval()


def _spread(weight: Tensor) -> float:
    return float(1.5 / max(weight.shape[-1], 2) ** 0.5)
