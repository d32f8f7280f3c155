"""Inkling's transformer: layers of attention and experts, each followed by a short convolution.

Two doors to the same arithmetic: `forward` for whole sequences, `step_` for chunks of running conversations.

Shapes: B slots, T positions, C channels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from model.attention import Attention, View
from model.config import BackboneConfig
from model.kv_cache import BackboneState, LayerState, Places
from model.moe import GatedMLP, MixtureOfExperts
from model.norms import RMSNorm
from model.short_conv import ShortConv


class Layer(nn.Module):
    def __init__(self, config: BackboneConfig, index: int) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(config.width, config.epsilon)
        self.attention = Attention(config, is_global=index in config.global_layers)
        self.attention_conv = ShortConv(config.width, config.taps)
        self.mlp_norm = RMSNorm(config.width, config.epsilon)
        self.mlp = _mlp(config, index)
        self.mlp_conv = ShortConv(config.width, config.taps)

    def forward(self, x: Tensor, view: View) -> Tensor:
        x = x + self.attention_conv(self.attention(self.attention_norm(x), view))
        return x + self.mlp_conv(self.mlp(self.mlp_norm(x)))

    def step_(self, x: Tensor, view: View, state: LayerState) -> Tensor:
        assert view.last is not None, "a step needs View.chunk_"
        heard = self.attention.step_(self.attention_norm(x), view, state)
        x = x + self.attention_conv.step_(heard, view.last, state.attention_history)
        thought = self.mlp.step_(self.mlp_norm(x))
        return x + self.mlp_conv.step_(thought, view.last, state.mlp_history)

    def remember_(self, x: Tensor, view: View, state: LayerState) -> None:
        """Keep a chunk's keys and values alone."""
        self.attention.remember_(self.attention_norm(x), view, state)


class Backbone(nn.Module):
    def __init__(self, config: BackboneConfig) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(Layer(config, index) for index in range(config.num_layers))
        self.norm = RMSNorm(config.width, config.epsilon)

    @property
    def reach(self) -> int:
        """How far back a layer's two convolutions behind attention look together."""
        return 2 * (self.config.taps - 1)

    def forward(self, x: Tensor) -> Tensor:
        """Whole sequences (B, T, C) to (B, T, C); shorter ones are padded behind."""
        config, length = self.config, x.shape[1]
        local = View.whole(length, config.window, 0, config.window, x.device)
        everything = View.whole(length, config.memory, config.num_sinks, config.relative_extent, x.device)
        for index, layer in enumerate(self.layers):
            x = layer(x, everything if index in config.global_layers else local)
        return self.norm(x)

    def step_(self, x: Tensor, num_valid: Tensor, state: BackboneState) -> Tensor:
        """A chunk (B, T, C) to (B, T, C); the first `num_valid` (B,) positions of each slot count and are remembered.

        Shapes are fixed and nothing depends on a tensor's value, so that a CUDA graph can record it.
        """
        for layer, view, remembered in self._steps_(x, num_valid, state):
            x = layer.step_(x, view, remembered)
        return self.norm(x)

    def take_in_(self, x: Tensor, num_valid: Tensor, state: BackboneState) -> None:
        """As `step_` where nobody reads what comes out: the last layer keeps keys and values and does nothing else.

        Its other convolutions miss the chunk: so many positions as they `reach` have to be stepped behind it, and what
        comes out at these is nothing to go by.
        """
        *others, last = self._steps_(x, num_valid, state, is_read=False)
        for layer, view, remembered in others:
            x = layer.step_(x, view, remembered)
        layer, view, remembered = last
        layer.remember_(x, view, remembered)

    def _steps_(
        self, x: Tensor, num_valid: Tensor, state: BackboneState, is_read: bool = True
    ) -> list[tuple[Layer, View, LayerState]]:
        """Each layer with what it needs for a chunk (B, T, C), whose places are taken."""
        assert x.shape[1] <= state.max_chunk, f"{x.shape[1]} positions, state was made for {state.max_chunk}"
        config, now = self.config, (state.length, num_valid, x.shape[1])
        places = (state.local_places, config.window), (state.global_places, config.relative_extent)
        kinds = [index in config.global_layers for index in range(config.num_layers)]
        looking = set(kinds if is_read else kinds[:-1])
        views = {
            is_global: View.chunk_(*now, *places[is_global], config.taps, is_blind=is_global not in looking)
            for is_global in set(kinds)
        }
        state.length += num_valid
        steps: list[tuple[Layer, View, LayerState]] = []
        for is_global, layer, remembered in zip(kinds, self.layers, state.layers, strict=True):
            assert isinstance(layer, Layer)
            steps.append((layer, views[is_global], remembered))
        return steps

    def init_state(
        self,
        num_slots: int,
        max_chunk: int,
        dtype: torch.dtype = torch.float32,
        memory: int | None = None,
        global_dtype: torch.dtype | None = None,
    ) -> BackboneState:
        """Empty memory for `num_slots` conversations and chunks of up to `max_chunk` positions.

        `memory` in the place of the config's is for a state that takes in few positions and is thrown away. Global
        layers may keep theirs in a smaller `global_dtype`: quicker to read, and then a step is near `forward`, not it.
        """
        config, device = self.config, self.norm.gain.device
        local = Places.empty(num_slots, 0, config.window, max_chunk, device)
        everything = Places.empty(num_slots, config.num_sinks, memory or config.memory, max_chunk, device)
        layers = [
            LayerState.empty(config, config.global_heads, everything, global_dtype or dtype)
            if index in config.global_layers
            else LayerState.empty(config, config.local_heads, local, dtype)
            for index in range(config.num_layers)
        ]
        length = torch.zeros(num_slots, dtype=torch.int64, device=device)
        return BackboneState(length, local, everything, layers, max_chunk)


def _mlp(config: BackboneConfig, index: int) -> GatedMLP | MixtureOfExperts:
    if index < config.num_dense_layers:
        return GatedMLP(config.width, config.dense_width)
    assert config.experts is not None, "BackboneConfig checks this"
    return MixtureOfExperts(config.width, config.experts)
