"""SGLang's seat for our attention: it lays our modules' memory over the pools for each batch.

Relative bias, sinks and windows are what model/attention.py makes of it; SGLang's own kernels know none of them.
"""

# pyright: reportMissingImports=false, reportUntypedBaseClass=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

from typing import Any

import torch
from sglang.srt.layers.attention.base_attn_backend import AttentionBackend
from torch import Tensor

from model.config import ModelConfig
from model.kv_cache import LayerState
from model.sglang.served.config import conv_widths
from model.sglang.served.memory import PoolLayer, PoolPlaces, PoolReach, PoolState

BACKEND = "alongside"


class PoolAttnBackend(AttentionBackend):
    """Makes a PoolState of each batch, which the model then steps on."""

    def __init__(self, runner: Any) -> None:  # Any: SGLang's ModelRunner
        """Raises ValueError where SGLang was started in a way that would be silently wrong."""
        super().__init__()
        for switch in ("disable_radix_cache", "disable_overlap_schedule"):
            if not getattr(runner.server_args, switch):
                raise ValueError(f"this model needs --{switch.replace('_', '-')}: see deploy/SGLANG.md")
        self._sizes: ModelConfig = runner.model_config.hf_config.sizes
        self._requests, self._tokens = runner.req_to_token_pool, runner.token_to_kv_pool
        self.rows: BatchRows | None = None

    def init_forward_metadata(self, forward_batch: Any) -> None:  # Any: SGLang's ForwardBatch
        """Before each pass: which request has which rows of it."""
        self.rows = None if forward_batch.forward_mode.is_idle() else BatchRows(forward_batch)

    def state(self, forward_batch: Any) -> PoolState:
        """What the backbone remembers of the requests of this batch."""
        rows, backbone = self.rows, self._sizes.backbone
        assert rows is not None, "init_forward_metadata comes first"
        request_rows = self._requests.req_to_token[rows.requests]  # (B, positions)
        reach = PoolReach(backbone.window, 0, rows.num_positions)
        local = PoolPlaces.over(request_rows, rows.length, rows.num_valid, reach)
        reach = PoolReach(backbone.memory, backbone.num_sinks, rows.num_positions)
        everything = PoolPlaces.over(request_rows, rows.length, rows.num_valid, reach)
        conv_pool: Tensor = self._requests.mamba_pool.mamba_cache.conv[0]  # (layers, slots, K - 1, W)
        slots = self._requests.get_mamba_indices(rows.requests).long()
        is_fresh = rows.length == 0
        histories = conv_pool[:, slots].masked_fill(is_fresh[:, None, None], 0)
        layers: list[LayerState] = []
        for index in range(backbone.num_layers):
            places = everything if index in backbone.global_layers else local
            key, value, attention, mlp = (
                part.contiguous() for part in histories[index].split(conv_widths(self._sizes), -1)
            )
            pools = self._tokens.get_key_buffer(index), self._tokens.get_value_buffer(index)
            new = forward_batch.out_cache_loc, rows.is_valid
            nothing = pools[0][:0]
            layers.append(PoolLayer(nothing, nothing, key, value, attention, mlp, places, *pools, *new))
        return PoolState(rows.length.clone(), local, everything, layers, rows.num_positions, conv_pool, slots, is_fresh)


class BatchRows:
    """A batch whose requests stand one behind the other, as rows of equal length.

    Shapes: B requests, T positions of the longest chunk, N positions of all.
    """

    def __init__(self, forward_batch: Any) -> None:
        self.requests: Tensor = forward_batch.req_pool_indices.long()
        if forward_batch.forward_mode.is_decode():
            self.length: Tensor = forward_batch.seq_lens.long() - 1
            self.num_valid: Tensor = torch.ones_like(self.length)
        else:
            self.length = forward_batch.extend_prefix_lens.long()
            self.num_valid = forward_batch.extend_seq_lens.long()
        self.num_positions = int(self.num_valid.max())
        self.is_valid = torch.arange(self.num_positions, device=self.length.device) < self.num_valid[:, None]  # (B, T)

    def spread(self, flat: Tensor) -> Tensor:
        """(N, C) to (B, T, C), zeros behind."""
        rows = flat.new_zeros(*self.is_valid.shape, flat.shape[-1])
        rows[self.is_valid] = flat
        return rows

    def gathered(self, rows: Tensor) -> Tensor:
        """(B, T, C) to (N, C)."""
        return rows[self.is_valid]
