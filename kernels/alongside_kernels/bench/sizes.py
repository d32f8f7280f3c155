"""The model's sizes that the ops are measured at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExpertsSize:
    """A layer's experts."""

    num_experts: int
    num_active: int
    num_shared: int
    width: int


@dataclass(frozen=True, slots=True)
class Size:
    """One layer of a model, and what stands before and behind the layers where it is measured too."""

    name: str
    width: int
    dense_width: int
    num_heads: int
    num_groups: int  # heads of keys and values
    head_size: int
    window: int  # of a local layer, and how far its relative term reaches
    memory: int  # of a global layer
    num_sinks: int
    extent: int  # how far the relative term of a global layer reaches
    num_tokens: int
    experts: ExpertsSize | None = None


NANO = Size("nano", 256, 512, 4, 2, 64, 256, 16_384, 64, 1024, 4096)
SMALL = Size("small", 768, 3072, 12, 4, 64, 512, 16_384, 64, 1024, 4096, ExpertsSize(16, 2, 1, 768))
INKLING = Size("inkling-small", 4096, 16_384, 32, 8, 128, 512, 16_384, 0, 1024, 201_024, ExpertsSize(256, 6, 2, 2048))
SIZES = (NANO, SMALL, INKLING)
EYE_CHANNELS = 320  # after the first of nano's two stages
EYE_PATCHES = 15  # of a small picture
FLOW_WIDTH, FLOW_LAYERS, FLOW_CONDITION, BLOCK_NUMBERS = 256, 3, 192, 320
