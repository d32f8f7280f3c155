"""The sizes of a model. A checkpoint carries the one it was made with. Knows nothing of torch."""

from __future__ import annotations

from dataclasses import dataclass

MAX_VISION_STAGES = 5  # the folds a patch of 40 x 40 x 2 has


class ConfigError(ValueError):
    """A size that cannot be built; names the field."""


@dataclass(frozen=True, slots=True)
class HeadSizes:
    """The heads of an attention layer; several query heads share one of keys and values."""

    num_heads: int
    num_kv_heads: int
    head_size: int

    def __post_init__(self) -> None:
        if self.num_heads % self.num_kv_heads:
            raise ConfigError(f"heads: {self.num_heads} is no multiple of num_kv_heads {self.num_kv_heads}")


@dataclass(frozen=True, slots=True)
class ExpertSizes:
    """A mixture of experts: `num_active` of `num_experts` see a token, and `num_shared` see every token."""

    num_experts: int
    num_active: int
    num_shared: int
    width: int
    route_scale: float

    def __post_init__(self) -> None:
        if not 0 < self.num_active <= self.num_experts:
            raise ConfigError(f"experts: num_active {self.num_active} is not in 1..{self.num_experts}")


@dataclass(frozen=True, slots=True)
class BackboneConfig:
    """Inkling's transformer: local layers see a window, every `global_layers` entry sees the whole memory."""

    width: int
    num_layers: int
    local_heads: HeadSizes
    global_heads: HeadSizes
    global_layers: tuple[int, ...]
    num_dense_layers: int  # the first ones; the others hold experts
    dense_width: int
    experts: ExpertSizes | None = None
    window: int = 512  # positions a local layer sees
    num_sinks: int = 0  # first positions that global layers never forget
    memory: int = 16_384  # further positions that global layers keep
    relative_size: int = 16
    relative_extent: int = 1024  # the bias of global layers is zero beyond; local ones use the window
    log_floor: int | None = None  # position from which global layers sharpen their attention
    log_alpha: float = 0.1
    taps: int = 4  # of the short convolutions
    epsilon: float = 1e-6

    def __post_init__(self) -> None:
        outside = [layer for layer in self.global_layers if not 0 <= layer < self.num_layers]
        if outside:
            raise ConfigError(f"global_layers: {outside} are not in 0..{self.num_layers - 1}")
        if self.num_dense_layers < self.num_layers and self.experts is None:
            raise ConfigError(f"experts: missing for layers {self.num_dense_layers}..{self.num_layers - 1}")


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """A whole interaction model."""

    name: str
    backbone: BackboneConfig
    num_tokens: int  # rows of the embedding
    num_logits: int  # rows of the head that mean something; the rest is padding
    logit_divisor: float
    num_vision_stages: int
    audio_token: int  # whose positions take a dMel column
    patch_token: int  # whose positions take a patch
    speech: BackboneConfig | None = None  # of the speech decoder; None for a model that a voice speaks for
    hears_itself: bool = True  # has a table for its own sound and a clock; Inkling's weights have neither

    def __post_init__(self) -> None:
        if not 1 <= self.num_vision_stages <= MAX_VISION_STAGES:
            raise ConfigError(f"num_vision_stages: {self.num_vision_stages} is not in 1..{MAX_VISION_STAGES}")
        if not 0 < self.num_logits <= self.num_tokens:
            raise ConfigError(f"num_logits: {self.num_logits} is not in 1..{self.num_tokens}")
        for name, token in (("audio_token", self.audio_token), ("patch_token", self.patch_token)):
            if not 0 <= token < self.num_tokens:
                raise ConfigError(f"{name}: {token} is not in 0..{self.num_tokens - 1}")
