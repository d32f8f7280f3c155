"""What the requests of a batch hear and see, put at its positions by our ear and eye.

Shapes: N positions of all requests, C channels.
"""

# pyright: reportMissingImports=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from model.dmel import NUM_MELS
from model.interaction import InteractionModel


def embeddings_(x: Tensor, model: InteractionModel, forward_batch: Any) -> None:  # Any: SGLang's ForwardBatch
    """Write the embeddings of sound and pictures into x (N, C), where this pass has their positions."""
    start = 0
    batch = zip(
        forward_batch.mm_inputs, forward_batch.extend_prefix_lens_cpu, forward_batch.extend_seq_lens_cpu, strict=True
    )
    for held, first, count in batch:
        for item, wanted, at in _inside([] if held is None else held.mm_items, int(first), int(count)):
            feature: Tensor = item.feature[wanted].to(x.device)
            embedded = _sound(model, feature) if item.is_audio() else _picture(model, feature, x.dtype)
            x[torch.tensor(at, device=x.device) + start] = embedded.to(x.dtype)
        start += int(count)


def _inside(items: list[Any], first: int, count: int) -> Iterator[tuple[Any, list[int], list[int]]]:
    """Items with positions in this pass, which of their features those are, and where they lie from `first` on.

    The newest come last, so that what a long session holds besides costs nothing.
    """
    for item in reversed(items):
        if not item.offsets or item.offsets[-1][1] < first:
            if item.offsets and item.is_audio():  # every turn has sound, so what is before was before
                break
            continue
        places = [place for begin, end in item.offsets for place in range(begin, end + 1)]
        found = [(index, place - first) for index, place in enumerate(places) if first <= place < first + count]
        if found:
            yield item, [index for index, _ in found], [place for _, place in found]


def _sound(model: InteractionModel, feature: Tensor) -> Tensor:
    """(A, SOUND_WIDTH) to (A, C)."""
    heard, own, clock = feature.split((NUM_MELS, NUM_MELS, 1), dim=1)
    embedded = model.ear(heard[None].to(torch.uint8), own[None].to(torch.uint8))[0]
    return embedded if model.clock is None else embedded + model.clock(clock[:, 0][None])[0].to(embedded.dtype)


def _picture(model: InteractionModel, patches: Tensor, dtype: torch.dtype) -> Tensor:
    """(P, 2, 40, 40, 3) to (P, C)."""
    return model.eye(patches[None].to(dtype))[0]
