"""What SGLang is told of our model: a configuration its registry knows, and the sizes of its two pools.

Every layer keeps keys and values and four short convolutions, so every layer is in both pools.
"""

# pyright: reportMissingImports=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

from typing import Any

import torch
from sglang.srt.configs.mamba_utils import Mamba2CacheParams, Mamba2StateDType, Mamba2StateShape
from transformers import PretrainedConfig

from model.checkpoint import config_of
from model.config import ConfigError, ModelConfig
from model.sglang.folder import MODEL_TYPE


class AlongsideConfig(PretrainedConfig):
    """`model` is a ModelConfig as JSON; the rest is what SGLang asks of every model."""

    model_type = MODEL_TYPE

    def __init__(self, model: dict[str, Any] | None = None, **kwargs: Any) -> None:  # Any: JSON
        self.model = model or {}
        if model is not None:
            backbone = self.sizes.backbone
            local, everything = backbone.local_heads, backbone.global_heads
            if (local.num_kv_heads, local.head_size) != (everything.num_kv_heads, everything.head_size):
                raise ConfigError(f"heads: local layers keep {local}, global ones {everything}; one pool holds both")
            self.hidden_size = backbone.width
            self.num_hidden_layers = backbone.num_layers
            self.num_attention_heads = everything.num_heads
            self.num_key_value_heads = everything.num_kv_heads
            self.head_dim = everything.head_size
            self.vocab_size = self.sizes.num_logits
        super().__init__(**kwargs)

    @property
    def sizes(self) -> ModelConfig:
        """The model's own configuration."""
        return config_of(self.model)

    @property
    def full_attention_layer_ids(self) -> list[int]:
        """The layers with keys and values."""
        return list(range(self.sizes.backbone.num_layers))

    @property
    def mamba_chunk_size(self) -> int:
        """State may be taken after any position."""
        return 1

    @property
    def mamba2_cache_params(self) -> Any:  # Mamba2CacheParams
        """A slot of the state pool: the last inputs of keys, values, attention and MLP, one behind the other."""
        width, rows = conv_width(self.sizes), self.sizes.backbone.taps - 1
        shape = Mamba2StateShape(
            conv=[(rows, width)],
            disable_conv_window_dedup=True,
            temporal=(1, 1, 0),
            intermediate_size=width,
            conv_dim=width,
            ssm_state_size=0,
            num_heads=1,
            head_dim=1,
            state_size=0,
            conv_kernel=rows + 1,
        )
        dtype = Mamba2StateDType(conv=torch.float32, temporal=torch.float32)
        return Mamba2CacheParams(shape=shape, layers=self.full_attention_layer_ids, dtype=dtype)


def conv_width(sizes: ModelConfig) -> int:
    """Channels of a layer's four short convolutions together."""
    return sum(conv_widths(sizes))


def conv_widths(sizes: ModelConfig) -> tuple[int, int, int, int]:
    """Channels of the convolutions over keys, values, attention and MLP."""
    heads, width = sizes.backbone.global_heads, sizes.backbone.width
    kv_width = heads.num_kv_heads * heads.head_size
    return kv_width, kv_width, width, width
