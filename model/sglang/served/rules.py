"""The grammar of what a micro-turn writes, as SGLang's sampler applies it to each token."""

# pyright: reportMissingImports=false, reportUntypedBaseClass=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

from typing import Any

import torch
from sglang.srt.sampling.custom_logit_processor import CustomLogitProcessor
from torch import Tensor

from model.native_core import likeliest
from model.sglang.writing import Writing


class WriteRules(CustomLogitProcessor):
    """Leaves what may be written; with `is_greedy`, and inside an action, only the likeliest of it.

    Shapes: B requests, V tokens.
    """

    def __call__(self, logits: Tensor, custom_param_list: list[dict[str, Any]] | None = None) -> Tensor:
        """(B, V) to (B, V); a request without `writing` is left as it is."""
        for row, asked in zip(logits, custom_param_list or [], strict=True):
            if "writing" not in asked:
                continue
            allowed, is_inside = Writing.from_json(asked["writing"]).may_write(asked["__req__"].output_ids)
            row.masked_fill_(~allowed.to(row.device), -torch.inf)
            if asked.get("is_greedy") or is_inside:
                token = likeliest(row)
                row.fill_(-torch.inf)
                row[token] = 0
        return logits
