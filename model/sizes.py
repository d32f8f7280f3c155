"""The sizes we train. Inkling's comes with its own config.json (model/inkling_weights.py). Knows nothing of torch."""

from __future__ import annotations

from model.config import BackboneConfig, ExpertSizes, HeadSizes, ModelConfig
from model.sequence import NUM_TOKENS, Marks


def _ours(name: str, num_vision_stages: int, backbone: BackboneConfig, speech: BackboneConfig) -> ModelConfig:
    return ModelConfig(
        name=name,
        backbone=backbone,
        num_tokens=NUM_TOKENS,
        num_logits=NUM_TOKENS,
        logit_divisor=1.0,
        num_vision_stages=num_vision_stages,
        audio_token=Marks.AUDIO,
        patch_token=Marks.PATCH,
        speech=speech,
    )


def _speech(width: int, num_layers: int) -> BackboneConfig:
    """A speech decoder that remembers 6.4 s of its own sound."""
    heads = HeadSizes(width // 64, 1, 64)
    return BackboneConfig(
        width=width,
        num_layers=num_layers,
        local_heads=heads,
        global_heads=heads,
        global_layers=(),
        num_dense_layers=num_layers,
        dense_width=2 * width,
        window=128,  # blocks of 50 ms
        memory=1,
    )


NANO_10 = _ours(
    "nano10",
    num_vision_stages=2,
    backbone=BackboneConfig(
        width=256,
        num_layers=6,
        local_heads=HeadSizes(4, 2, 64),
        global_heads=HeadSizes(4, 2, 64),
        global_layers=(5,),
        num_dense_layers=6,
        dense_width=512,
        window=256,  # 10 s of silence; what lies further back the global layer remembers
        num_sinks=64,
    ),
    speech=_speech(width=192, num_layers=4),
)
NANO_25 = _ours(
    "nano25",
    num_vision_stages=2,
    backbone=BackboneConfig(
        width=384,
        num_layers=6,
        local_heads=HeadSizes(6, 2, 64),
        global_heads=HeadSizes(6, 2, 64),
        global_layers=(5,),
        num_dense_layers=6,
        dense_width=1024,
        num_sinks=64,
    ),
    speech=_speech(width=256, num_layers=4),
)
SMALL = _ours(
    "small",
    num_vision_stages=3,
    backbone=BackboneConfig(
        width=768,
        num_layers=12,
        local_heads=HeadSizes(12, 4, 64),
        global_heads=HeadSizes(12, 4, 64),
        global_layers=(5, 11),
        num_dense_layers=1,
        dense_width=3072,
        experts=ExpertSizes(num_experts=16, num_active=2, num_shared=1, width=768, route_scale=2.0),
        num_sinks=64,
    ),
    speech=_speech(width=384, num_layers=6),
)
SIZES = {config.name: config for config in (NANO_10, NANO_25, SMALL)}
