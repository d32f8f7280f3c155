"""The interaction model as SGLang runs it: our modules on SGLang's pools, its sampler behind them.

Shapes: N positions of all requests, B requests, T positions of the longest, C channels, A audio positions.
"""

# pyright: reportMissingImports=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import torch
from sglang.srt.layers.logits_processor import LogitsProcessor
from sglang.srt.model_executor.forward_context import get_attn_backend
from torch import Tensor, nn

from model.interaction import InteractionModel
from model.sequence import SPEECH
from model.sglang.served.attention import BatchRows, PoolAttnBackend
from model.sglang.served.config import AlongsideConfig
from model.sglang.served.perceived import embeddings_

SPEECH_STATES = "speech"  # key of the hidden states in a reply's meta_info


class AlongsideForInteraction(nn.Module):
    """One model on one device; the speech decoder lives beside the server, in the gateway."""

    fall_back_to_pt_during_load = False

    def __init__(self, config: AlongsideConfig, quant_config: object = None, prefix: str = "") -> None:
        super().__init__()
        self.config = config
        self.model = InteractionModel(replace(config.sizes, speech=None))
        self.logits_processor = LogitsProcessor(config)

    @torch.no_grad()
    def forward(self, input_ids: Tensor, positions: Tensor, forward_batch: Any, **_: Any) -> Any:  # Any: SGLang's
        """Token ids (N,) to the logits of each request's next token."""
        backend = get_attn_backend()
        assert isinstance(backend, PoolAttnBackend), f"{type(backend).__name__} knows no relative bias"
        rows = backend.rows
        if rows is None:  # idle
            hidden = self.model.embed.weight.new_zeros(0, self.model.embed.weight.shape[1])
        else:
            state = backend.state(forward_batch)
            x = rows.spread(self._perceive(input_ids, forward_batch))
            hidden = rows.gathered(self.model.backbone.step_(x, rows.num_valid, state))
            state.keep_()
        scaled = hidden / self.model.config.logit_divisor
        output = self.logits_processor(input_ids, scaled, self.model.head, forward_batch)
        if rows is not None:
            output.customized_info = {SPEECH_STATES: _speech_states(input_ids, hidden, rows)}
        return output

    def pad_input_ids(self, input_ids: list[int], mm_inputs: Any) -> list[int]:
        """As they are: no two sessions share a prefix, so what was heard needs no place in the ids."""
        return input_ids

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> set[str]:
        """Fill the modules; raises ValueError when a weight is missing, or one is not ours."""
        parameters = dict(self.model.named_parameters()) | dict(self.model.named_buffers())
        loaded: set[str] = set()
        for name, weight in weights:
            if name.startswith("speech."):
                continue
            if name not in parameters or parameters[name].shape != weight.shape:
                raise ValueError(f"checkpoint: {name} {tuple(weight.shape)} does not fit {self.model.config.name}")
            parameters[name].data.copy_(weight)
            loaded.add(name)
        if missing := sorted(parameters.keys() - loaded):
            raise ValueError(f"checkpoint: {missing[0]} and {len(missing) - 1} more are missing")
        return {f"model.{name}" for name in loaded}

    def _perceive(self, input_ids: Tensor, forward_batch: Any) -> Tensor:
        """(N,) to (N, C): text by its table, sound and pictures by what the requests hold of them."""
        ids = input_ids.clamp(0, self.model.config.num_tokens - 1)  # whoever sent them, the scheduler must live
        x = self.model.embed_norm(self.model.embed(ids))
        if forward_batch.forward_mode.is_extend() and forward_batch.mm_inputs is not None:
            embeddings_(x, self.model, forward_batch)
        return x


def _speech_states(input_ids: Tensor, hidden: Tensor, rows: BatchRows) -> list[str]:
    """For each request the float32 bytes of its last positions' hidden states, in base64, where those are SPEECH."""
    states: list[str] = []
    ends = rows.num_valid.cumsum(0).tolist()
    wanted = [int(mark) for mark in SPEECH]
    for end, count in zip(ends, rows.num_valid.tolist(), strict=True):
        is_speech = count >= len(wanted) and input_ids[end - len(wanted) : end].tolist() == wanted
        spoken = hidden[end - len(wanted) : end].float().cpu().numpy().tobytes() if is_speech else b""
        states.append(base64.b64encode(spoken).decode())
    return states


EntryClass = AlongsideForInteraction
